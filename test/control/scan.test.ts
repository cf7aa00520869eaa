/** `scan`: states and gradients, on values, in a graph and in rows. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { splitOp } from "../../src/ops/split.js";
import {
  double,
  expectValues,
  gradient,
  integer,
  leavesNothingActive,
  type TensorFunction,
  WAYS,
} from "./control.js";

leavesNothingActive();

const multiply = (state: tf.Tensor, entry: tf.Tensor): tf.Tensor => state.mul(entry);
const elems = double([1, 2, 3, 4, 5, 6]);
const two = double(2);

describe.each(WAYS)("scan %s", (_, run) => {
  it("starts with the first entry, or with an initializer", () => {
    expectValues(
      run((x) => tf.scan(multiply, x), elems),
      [1, 2, 6, 24, 120, 720],
    );
    expectValues(
      run((x, v) => tf.scan(multiply, x, { initializer: v }), elems, two),
      [2, 4, 12, 48, 240, 1440],
    );
  });

  it("goes from the last entry to the first; results keep the places of their entries", () => {
    expectValues(
      run((x) => tf.scan(multiply, x, { reverse: true }), elems),
      [720, 720, 360, 120, 30, 6],
    );
    expectValues(
      run((x, v) => tf.scan(multiply, x, { initializer: v, reverse: true }), elems, two),
      [1440, 1440, 720, 240, 60, 12],
    );
  });

  it("has gradients by the initializer and by the entries", () => {
    const f: TensorFunction = (x, v) => tf.scan(multiply, x, { initializer: v });
    expectValues(run(gradient(f, 1), elems, two), 873);
    expectValues(run(gradient(f, 0), elems, two), [1746, 872, 580, 432, 336, 240]);
    const backwards: TensorFunction = (x, v) =>
      tf.scan(multiply, x, { initializer: v, reverse: true }).at(0);
    expectValues(run(gradient(backwards, 1), elems, two), 720);
    const first: TensorFunction = (x) => tf.scan(multiply, x).at(-1);
    expectValues(run(gradient(first), elems), [720, 360, 240, 180, 144, 120]);
  });

  it("with a state of two parts over one value", () => {
    const f: TensorFunction = (x) => {
      const [a, b] = tf.scan(
        ([first, second]: [tf.Tensor, tf.Tensor], e: tf.Tensor) => [
          first.mul(e),
          second.neg().mul(e),
        ],
        x,
        { initializer: [double(1), double(-1)] as [tf.Tensor, tf.Tensor] },
      );
      return tf.stack([a, b]);
    };
    expectValues(run(f, elems), [
      [1, 2, 6, 24, 120, 720],
      [1, -2, 6, -24, 120, -720],
    ]);
  });

  it("over two values with one state, and with the structure of the values as state", () => {
    const one: TensorFunction = (x) =>
      tf.scan(
        (s: tf.Tensor, { up, down }) => s.mul(up.add(down)),
        { up: x.add(1), down: x.neg() },
        {
          initializer: double(1),
        },
      );
    expectValues(run(one, elems), [1, 1, 1, 1, 1, 1]);
    const pairs: TensorFunction = (x) => {
      const { a, b } = tf.scan((s, e) => ({ a: s.a.add(e.a), b: s.b.add(e.b) }), {
        a: x,
        b: x.neg(),
      });
      return tf.stack([a, b]);
    };
    expectValues(run(pairs, elems), [
      [1, 3, 6, 10, 15, 21],
      [-1, -3, -6, -10, -15, -21],
    ]);
  });

  it("with another scan in its step", () => {
    const f: TensorFunction = (x, inner) =>
      tf.scan(
        (a: tf.Tensor, e: tf.Tensor) =>
          tf
            .scan((b: tf.Tensor, y: tf.Tensor) => b.mul(y).mul(e), inner, { initializer: a })
            .at(-1),
        x,
      );
    const [outer, inner] = [double([1, 2, 3, 4]), double([0.5, 0.5])];
    expectValues(run(f, outer, inner), [1, 1, 2.25, 9]);
    // The last is x₀ (x₁ x₂ x₃)² (y₀ y₁)³, those before it the same with fewer factors.
    expectValues(run(gradient(f, 0), outer, inner), [13.25, 1 + 2.25 + 9, 7.5, 4.5]);
    expectValues(run(gradient(f, 1), outer, inner), [65, 65]);
  });

  it("with an int32 state beside", () => {
    const f: TensorFunction = (x) => {
      const { sum } = tf.scan(
        ({ count, sum: before }, e: tf.Tensor) => ({
          count: count.add(1),
          sum: before.add(e.mul(tf.cast(count, "float64"))),
        }),
        x,
        { initializer: { count: integer(1), sum: double(0) } },
      );
      return sum;
    };
    expectValues(run(f, double([1, 1, 2])), [1, 3, 9]);
    expectValues(run(gradient(f), double([1, 1, 2])), [3, 4, 3]);
  });

  it("over a single entry", () => {
    const f: TensorFunction = (x) => tf.scan(multiply, x);
    const g: TensorFunction = (x) => tf.scan(multiply, x, { initializer: two });
    expectValues(run(f, double([[3, 4]])), [[3, 4]]);
    expectValues(run(gradient(f), double([[3, 4]])), [[1, 1]]);
    expectValues(run(g, double([5])), [10]);
    expectValues(run(gradient(g), double([5])), [2]);
  });

  it("over no entries gives no states, and a gradient of zeros", () => {
    const none = tf.zeros([0, 3], { dtype: "float64" });
    const f: TensorFunction = (x, v) =>
      tf.scan((s: tf.Tensor, e: tf.Tensor) => s.add(tf.reduceSum(e)), x, { initializer: v });
    const start = tf.ones([2, 4], { dtype: "float64" });
    expect(run(f, none, start).shape).toEqual([0, 2, 4]);
    expectValues(run(gradient(f, 1), none, start), tf.zeros([2, 4], { dtype: "float64" }));
    expect(run(gradient(f, 0), none, start).shape).toEqual([0, 3]);
  });

  it("with a step that gives its entry, its state, or a constant", () => {
    const x = double([1, 2, 3]);
    const entries: TensorFunction = (own, v) =>
      tf.scan((_s, e: tf.Tensor) => e, own, { initializer: v });
    expectValues(run(entries, x, two), [1, 2, 3]);
    expectValues(run(gradient(entries, 0), x, two), [1, 1, 1]);
    expectValues(run(gradient(entries, 1), x, two), 0);
    const states: TensorFunction = (own, v) =>
      tf.scan((s: tf.Tensor) => s, own, { initializer: v });
    expectValues(run(states, x, two), [2, 2, 2]);
    expectValues(run(gradient(states, 1), x, two), 3);
    const constants: TensorFunction = (own, v) => tf.scan(() => two, own, { initializer: v });
    expectValues(run(constants, x, two), [2, 2, 2]);
    expectValues(run(gradient(constants, 1), x, two), 0);
  });
});

describe("scan on values", () => {
  it("lets its function read values", () => {
    const f: TensorFunction = (x) =>
      tf.scan((s: tf.Tensor, e: tf.Tensor) => (e.item() > 2 ? s.mul(e) : s.add(e)), x);
    expectValues(f(double([1, 2, 3, 2])), [1, 3, 9, 11]);
    expectValues(gradient(f)(double([1, 2, 3, 2])), [1 + 1 + 3 + 3, 1 + 3 + 3, 6, 1]);
  });

  it("over a single entry is differentiable even if nothing was taken apart before", () => {
    // What rules read is examined once in a process; here, of a rule that gets no parts.
    splitOp.residuals.clear();
    const x = double([[1, 2, 3]]);
    using tape = new tf.GradientTape();
    tape.watch(x);
    const states = tf.scan((s: tf.Tensor, e: tf.Tensor) => s.add(e), x);
    expectValues(tape.gradient(states, x), [[1, 1, 1]]);
  });

  it("takes variables as entries and as initializer", () => {
    const x = new tf.Variable(double([2, 3]));
    const v = new tf.Variable(double(4));
    const tape = new tf.GradientTape();
    const states = tf.scan(multiply, x, { initializer: v });
    const gradients = tape.gradient(states, { x, v });
    expectValues(gradients.x, [16, 8]);
    expectValues(gradients.v, 8);
  });
});

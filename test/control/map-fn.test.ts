/** `mapFn`: results and gradients, on values, in a graph and in rows. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
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

const elems = double([1, 2, 3, 4, 5, 6]);

describe.each(WAYS)("mapFn %s", (_, run) => {
  it("applies its function to every entry", () => {
    expectValues(
      run((x) => tf.mapFn((e: tf.Tensor) => e.add(3).mul(2), x), elems),
      [8, 10, 12, 14, 16, 18],
    );
    expectValues(
      run(
        (x) => tf.mapFn((e: tf.Tensor) => tf.reduceSum(e), x),
        double([
          [1, 2],
          [3, 4],
        ]),
      ),
      [3, 7],
    );
  });

  it("has gradients by the entries and by what it closes over", () => {
    const f: TensorFunction = (x, w) => tf.mapFn((e: tf.Tensor) => tf.square(e).mul(w), x);
    expectValues(run(gradient(f, 0), elems, double(2)), [4, 8, 12, 16, 20, 24]);
    expectValues(run(gradient(f, 1), elems, double(2)), 91);
  });

  it("takes and gives nests", () => {
    const f: TensorFunction = (x) => {
      const { a, b } = tf.mapFn(
        ([first, { second }]: [tf.Tensor, { second: tf.Tensor }]) => ({
          a: first.mul(second),
          b: [second.neg(), first] as const,
        }),
        [x, { second: x.mul(2) }] as [tf.Tensor, { second: tf.Tensor }],
      );
      return tf.stack([a, b[0], b[1]]);
    };
    expectValues(run(f, double([1, 2])), [
      [2, 8],
      [-2, -4],
      [1, 2],
    ]);
    expectValues(run(gradient(f), double([1, 2])), [4 - 2 + 1, 8 - 2 + 1]);
  });

  it("gives results of other dtypes", () => {
    const f: TensorFunction = (x) => {
      const [count, flag] = tf.mapFn((e: tf.Tensor) => [integer(7), tf.greater(e, 1)] as const, x);
      expect([count.dtype, flag.dtype]).toEqual(["int32", "bool"]);
      return tf.where(flag, x.mul(tf.cast(count, "float64")), x);
    };
    expectValues(run(f, double([1, 2])), [1, 14]);
    expectValues(run(gradient(f), double([1, 2])), [1, 7]);
  });

  it("gives entries as they are, and constants", () => {
    const f: TensorFunction = (x) => {
      const [same, one] = tf.mapFn((e: tf.Tensor) => [e, double(1)] as const, x);
      return same.mul(one).mul(x);
    };
    expectValues(run(gradient(f), double([2, 3])), [4, 6]);
  });

  it("of no entries gives no results, of the shape that they would have", () => {
    const none = tf.zeros([0, 3], { dtype: "float64" });
    const f: TensorFunction = (x) => tf.mapFn((e: tf.Tensor) => tf.stack([e, e.mul(2)]), x);
    expect(run(f, none).shape).toEqual([0, 2, 3]);
    expect(run(gradient(f), none).shape).toEqual([0, 3]);
    const constant: TensorFunction = (x) => tf.mapFn(() => integer([1, 2]), x);
    expect(run(constant, none).shape).toEqual([0, 2]);
    expect(run(constant, none).dtype).toBe("int32");
  });

  it("of no entries gives what it closes over a gradient of zeros", () => {
    const none = tf.zeros([0], { dtype: "float64" });
    const f: TensorFunction = (x, w) => tf.mapFn((e: tf.Tensor) => e.mul(w), x);
    expectValues(run(gradient(f, 1), none, double(2)), 0);
  });
});

describe("mapFn on values", () => {
  it("lets its function read values", () => {
    const f: TensorFunction = (x) => tf.mapFn((e: tf.Tensor) => (e.item() > 3 ? e.mul(2) : e), x);
    expectValues(f(elems), [1, 2, 3, 8, 10, 12]);
    expectValues(gradient(f)(elems), [1, 1, 1, 2, 2, 2]);
  });

  it("takes variables", () => {
    const v = new tf.Variable(double([1, 2]));
    const tape = new tf.GradientTape();
    const squares = tf.mapFn((e: tf.Tensor) => tf.square(e), v);
    expectValues(tape.gradient(squares, v), [2, 4]);
  });

  it("calls its function once for every entry", () => {
    let calls = 0;
    tf.mapFn((e: tf.Tensor) => {
      calls++;
      return e;
    }, elems);
    expect(calls).toBe(6);
  });
});

/** `scan` with `checkpoint`: the same states and derivatives, from states that are computed again. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import {
  double,
  expectValues,
  gradient,
  leavesNothingActive,
  type TensorFunction,
  WAYS,
} from "./control.js";

leavesNothingActive();

/** Seven entries, so that 2, 3, 4 and ⌈√7⌉ do not divide their number. */
const entries = double([0.3, -0.8, 1.1, 0.5, -0.2, 0.9, -1.3]);
const start = double([0.4, -0.6]);
const weight = double(0.7);

type Options = Omit<tf.ScanOptions, "initializer">;

const withInitializer =
  (options: Options): TensorFunction =>
  (x, v, w) =>
    tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.tanh(s.mul(w).add(e)).add(s.mul(e)), x, {
      ...options,
      initializer: v,
    });

const withoutInitializer =
  (options: Options): TensorFunction =>
  (x, v, w) =>
    tf.scan(
      (s: tf.Tensor, e: tf.Tensor) => tf.tanh(s.mul(w).add(e)).add(tf.reduceSum(v)),
      x,
      options,
    );

describe.each(WAYS)("scan with checkpoint %s", (_, run) => {
  for (const [name, make] of Object.entries({ withInitializer, withoutInitializer })) {
    for (const reverse of [false, true]) {
      it.each([true, 1, 2, 6, 7, 100])(
        `${name}, reverse ${reverse}, checkpoint %s`,
        (checkpoint) => {
          const inputs = [entries, start, weight];
          const plain = make({ reverse });
          const again = make({ reverse, checkpoint });
          expectValues(run(again, ...inputs), plain(...inputs), 1e-14);
          for (const position of [0, 1, 2]) {
            expectValues(
              run(gradient(again, position), ...inputs),
              gradient(plain, position)(...inputs),
            );
          }
        },
      );
    }
  }

  it("gives the same second derivatives", () => {
    const twice = (f: TensorFunction) => gradient((...own) => tf.square(gradient(f, 2)(...own)), 0);
    const plain = twice(withInitializer({}));
    const again = twice(withInitializer({ checkpoint: 3 }));
    expectValues(run(again, entries, start, weight), plain(entries, start, weight));
  });

  it("gives the same tangents", () => {
    const along =
      (f: TensorFunction): TensorFunction =>
      (x, v, w) =>
        tf.jvp(f, [x, v, w], [entries, start, weight])[1];
    const plain = along(withoutInitializer({ reverse: true }));
    const again = along(withoutInitializer({ reverse: true, checkpoint: true }));
    expectValues(run(again, entries, start, weight), plain(entries, start, weight));
  });
});

describe("scan with checkpoint on values", () => {
  it("runs its function again in the backward pass, once for every entry", () => {
    let calls = 0;
    const f = (x: tf.Tensor): tf.Tensor =>
      tf.reduceSum(
        tf.scan(
          (s: tf.Tensor, e: tf.Tensor) => {
            calls++;
            return s.mul(e);
          },
          x,
          { initializer: weight, checkpoint: 3 },
        ),
      );
    const tape = new tf.GradientTape();
    tape.watch(entries);
    const value = f(entries);
    expect(calls).toBe(7);
    tape.gradient(value, entries);
    expect(calls).toBe(14);
  });

  it("gives gradients by variables that it closes over, at the values that they had", () => {
    const v = new tf.Variable(weight);
    const tape = new tf.GradientTape();
    const states = tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(v).add(e)), entries, {
      checkpoint: 2,
    });
    v.assign(100);
    const found = tape.gradient(states, v);
    const plain: TensorFunction = (w) =>
      tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(w).add(e)), entries);
    expectValues(found, gradient(plain)(weight));
  });

  it("lets its function read values in both runs", () => {
    const f =
      (checkpoint: boolean): TensorFunction =>
      (x) =>
        tf.scan((s: tf.Tensor, e: tf.Tensor) => (e.item() > 0 ? s.mul(e) : s.sub(e)), x, {
          checkpoint,
        });
    expectValues(gradient(f(true))(entries), gradient(f(false))(entries));
  });
});

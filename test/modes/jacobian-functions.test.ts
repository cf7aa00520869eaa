/** `jacobian` of functions with host control flow, closures, variables, other dtypes and no elements, in both modes. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe.each(["auto", "forward", "reverse"] as const)("jacobian, mode %s", (mode) => {
  it("zeros where the result does not depend on the argument", () => {
    const f = (x: tf.Tensor) => [tf.constant([1, 2]), tf.floor(x), x.mul(0)] as const;
    const result = tf.jacobian(f, { mode })(double([1.5]));
    expect(result.map((one) => one.toArray())).toEqual([[[0], [0]], [[0]], [[0]]]);
    expect(result[1].dtype).toBe("float64");
  });

  it("a closure over the argument itself is a constant", () => {
    const x = tf.constant([1, 2]);
    expect(
      tf
        .jacobian((own: tf.Tensor) => own.mul(x), { mode })(x)
        .toArray(),
    ).toEqual([
      [1, 0],
      [0, 2],
    ]);
  });

  it("host control flow runs on the values as they are", () => {
    const f = (x: tf.Tensor): tf.Tensor => {
      let y = x;
      while (tf.reduceSum(y).item() < 20) y = y.mul(2);
      if (x.at(0).item() > 0) y = tf.sin(y);
      for (const row of x) y = y.add(row);
      return y;
    };
    // 1 + 2 = 3 → 24 after three doublings
    const c = [Math.cos(8), Math.cos(16)] as const;
    expectClose(
      tf.jacobian(f, { mode })(double([1, 2])),
      [
        [8 * c[0] + 1, 1],
        [1, 8 * c[1] + 1],
      ],
      1e-12,
    );
    expectClose(
      tf.jacobian(f, { mode })(double([-1, 30])),
      [
        [2, 1],
        [1, 2],
      ],
      1e-12,
    );
  });

  it("the function runs once", () => {
    let runs = 0;
    const f = (x: tf.Tensor): tf.Tensor => {
      runs++;
      return tf.tanh(x);
    };
    tf.jacobian(f, { mode })(tf.ones([7]));
    expect(runs).toBe(1);
  });

  it("variables and numbers as arguments", () => {
    const v = new tf.Variable([1, 2]);
    const f = (x: tf.TensorLike): tf.Tensor => tf.multiply(x, x);
    expect(tf.jacobian(f, { mode })(v).toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect(tf.jacobian(f, { mode })(3).item()).toBe(6);
    expect(tf.jacobian(f, { mode })([1, 2]).toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect(
      tf.jacobian((x: tf.Tensor) => [x.mul(v), v] as const, { mode })(tf.constant(5)),
    ).toHaveLength(2);
  });

  it("a Jacobian has the dtype of its argument, whatever that of the result", () => {
    const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.cast(x, "float64").mul(y);
    const [dx, dy] = tf.jacobian(f, { mode, argnums: [0, 1] })(tf.constant([1, 2]), double(3));
    expect(dx.toArray()).toEqual([
      [3, 0],
      [0, 3],
    ]);
    expect(dy.toArray()).toEqual([1, 2]);
    expect([dx.dtype, dy.dtype]).toEqual(["float32", "float64"]);
    const [zero] = tf.jacobian((x: tf.Tensor) => [tf.ones([2]), x] as const, { mode })(double(1));
    expect(zero.dtype).toBe("float64");
    const ofInteger = tf.jacobian((x: tf.Tensor) => tf.argmax(x), { mode })(double([1, 2]));
    expect(ofInteger.toArray()).toEqual([0, 0]);
    expect(ofInteger.dtype).toBe("float64");
  });

  it("arguments and results of no elements", () => {
    const square = (x: tf.Tensor): tf.Tensor => x.mul(x);
    expect(tf.jacobian(square, { mode })(tf.zeros([0])).shape).toEqual([0, 0]);
    expect(tf.jacobian(square, { mode })(tf.zeros([2, 0])).shape).toEqual([2, 0, 2, 0]);
    const sum = (x: tf.Tensor): tf.Tensor => tf.reduceSum(x, { axis: 1 });
    expect(tf.jacobian(sum, { mode })(tf.zeros([2, 0])).shape).toEqual([2, 2, 0]);
    const none = (x: tf.Tensor): tf.Tensor => tf.slice(x, [0], [0]);
    expect(tf.jacobian(none, { mode })(tf.ones([3])).shape).toEqual([0, 3]);
  });

  it("is differentiable by what is around", () => {
    const f = (x: tf.Tensor): tf.Tensor => x.mul(x).mul(x);
    const trace = (x: tf.Tensor): tf.Tensor => tf.linalg.trace(tf.jacobian(f, { mode })(x));
    expect(
      tf
        .grad(trace)(double([1, 2]))
        .toArray(),
    ).toEqual([6, 12]);
    expect(tf.jvp(trace, [double([1, 2])], [[1, 10]])[1].item()).toBe(126);
    const tape = new tf.GradientTape();
    const w = new tf.Variable(2);
    const scaled = tf.jacobian((x: tf.Tensor) => x.mul(x).mul(w), { mode })(tf.constant(5));
    expect(scaled.item()).toBe(20);
    expect(tape.gradient(scaled, w).item()).toBe(10);
  });
});

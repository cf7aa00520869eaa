/** Derivatives through `vectorizedMap`, and inside of it. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { NONE, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const x = double([
  [0.1, 0.2],
  [0.3, 0.4],
  [0.5, 0.6],
]);
const f = (row: tf.Tensor): tf.Tensor => tf.reduceSum(tf.sin(row).mul(row));
const derivative = (row: tf.Tensor): tf.Tensor => tf.sin(row).add(row.mul(tf.cos(row)));

describe("vectorizedMap: derivatives around it", () => {
  it("a tape sees what the map does to elements, closures and variables", () => {
    const scale = double([2, 3]);
    const v = new tf.Variable(5, { dtype: "float64" });
    const tape = watching(x, scale);
    const y = tf.vectorizedMap((row: tf.Tensor) => tf.reduceSum(row.mul(row).mul(scale)).mul(v), x);
    const gradients = tape.gradient(y, { x, scale, v });
    expectClose(gradients.x, x.mul([20, 30]), 1e-12);
    expectClose(gradients.scale, tf.reduceSum(x.mul(x), { axis: 0 }).mul(5), 1e-12);
    expectClose(gradients.v, tf.reduceSum(x.mul(x).mul(scale)), 1e-12);
  });

  it("an accumulator does too", () => {
    const scale = double(2);
    const v = new tf.Variable(3, { dtype: "float64" });
    using accumulator = new tf.ForwardAccumulator([x, scale, v], [tf.onesLike(x), 10, 100]);
    const y = tf.vectorizedMap((row: tf.Tensor) => tf.reduceSum(row).mul(scale).mul(v), x);
    const sums = tf.reduceSum(x, { axis: 1 });
    expectClose(accumulator.jvp(y), sums.mul(30 + 200).add(2 * 2 * 3), 1e-12);
  });

  it("a tensor from outside that is returned as it is counts once for every row", () => {
    const other = double([1, 2]);
    const v = new tf.Variable(3, { dtype: "float64" });
    using accumulator = new tf.ForwardAccumulator([other, v], [[1, 2], 3]);
    const tape = watching(x, other);
    const y = tf.vectorizedMap((row: tf.Tensor) => [row, other, v] as const, x);
    expect(y[1].shape).toEqual([3, 2]);
    expect(accumulator.jvp(y[1]).at(2).toArray()).toEqual([1, 2]);
    expect(accumulator.jvp(y[2]).toArray()).toEqual([3, 3, 3]);
    const found = tape.gradient(y, { x, other, v });
    expect(found.x.toArray()).toEqual(tf.ones([3, 2]).toArray());
    expect(found.other.toArray()).toEqual([3, 3]);
    expect(found.v.item()).toBe(3);
  });

  it("what the map does not use is unconnected", () => {
    const other = double(1);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch([x, other]);
    const y = tf.vectorizedMap((row: tf.Tensor) => tf.floor(row), x);
    const z = tf.vectorizedMap((_: tf.Tensor) => other.mul(2), x);
    tape.stop();
    expect(tape.gradient(y, x, NONE)).toBeNull();
    expect(tape.gradient(z, x, NONE)).toBeNull();
    expect(tape.gradient(z, other).item()).toBe(6);
  });

  it("grad, jacobian and hessian of a function with a map inside", () => {
    const sum = (own: tf.Tensor): tf.Tensor => tf.reduceSum(tf.vectorizedMap(f, own));
    expectClose(tf.grad(sum)(x), derivative(x), 1e-12);
    for (const mode of ["forward", "reverse"] as const) {
      const rows = tf.jacobian((own: tf.Tensor) => tf.vectorizedMap(f, own), { mode })(x);
      expect(rows.shape).toEqual([3, 3, 2]);
      expectClose(rows.at(1, 1), derivative(x.at(1)), 1e-12);
      expect(rows.at(1, 0).toArray()).toEqual([0, 0]);
    }
    const second = tf.hessian(sum)(x).reshape([6, 6]);
    const due = tf
      .cos(x)
      .mul(2)
      .sub(x.mul(tf.sin(x)))
      .reshape([6]);
    expectClose(tf.linalg.diagPart(second), due, 1e-12);
    expectClose(tf.hvp(sum, [x], [tf.onesLike(x)])[0].reshape([6]), due, 1e-12);
  });
});

describe("vectorizedMap: derivatives inside", () => {
  it.each([
    ["grad", tf.grad(f)],
    ["vjp", (row: tf.Tensor) => tf.vjp(f, row)[1]()[0]],
    ["jacobian", tf.jacobian(f)],
    ["forward jacobian", tf.jacobian(f, { mode: "forward" })],
    [
      "a tape",
      (row: tf.Tensor) => {
        const tape = watching(row);
        return tape.gradient(f(row), row);
      },
    ],
    [
      "a tape's jacobian",
      (row: tf.Tensor) => {
        const tape = watching(row);
        return tape.jacobian(f(row), row);
      },
    ],
    [
      "an accumulator",
      (row: tf.Tensor) =>
        tf.stack(
          [
            [1, 0],
            [0, 1],
          ].map((unit) => {
            using accumulator = new tf.ForwardAccumulator(row, unit);
            return accumulator.jvp(f(row));
          }),
        ),
    ],
  ] as const)("%s inside gives the gradient of every row", (_, gradient) => {
    expectClose(
      tf.vectorizedMap((row: tf.Tensor) => gradient(row), x),
      derivative(x),
      1e-12,
    );
  });

  it("the Hessian of every row", () => {
    const hessians = tf.vectorizedMap((row: tf.Tensor) => tf.hessian(f)(row), x);
    expect(hessians.shape).toEqual([3, 2, 2]);
    const due = tf
      .cos(x)
      .mul(2)
      .sub(x.mul(tf.sin(x)));
    expectClose(hessians, tf.linalg.diag(due), 1e-12);
  });

  it("gradients by rows of a direction: a Jacobian made by hand", () => {
    const g = (own: tf.Tensor): tf.Tensor => tf.matmul(own, tf.transpose(own)).reshape([-1]);
    const [, pullback] = tf.vjp(g, x);
    const units = tf.eye(9, { dtype: "float64" });
    const made = tf.vectorizedMap((unit: tf.Tensor) => pullback(unit)[0], units);
    expectClose(made, tf.jacobian(g)(x), 1e-12);
    const columns = tf.vectorizedMap(
      (unit: tf.Tensor) => tf.jvp(g, [x], [unit.reshape([3, 2])])[1],
      tf.eye(6, { dtype: "float64" }),
    );
    expectClose(tf.transpose(columns).reshape([9, 3, 2]), made, 1e-12);
  });

  it("a gradient with regard to what is outside, row by row", () => {
    const w = double([2, 3]);
    const rows = tf.vectorizedMap(
      (row: tf.Tensor) => tf.grad((own: tf.Tensor) => tf.reduceSum(own.mul(own).mul(row)))(w),
      x,
    );
    expectClose(rows, x.mul([4, 6]), 1e-12);
  });

  it("a tape inside, a map in it, a map around, and a tape around all", () => {
    const outer = watching(x);
    const result = tf.vectorizedMap((row: tf.Tensor) => {
      const inner = watching(row);
      const cubes = tf.vectorizedMap((one: tf.Tensor) => one.mul(one).mul(one), row);
      return inner.gradient(cubes, row);
    }, x);
    expectClose(result, x.mul(x).mul(3), 1e-12);
    expectClose(outer.gradient(result, x), x.mul(6), 1e-12);
  });

  it("a tape around is not told of a gradient inside twice", () => {
    const v = new tf.Variable(2, { dtype: "float64" });
    const tape = new tf.GradientTape();
    const y = tf.vectorizedMap(
      (row: tf.Tensor) => tf.grad((own: tf.Tensor) => tf.reduceSum(own.mul(own)).mul(v))(row),
      x,
    );
    expectClose(tape.gradient(y, v), tf.reduceSum(x).mul(2), 1e-12);
  });
});

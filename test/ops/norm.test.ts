/** Norms, variances and standard deviations: gradients at 0, the ends of the range, errors. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { float64, gradientOf, numbers, partial } from "./programs.js";

describe("norm", () => {
  const zero = float64([0, 0, 0]);

  it("has gradient 0 at 0 for every order, also to second order", () => {
    for (const ord of ["euclidean", "fro", 1, 1.5, 2, 3, Infinity] as const) {
      const f = (y: tf.Tensor): tf.Tensor => tf.norm(y, { ord });
      expect(f(zero).item()).toBe(0);
      expect(numbers(gradientOf(f)(zero))).toEqual([0, 0, 0]);
    }
    expect(partial((y) => tf.norm(y), zero, [0, 0])).toBe(0);
  });

  it("neither overflows nor vanishes before its result", () => {
    for (const unit of [1e-320, 1e-200, 1e200, 1e307]) {
      expect(tf.norm(float64([3 * unit, 4 * unit])).item() / (5 * unit)).toBeCloseTo(1, 2);
      expect(tf.norm(float64([unit, unit]), { ord: 4 }).item() / (2 ** 0.25 * unit)).toBeCloseTo(
        1,
        2,
      );
    }
    const rows = float64([3e200, 4e200, 3e-200, 4e-200, 3, 4], [3, 2]);
    const lengths = numbers(tf.norm(rows, { axis: 1 }));
    [5e200, 5e-200, 5].forEach((length, row) => {
      expect((lengths[row] ?? 0) / length).toBeCloseTo(1, 14);
    });
    expect(tf.norm(float64([Infinity, 1])).item()).toBe(Infinity);
    expect(tf.norm(float64([Infinity, Number.NaN])).item()).toBeNaN();
    const [first, second] = numbers(gradientOf((y) => tf.norm(y))(float64([3e200, 4e200])));
    expect(first).toBeCloseTo(0.6, 14);
    expect(second).toBeCloseTo(0.8, 14);
  });

  it("of matrices: largest sums of columns and of rows", () => {
    const x = float64([1, -2, 3, -4], [1, 2, 2]);
    expect(tf.norm(x, { ord: 1, axis: [1, 2] }).toArray()).toEqual([6]);
    expect(tf.norm(x, { ord: Infinity, axis: [1, 2], keepdims: true }).toArray()).toEqual([[[7]]]);
    expect(tf.norm(x, { ord: 1, axis: [-1, -2] }).toArray()).toEqual([7]);
    expect(tf.norm(x, { ord: "fro", axis: [-2, -1] }).toArray()).toEqual([Math.sqrt(30)]);
  });

  it("refuses orders that are not defined", () => {
    const x = tf.zeros([2, 2]);
    expect(() => tf.norm(x, { ord: 0 })).toThrow(tf.ArgumentError);
    expect(() => tf.norm(x, { ord: Number.NaN })).toThrow(tf.ArgumentError);
    expect(() => tf.norm(x, { ord: 2, axis: [0, 1] })).toThrow(
      /ord 2 is not available for matrices/,
    );
    expect(() => tf.norm(tf.zeros([2], { dtype: "int32" }))).toThrow(tf.DTypeError);
  });
});

describe("variance and standard deviation", () => {
  it("reduceStd of equal numbers has gradient 0", () => {
    const gradient = gradientOf((y) => tf.math.reduceStd(y, { axis: 1 }));
    expect(numbers(gradient(float64([2, 2, 2, 0, 0, 0], [2, 3])))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("are those of a population", () => {
    expect(tf.math.reduceVariance(float64([1, 2, 3, 4])).item()).toBe(1.25);
    expect(tf.math.reduceStd(float64([1, 3])).item()).toBe(1);
    const [mean, variance] = tf.nn.moments(float64([1, 3, 2, 6], [2, 2]), [1], { keepdims: true });
    expect(mean.toArray()).toEqual([[2], [4]]);
    expect(variance.toArray()).toEqual([[1], [4]]);
  });
});

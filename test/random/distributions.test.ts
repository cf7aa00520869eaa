/** Uniform and normal tensors: ranges, statistics, gradients, and what is refused. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

/** Mean and variance of all elements. */
function moments(x: tf.Tensor): { mean: number; variance: number } {
  const values = [...x.data()];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe("uniform", () => {
  it("has the given shape, dtype and range", () => {
    const x = tf.random.uniform([50, 40], { minval: -3, maxval: 5, seed: 1 });
    expect([x.dtype, x.shape]).toEqual(["float32", [50, 40]]);
    const { mean, variance } = moments(x);
    expect(Math.abs(mean - 1)).toBeLessThan(0.2);
    expect(Math.abs(variance - 64 / 12)).toBeLessThan(0.4);
    expect(Math.min(...x.data())).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...x.data())).toBeLessThan(5);
    expect(tf.random.uniform([], { dtype: "float64" }).dtype).toBe("float64");
    expect(tf.random.uniform([0, 3]).shape).toEqual([0, 3]);
  });

  it("does not reach maxval, even where its float32 neighbours are far apart", () => {
    const x = tf.random.uniform([20_000], { minval: 2 ** 24 - 2, maxval: 2 ** 24, seed: 3 });
    expect(new Set(x.data())).toEqual(new Set([2 ** 24 - 2, 2 ** 24 - 1]));
  });

  it("draws integers, all equally often", () => {
    const x = tf.random.uniform([6000], { minval: -2, maxval: 4, dtype: "int32", seed: 4 });
    expect(x.dtype).toBe("int32");
    const counts = new Map<number, number>();
    for (const value of x.data()) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("takes tensors for its bounds, broadcasts them, and passes gradients to them", () => {
    const minval = tf.constant([0, 10]);
    const maxval = tf.constant([[1], [2], [3]]);
    const tape = new tf.GradientTape();
    tape.watch([minval, maxval]);
    const x = tf.random.uniform([3, 2], { minval, maxval: tf.add(maxval, 20), seed: 1 });
    const unit = tf.random.uniform([3, 2], { seed: 1 });
    const [least, bound] = tape.gradient(x, [minval, maxval]);
    const expectedLeast = tf.reduceSum(tf.subtract(1, unit), { axis: 0 }).toArray() as number[];
    const expectedBound = tf.reduceSum(unit, { axis: 1, keepdims: true }).toArray() as number[][];
    expectedLeast.forEach((expected, k) => {
      expect(least.at(k).item()).toBeCloseTo(expected, 5);
    });
    expectedBound.forEach(([expected], k) => {
      expect(bound.at(k, 0).item()).toBeCloseTo(expected!, 5);
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["int32 without maxval", { dtype: "int32" }, /needs maxval/],
    ["int32 with a fraction", { dtype: "int32", maxval: 1.5 }, /maxval.*integer.*1\.5/],
    ["int32 without a value between", { dtype: "int32", minval: 3, maxval: 3 }, /3 and 3/],
    ["int32 beyond its range", { dtype: "int32", maxval: 2 ** 31 + 1 }, /2147483649/],
    ["exchanged bounds", { minval: 2, maxval: 1 }, /minval 2 must not be greater/],
    ["an unknown option", { min: 2 }, /unknown option "min"/],
    ["a bound that is no number", { minval: null }, /minval must be a tensor/],
  ])("refuses %s", (_, options, message) => {
    const call = (): unknown => Reflect.apply(tf.random.uniform, undefined, [[2], options]);
    expect(call).toThrow(tf.ArgumentError);
    expect(call).toThrow(message);
  });

  it("refuses bounds of another dtype, shapes that do not fit, and bad shapes", () => {
    const maxval = tf.constant(1, { dtype: "float64" });
    expect(() => tf.random.uniform([2], { maxval })).toThrow(tf.DTypeError);
    expect(() => tf.random.uniform([2], { maxval: [1, 2, 3] })).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([], { maxval: [1] })).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([-1])).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([0.5])).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([2 ** 20, 2 ** 20])).toThrow(tf.AllocationError);
    expect(() =>
      Reflect.apply(tf.random.uniform, undefined, [[2], { dtype: "bool", maxval: 1 }]),
    ).toThrow(tf.DTypeError);
    expect(() => Reflect.apply(tf.random.uniform, undefined, [[2], { dtype: "float16" }])).toThrow(
      tf.DTypeError,
    );
  });
});

describe("normal", () => {
  it.each(["float32", "float64"] as const)("of %s has its mean and deviation", (dtype) => {
    const x = tf.random.normal([100, 100], { mean: 3, stddev: 0.5, dtype, seed: 1 });
    expect([x.dtype, x.shape]).toEqual([dtype, [100, 100]]);
    const { mean, variance } = moments(x);
    expect(Math.abs(mean - 3)).toBeLessThan(0.02);
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.015);
  });

  it("passes gradients to mean and stddev", () => {
    const mean = tf.constant([1, 2]);
    const stddev = new tf.Variable(0.5);
    const tape = new tf.GradientTape();
    tape.watch(mean);
    const x = tf.random.normal([3, 2], { mean, stddev, seed: 6 });
    const unit = tf.random.normal([3, 2], { seed: 6 });
    const [toMean, toStddev] = tape.gradient(x, [mean, stddev]);
    expect(toMean.toArray()).toEqual([3, 3]);
    expect(toStddev.item()).toBeCloseTo(tf.reduceSum(unit).item(), 5);
  });

  it("refuses int32", () => {
    const call = (): unknown =>
      Reflect.apply(tf.random.normal, undefined, [[2], { dtype: "int32" }]);
    expect(call).toThrow(tf.DTypeError);
    expect(call).toThrow(/random\.normal: dtype must be float32 or float64/);
  });

  it("costs a tape nothing", () => {
    const tape = new tf.GradientTape();
    const x = tf.random.normal([2], { seed: 1 });
    expect(tape.gradient(tf.multiply(x, x), x, { unconnectedGradients: "none" })).toBeNull();
  });
});

describe("truncatedNormal", () => {
  it.each(["float32", "float64"] as const)("of %s stays within two deviations", (dtype) => {
    const x = tf.random.truncatedNormal([20_000], { mean: 10, stddev: 3, dtype, seed: 1 });
    const { mean, variance } = moments(x);
    expect(Math.min(...x.data())).toBeGreaterThanOrEqual(4);
    expect(Math.max(...x.data())).toBeLessThanOrEqual(16);
    expect(Math.min(...x.data())).toBeLessThan(4.01);
    expect(Math.abs(mean - 10)).toBeLessThan(0.08);
    // The variance of the standard normal distribution truncated at ±2.
    expect(Math.abs(variance / 9 - 0.7737413)).toBeLessThan(0.02);
  });
});

/** Softmax and the cross-entropies at ordinary and extreme logits, to second order, and their errors. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { float64, gradientOf, numbers, partial } from "./programs.js";

const extremes: readonly (readonly number[])[] = [
  [1, 2, -0.5],
  [0, 0, 0],
  [1e4, -1e4, 0],
  [-1e4, -1e4, -1e4],
  [1e300, 1e300, -1e300],
  [1e-300, 0, 1],
];

/** softmax by the definition, shifted so that it is finite. */
function softmaxOf(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

describe("softmax and logSoftmax over the whole range", () => {
  for (const logits of extremes) {
    const x = float64(logits);
    const p = softmaxOf(logits);
    const at = (k: number): number => p[k] ?? Number.NaN;

    it(`have the exact first two derivatives at ${logits}`, () => {
      for (const k of [0, 1, 2]) {
        const one = float64([0, 1, 2].map((index) => (index === k ? 1 : 0)));
        const value = (f: typeof tf.nn.softmax) => (y: tf.Tensor) =>
          tf.reduceSum(tf.multiply(one, f(y)));
        for (const i of [0, 1, 2]) {
          const first = (k === i ? 1 : 0) - at(i);
          expect(partial(value(tf.nn.softmax), x, [i])).toBeCloseTo(at(k) * first, 13);
          expect(partial(value(tf.nn.logSoftmax), x, [i])).toBeCloseTo(first, 13);
          for (const j of [0, 1, 2]) {
            const slope = at(i) * ((i === j ? 1 : 0) - at(j));
            const second = at(k) * (first * ((k === j ? 1 : 0) - at(j)) - slope);
            expect(partial(value(tf.nn.softmax), x, [i, j])).toBeCloseTo(second, 13);
            expect(partial(value(tf.nn.logSoftmax), x, [i, j])).toBeCloseTo(-slope, 13);
          }
        }
      }
    });
  }

  it("take any axis", () => {
    const x = float64([1, 2, 3, 4], [2, 2]);
    expect(numbers(tf.nn.softmax(x, { axis: 0 }))).toEqual(
      numbers(tf.transpose(tf.nn.softmax(tf.transpose(x)))),
    );
    expect(() => tf.nn.softmax(x, { axis: 2 })).toThrow(tf.IndexError);
    expect(() => tf.nn.softmax(1)).toThrow(tf.IndexError);
  });

  it("are those of tf.math too", () => {
    expect(tf.math.softmax).toBe(tf.nn.softmax);
    expect(tf.math.logSoftmax).toBe(tf.nn.logSoftmax);
  });
});

describe("softmaxCrossEntropyWithLogits", () => {
  for (const logits of extremes) {
    it(`has finite first two derivatives at ${logits}`, () => {
      const x = float64(logits);
      const labels = float64([0.2, 0.5, 0.3]);
      const p = softmaxOf(logits);
      const f = (y: tf.Tensor): tf.Tensor => tf.nn.softmaxCrossEntropyWithLogits(labels, y);
      const gradient = numbers(gradientOf(f)(x));
      [0.2, 0.5, 0.3].forEach((label, i) => {
        expect(gradient[i]).toBeCloseTo((p[i] ?? 0) - label, 13);
        p.forEach((other, j) => {
          const second = (p[i] ?? 0) * ((i === j ? 1 : 0) - other);
          expect(partial(f, x, [i, j])).toBeCloseTo(second, 13);
        });
      });
    });
  }

  it("is finite where a class of probability 0 has the logit −∞", () => {
    const logits = float64([1, 2, -Infinity]);
    const labels = float64([0.5, 0.5, 0]);
    const f = (y: tf.Tensor): tf.Tensor => tf.nn.softmaxCrossEntropyWithLogits(labels, y);
    expect(f(logits).item()).toBeCloseTo(Math.log(1 + Math.E) - 0.5, 13);
    expect(numbers(gradientOf(f)(logits)).every(Number.isFinite)).toBe(true);
  });

  it("has mixed derivatives in labels and logits", () => {
    const logits = float64([1, -1]);
    const labels = float64([0.25, 0.75]);
    const byLabels = (y: tf.Tensor): tf.Tensor =>
      gradientOf((z) => tf.nn.softmaxCrossEntropyWithLogits(z, y))(labels);
    const weight = float64([1, 0]);
    const [first = 0] = softmaxOf([1, -1]);
    const mixed = gradientOf((y) => tf.reduceSum(tf.multiply(weight, byLabels(y))))(logits);
    expect(numbers(mixed)[0]).toBeCloseTo(first - 1, 13);
    expect(numbers(mixed)[1]).toBeCloseTo(1 - first, 13);
  });
});

describe("sparseSoftmaxCrossEntropyWithLogits", () => {
  it("is the dense one for one class in each row", () => {
    const logits = float64([1, 2, 0.5, -3, 0.1, 4], [2, 3]);
    const dense = float64([0, 0, 1, 1, 0, 0], [2, 3]);
    const sparse = (y: tf.Tensor): tf.Tensor =>
      tf.nn.sparseSoftmaxCrossEntropyWithLogits([2, 0], y);
    const full = (y: tf.Tensor): tf.Tensor => tf.nn.softmaxCrossEntropyWithLogits(dense, y);
    expect(numbers(sparse(logits))).toEqual(numbers(full(logits)));
    const [a, b] = [numbers(gradientOf(sparse)(logits)), numbers(gradientOf(full)(logits))];
    a.forEach((value, position) => {
      expect(value).toBeCloseTo(b[position] ?? Number.NaN, 14);
    });
  });

  it("takes labels of any rank", () => {
    const scalar = tf.nn.sparseSoftmaxCrossEntropyWithLogits(1, tf.zeros([4]));
    expect(scalar.shape).toEqual([]);
    expect(scalar.item()).toBeCloseTo(Math.log(4), 6);
    const labels = tf.zeros([2, 3], { dtype: "int32" });
    expect(tf.nn.sparseSoftmaxCrossEntropyWithLogits(labels, tf.zeros([2, 3, 5])).shape).toEqual([
      2, 3,
    ]);
  });

  it("refuses labels that name no class", () => {
    const logits = tf.zeros([2, 3]);
    for (const labels of [
      [0, 3],
      [-1, 0],
    ]) {
      expect(() => tf.nn.sparseSoftmaxCrossEntropyWithLogits(labels, logits)).toThrow(
        tf.IndexError,
      );
    }
    expect(() => tf.nn.sparseSoftmaxCrossEntropyWithLogits([0.5, 1], logits)).toThrow(
      tf.DTypeError,
    );
    expect(() => tf.nn.sparseSoftmaxCrossEntropyWithLogits(tf.zeros([2]), logits)).toThrow(
      tf.DTypeError,
    );
    expect(() => tf.nn.sparseSoftmaxCrossEntropyWithLogits([0, 1, 2], logits)).toThrow(
      /labels \[3\] and logits \[2, 3\]/,
    );
  });
});

describe("sigmoidCrossEntropyWithLogits", () => {
  const sigmoid = (x: number): number =>
    x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));

  for (const logit of [-1e300, -1e4, -40, -1, -1e-300, 0, 1e-300, 1, 40, 1e4, 1e300]) {
    it(`has the exact first two derivatives at ${logit}`, () => {
      const x = float64([logit]);
      for (const label of [0, 0.25, 1]) {
        const f = (y: tf.Tensor): tf.Tensor =>
          tf.nn.sigmoidCrossEntropyWithLogits(float64([label]), y);
        const first = (1 - label) * sigmoid(logit) - label * sigmoid(-logit);
        const second = sigmoid(logit) * sigmoid(-logit);
        const value =
          (1 - label) * Math.max(logit, 0) +
          label * Math.max(-logit, 0) +
          Math.log1p(Math.exp(-Math.abs(logit)));
        const found = f(x).item();
        expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-14 * Math.abs(value));
        expect(Math.abs(partial(f, x, [0]) - first)).toBeLessThanOrEqual(1e-14 * Math.abs(first));
        expect(Math.abs(partial(f, x, [0, 0]) - second)).toBeLessThanOrEqual(1e-14 * second);
      }
    });
  }
});

describe("biasAdd and l2Loss", () => {
  it("add to the last axis and halve the sum of squares", () => {
    expect(tf.nn.biasAdd([[1, 2]], [10, 20]).toArray()).toEqual([[11, 22]]);
    expect(tf.nn.l2Loss(float64([3, 4])).item()).toBe(12.5);
    expect(numbers(gradientOf(tf.nn.l2Loss)(float64([3, 4])))).toEqual([3, 4]);
  });
});

describe("errors of losses", () => {
  const a = tf.zeros([2, 3]);

  it("name both shapes and dtypes", () => {
    expect(() => tf.nn.softmaxCrossEntropyWithLogits(tf.zeros([3, 2]), a)).toThrow(
      /softmaxCrossEntropyWithLogits: .* labels \[3, 2\] and logits \[2, 3\]/,
    );
    expect(() => tf.nn.sigmoidCrossEntropyWithLogits(tf.zeros([2, 1]), a)).toThrow(tf.ShapeError);
    expect(() =>
      tf.nn.sigmoidCrossEntropyWithLogits(tf.zeros([2, 3], { dtype: "float64" }), a),
    ).toThrow(tf.DTypeError);
    expect(() => tf.nn.biasAdd(a, tf.zeros([2]))).toThrow(/x \[2, 3\] and bias \[2\]/);
    expect(() => tf.nn.biasAdd(a, tf.zeros([1, 3]))).toThrow(tf.ShapeError);
    expect(() => tf.nn.l2Loss(tf.constant(Int32Array.of(1)))).toThrow(tf.DTypeError);
    expect(() => tf.nn.softmax(tf.constant(Int32Array.of(1)))).toThrow(tf.DTypeError);
    expect(() => Reflect.apply(tf.nn.logSoftmax, undefined, [a, { dim: 0 }])).toThrow(/"dim"/);
  });
});

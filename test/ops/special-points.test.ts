/** The conventions at kinks, ties, poles and zeros, to every order that they speak of. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { gradients, mixedDerivatives, nthDerivative, numbers } from "./derivatives.js";

const INFINITY = Number.POSITIVE_INFINITY;
const NOT_A_NUMBER = Number.NaN;

describe("kinks", () => {
  it("abs′(0) = 0", () => {
    expect(nthDerivative(tf.abs, [-2, 0, 2], 1)).toEqual([-1, 0, 1]);
    expect(nthDerivative(tf.abs, [-2, 0, 2], 2)).toEqual([0, 0, 0]);
  });

  it("sign′ = 0: flat but connected", () => {
    const x = tf.constant([-2, 0, 2]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    expect(numbers(tape.gradient(tf.sign(x), x))).toEqual([0, 0, 0]);
  });

  it("sqrt′(0) = ∞", () => {
    expect(nthDerivative(tf.sqrt, [0, 4], 1)).toEqual([INFINITY, 0.25]);
  });

  it("relu′(0) = 0, relu6′ is 0 at 0 and 6, leakyRelu′(0) is alpha", () => {
    expect(nthDerivative(tf.nn.relu, [-1, 0, 1], 1)).toEqual([0, 0, 1]);
    expect(nthDerivative(tf.nn.relu6, [-1, 0, 1, 6, 7], 1)).toEqual([0, 0, 1, 0, 0]);
    const leaky = (x: tf.Tensor) => tf.nn.leakyRelu(x, { alpha: 0.25 });
    expect(nthDerivative(leaky, [-1, 0, 1], 1)).toEqual([0.25, 0.25, 1]);
    for (const f of [tf.nn.relu, tf.nn.relu6, leaky]) {
      expect(nthDerivative(f, [-1, 0, 1, 6], 2)).toEqual([0, 0, 0, 0]);
    }
  });

  it("where a function is constant, an infinite cotangent ends", () => {
    const clipped = (x: tf.Tensor) => tf.sqrt(tf.clipByValue(x, 0, 9));
    expect(nthDerivative((x) => tf.sqrt(tf.nn.relu(x)), [-1, 4], 1)).toEqual([0, 0.25]);
    expect(nthDerivative((x) => tf.sqrt(tf.maximum(x, 0)), [-1, 4], 1)).toEqual([0, 0.25]);
    expect(nthDerivative(clipped, [-1, 4, 16], 1)).toEqual([0, 0.25, 0]);
    expect(nthDerivative(clipped, [-1, 4, 16], 2)).toEqual([0, -1 / 32, 0]);
  });
});

describe("a partial of 0 and an infinite cotangent", () => {
  it("give 0: the sub-gradient of √(x²) and √|x| at 0", () => {
    expect(nthDerivative((x) => tf.sqrt(tf.square(x)), [0, -3], 1)).toEqual([0, -1]);
    expect(nthDerivative((x) => tf.sqrt(tf.abs(x)), [0, 4], 1)).toEqual([0, 0.25]);
  });
});

describe("ties", () => {
  it("maximum and minimum give ties to the first argument", () => {
    for (const f of [tf.maximum, tf.minimum]) {
      expect(gradients(f, [2, 0], [2, 0])).toEqual([
        [1, 1],
        [0, 0],
      ]);
    }
    expect(gradients(tf.maximum, [1, 3], [2, 2])).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(gradients(tf.minimum, [1, 3], [2, 2])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("maximum and minimum: NaN wins, whichever argument it is", () => {
    for (const f of [tf.maximum, tf.minimum]) {
      expect(numbers(f([NOT_A_NUMBER, 1], [1, NOT_A_NUMBER]))).toEqual([
        NOT_A_NUMBER,
        NOT_A_NUMBER,
      ]);
    }
  });

  it("clipByValue passes the gradient at the bounds", () => {
    const clip = (x: tf.Tensor) => tf.clipByValue(x, -1, 1);
    expect(nthDerivative(clip, [-2, -1, 0, 1, 2], 1)).toEqual([0, 1, 1, 1, 0]);
    expect(nthDerivative(clip, [-2, -1, 0, 1, 2], 2)).toEqual([0, 0, 0, 0, 0]);
    const toBounds = (low: tf.Tensor, high: tf.Tensor) =>
      tf.clipByValue(tf.constant([-2, -1, 0, 1, 2], { dtype: "float64" }), low, high);
    expect(gradients(toBounds, [-1], [1])).toEqual([[1], [1]]);
  });
});

describe("powers", () => {
  const factorials = [1, 1, 2, 6, 24];

  it("pow: the derivative by the exponent is 0 where the base is 0 or negative", () => {
    const [, byExponent] = gradients(tf.pow, [0, 0, 0, 0, -2, -2, -2], [0, 1, 2.5, -1, 3, 0, -1]);
    expect(byExponent).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(gradients(tf.pow, [Math.E], [2])[1][0]).toBeCloseTo(Math.E ** 2, 12);
  });

  for (const exponent of [0, 1, 2, 3, 4]) {
    it(`pow: the derivatives of x to the power ${exponent} at 0 are right to the fifth order`, () => {
      for (let order = 0; order <= 5; order++) {
        const expected = order === exponent ? factorials[order] : 0;
        const byLiteral = (x: tf.Tensor) => tf.pow(x, exponent);
        const byTensor = (x: tf.Tensor) => tf.pow(x, tf.constant([exponent], { dtype: "float64" }));
        expect(nthDerivative(byLiteral, [0, -0], order)).toEqual([expected, expected]);
        expect(nthDerivative(byTensor, [0, -0], order)).toEqual([expected, expected]);
      }
    });
  }

  it("pow: 0⁰ is 1 with finite gradients, also of second order", () => {
    expect(numbers(tf.pow([0], [0]))).toEqual([1]);
    expect(gradients(tf.pow, [0], [0])).toEqual([[0], [0]]);
    for (const mixed of mixedDerivatives(tf.pow, [0], [0])) {
      expect(Number.isFinite(mixed[0])).toBe(true);
    }
    const inExponent = (y: tf.Tensor) => tf.pow(0, y);
    expect(nthDerivative(inExponent, [0, 1, 2], 2)).toEqual([0, 0, 0]);
  });

  it("pow: an exponent of 0 or 1 keeps its mixed derivatives where the base is not 0", () => {
    // ∂²(aᵇ)/∂a∂b = aᵇ⁻¹·(1 + b·log a)
    for (const mixed of mixedDerivatives(tf.pow, [2, 2], [0, 1])) {
      expect(mixed[0]).toBeCloseTo(0.5, 14);
      expect(mixed[1]).toBeCloseTo(1 + Math.LN2, 14);
    }
  });

  it("pow: a root has derivative ∞ at 0, and a negative base only integer powers", () => {
    expect(nthDerivative((x) => tf.pow(x, 0.5), [0, 4], 1)).toEqual([INFINITY, 0.25]);
    expect(nthDerivative((x) => tf.pow(x, 3), [-2], 2)).toEqual([-12]);
    expect(nthDerivative((x) => tf.pow(x, 0.5), [-2], 0)).toEqual([NOT_A_NUMBER]);
  });

  it("square: 0 has derivatives 0 and 2", () => {
    expect(nthDerivative(tf.square, [0], 1)).toEqual([0]);
    expect(nthDerivative(tf.square, [0], 2)).toEqual([2]);
    expect(nthDerivative(tf.square, [0], 3)).toEqual([0]);
  });
});

describe("zeros", () => {
  const others = [3, 0, -1, INFINITY, NOT_A_NUMBER];
  const zeros = others.map(() => 0);

  it("divideNoNan is 0 with zero gradient where the divisor is 0", () => {
    expect(numbers(tf.math.divideNoNan(others, zeros))).toEqual(zeros);
    expect(gradients(tf.math.divideNoNan, others, zeros)).toEqual([zeros, zeros]);
    expect(mixedDerivatives(tf.math.divideNoNan, others, zeros)).toEqual([zeros, zeros]);
  });

  it("multiplyNoNan is 0 with zero gradient where the second factor is 0", () => {
    expect(numbers(tf.math.multiplyNoNan(others, zeros))).toEqual(zeros);
    expect(gradients(tf.math.multiplyNoNan, others, zeros)).toEqual([zeros, zeros]);
    expect(gradients(tf.math.multiplyNoNan, [0, 5], [2, 3])).toEqual([
      [2, 3],
      [0, 5],
    ]);
  });

  it("xlogy is 0 with zero gradient where the factor is 0", () => {
    expect(numbers(tf.math.xlogy(zeros, others))).toEqual(zeros);
    expect(gradients(tf.math.xlogy, zeros, others)).toEqual([zeros, zeros]);
    expect(mixedDerivatives(tf.math.xlogy, zeros, others)).toEqual([zeros, zeros]);
    expect(gradients(tf.math.xlogy, [2], [4])).toEqual([[Math.log(4)], [0.5]]);
  });

  it("a cotangent of 0 keeps its own derivative: ∂²(log(x)·w)/∂x∂w at w = 0 is 1/x", () => {
    const f = (x: tf.Tensor, w: tf.Tensor) => tf.multiply(tf.math.log(x), w);
    expect(mixedDerivatives(f, [4], [0])).toEqual([[0.25], [0.25]]);
  });
});

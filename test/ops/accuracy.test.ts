/** Functions whose first two derivatives keep their digits over the whole range of floats. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { derivative, type Elementwise, gradients, nthDerivative, numbers } from "./derivatives.js";

/** A function with closed forms of itself and of its first two derivatives, accurate at the points given. */
interface Reference {
  readonly name: string;
  readonly f: Elementwise;
  readonly points: readonly number[];
  readonly derivatives: readonly ((x: number) => number)[];
}

/** 1 / (1 + e⁻ˣ) in the form that is accurate on either side. */
const logistic = (x: number): number =>
  x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
const slope = (x: number): number => logistic(x) * logistic(-x);
const curvature = (x: number): number => -slope(x) * Math.tanh(x / 2);

const references: readonly Reference[] = [
  {
    name: "sigmoid",
    f: tf.sigmoid,
    points: [-700, -80, -20, -1, -1e-8, 0, 1e-8, 1, 20, 80, 700],
    derivatives: [logistic, slope, curvature],
  },
  {
    name: "softplus",
    f: tf.math.softplus,
    points: [-700, -80, -20, -1, 0, 1, 20, 80, 700],
    derivatives: [(x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), logistic, slope],
  },
  {
    name: "log1p",
    f: tf.math.log1p,
    points: [-1 + 2 ** -24, -0.5, -1e-10, -1e-300, 0, 1e-300, 1e-10, 1, 1e10, 1e150],
    derivatives: [Math.log1p, (x) => 1 / (1 + x), (x) => -1 / ((1 + x) * (1 + x))],
  },
  {
    name: "expm1",
    f: tf.math.expm1,
    points: [-700, -80, -20, -1, -1e-10, -1e-300, 0, 1e-300, 1e-10, 1, 80, 700],
    derivatives: [Math.expm1, Math.exp, Math.exp],
  },
];

const farOut = [-1e300, -1e5, 1e5, 1e300, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((value, position) => {
    const expected = wanted[position] ?? Number.NaN;
    const error = Math.abs(value - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);
    expect(error, `element ${position} is ${value} instead of ${expected}`).toBeLessThan(tolerance);
  });
}

describe("accurate with the first two derivatives over the whole range", () => {
  for (const { name, f, points, derivatives } of references) {
    derivatives.forEach((reference, order) => {
      it(`${name}, order ${order}, float64`, () => {
        expectClose(nthDerivative(f, points, order), points.map(reference), 4e-15);
      });

      it(`${name}, order ${order}, float32`, () => {
        const single = points.map(Math.fround);
        const wanted = single.map((x) => Math.fround(reference(x)));
        let function_ = f;
        for (let step = 0; step < order; step++) function_ = derivative(function_);
        const found = numbers(function_(tf.constant(single)));
        // Below 2⁻¹²⁶ float32 has fewer digits, and squares on the way there have none.
        const normal = wanted.map((value) => Number.isFinite(value) && Math.abs(value) > 2 ** -126);
        const kept = (values: readonly number[]) =>
          values.filter((_, position) => normal[position]);
        expectClose(kept(found), kept(wanted), 5e-7);
      });
    });
  }

  it("sigmoid and softplus, far out: derivatives are their limits and never NaN", () => {
    expect(nthDerivative(tf.sigmoid, farOut, 0)).toEqual([0, 0, 1, 1, 0, 1]);
    expect(nthDerivative(tf.math.softplus, farOut, 1)).toEqual([0, 0, 1, 1, 0, 1]);
    for (const order of [1, 2]) {
      expect(nthDerivative(tf.sigmoid, farOut, order)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(nthDerivative(tf.math.softplus, farOut, order + 1)).toEqual([0, 0, 0, 0, 0, 0]);
    }
  });

  it("asin, acos, atanh and tanh keep their derivatives next to the ends of their range", () => {
    const x = 1 - 2 ** -40;
    const remainder = 2 ** -40 * (2 - 2 ** -40);
    expectClose(nthDerivative(tf.asin, [x], 1), [1 / Math.sqrt(remainder)], 1e-15);
    expectClose(nthDerivative(tf.acos, [x], 1), [-1 / Math.sqrt(remainder)], 1e-15);
    expectClose(nthDerivative(tf.atanh, [x], 1), [1 / remainder], 1e-15);
  });

  it("atan2, asinh and atan have derivatives where squares would overflow or vanish", () => {
    for (const scale of [1e200, 1e-200]) {
      const [byFirst, bySecond] = gradients(tf.atan2, [3 * scale], [4 * scale]);
      expectClose(byFirst, [0.16 / scale], 1e-14);
      expectClose(bySecond, [-0.12 / scale], 1e-14);
    }
    expectClose(nthDerivative(tf.asinh, [1e200], 1), [1e-200], 1e-12);
    expectClose(nthDerivative(tf.asinh, [1e-200], 1), [1], 1e-15);
    expectClose(nthDerivative(tf.atan, [1e-200], 1), [1], 1e-15);
  });

  it("gelu keeps its digits on the left, in both forms", () => {
    // x·Φ(x) at −20; Φ(−20) = 2.753624118606234e-89
    expectClose(
      nthDerivative((x) => tf.nn.gelu(x), [-20], 0),
      [-5.50724823721247e-88],
      1e-13,
    );
    const inner = Math.sqrt(2 / Math.PI) * (-5 + 0.044715 * -125);
    const approximate = (x: tf.Tensor) => tf.nn.gelu(x, { approximate: true });
    expectClose(nthDerivative(approximate, [-5], 0), [-5 * logistic(2 * inner)], 1e-13);
  });
});

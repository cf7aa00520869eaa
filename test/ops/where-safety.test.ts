/** What lies in the branch that `where` does not take reaches no derivative, whatever the order. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { type Elementwise, nthDerivative } from "./derivatives.js";

const INFINITY = Number.POSITIVE_INFINITY;
const NOT_A_NUMBER = Number.NaN;

/** A function, a point at which all its derivatives are finite, and points at which something is not. */
interface Guarded {
  readonly name: string;
  readonly f: Elementwise;
  readonly good: number;
  readonly bad: readonly number[];
}

const everywhere = [INFINITY, -INFINITY, NOT_A_NUMBER];

const guarded: readonly Guarded[] = [
  { name: "sqrt", f: tf.sqrt, good: 4, bad: [0, -1] },
  { name: "log", f: tf.math.log, good: 2, bad: [0, -1] },
  { name: "divide, by the divisor", f: (x) => tf.divide(3, x), good: 2, bad: [0] },
  { name: "divide, by both operands", f: (x) => tf.divide(x, tf.square(x)), good: 2, bad: [0] },
  { name: "pow with a fraction", f: (x) => tf.pow(x, 0.5), good: 4, bad: [0, -1] },
  { name: "pow with a negative exponent", f: (x) => tf.pow(x, -2), good: 2, bad: [0] },
  { name: "pow by both operands", f: (x) => tf.pow(x, x), good: 2, bad: [0, -0.5] },
  { name: "acos", f: tf.acos, good: 0.5, bad: [1, -1, 2, -2] },
  { name: "asin", f: tf.asin, good: 0.5, bad: [1, -1, 2, -2] },
  { name: "reciprocal", f: tf.math.reciprocal, good: 2, bad: [0] },
  { name: "rsqrt", f: tf.math.rsqrt, good: 4, bad: [0, -1] },
  { name: "xlogy, by the logarithm", f: (x) => tf.math.xlogy(3, x), good: 2, bad: [0, -1] },
  { name: "xlogy, by both operands", f: (x) => tf.math.xlogy(x, x), good: 2, bad: [0, -1] },
  { name: "log1p", f: tf.math.log1p, good: 1, bad: [-1, -2] },
  { name: "atanh", f: tf.atanh, good: 0.5, bad: [1, -1, 2, -2] },
  { name: "acosh", f: tf.acosh, good: 2, bad: [1, 0.5, -2] },
  { name: "lgamma", f: tf.math.lgamma, good: 2, bad: [0, -1] },
  { name: "digamma", f: tf.math.digamma, good: 2, bad: [0, -1] },
  { name: "floormod, by the divisor", f: (x) => tf.math.floormod(7, x), good: 2, bad: [0] },
  { name: "atan2 at the origin", f: (x) => tf.atan2(x, tf.square(x)), good: 2, bad: [0] },
  { name: "exp that overflows", f: tf.exp, good: 1, bad: [1000] },
  { name: "a product with exp", f: (x) => tf.multiply(x, tf.exp(x)), good: 1, bad: [1000] },
  { name: "x·log(x)", f: (x) => tf.multiply(x, tf.math.log(x)), good: 2, bad: [0, -1] },
  { name: "the square of log", f: (x) => tf.square(tf.math.log(x)), good: 2, bad: [0, -1] },
  { name: "the sine of log", f: (x) => tf.sin(tf.math.log(x)), good: 2, bad: [0, -1] },
  { name: "log of sqrt", f: (x) => tf.math.log(tf.sqrt(x)), good: 2, bad: [0, -1] },
  { name: "sqrt of |x|", f: (x) => tf.sqrt(tf.abs(x)), good: 4, bad: [0] },
];

const anywhereElse: Readonly<Record<string, Elementwise>> = {
  abs: tf.abs,
  square: tf.square,
  expm1: tf.math.expm1,
  sin: tf.sin,
  cos: tf.cos,
  tan: tf.tan,
  atan: tf.atan,
  sinh: tf.sinh,
  cosh: tf.cosh,
  tanh: tf.tanh,
  asinh: tf.asinh,
  erf: tf.math.erf,
  erfc: tf.math.erfc,
  sigmoid: tf.sigmoid,
  softplus: tf.math.softplus,
  relu: tf.nn.relu,
  relu6: tf.nn.relu6,
  leakyRelu: (x) => tf.nn.leakyRelu(x),
  elu: tf.nn.elu,
  selu: tf.nn.selu,
  gelu: (x) => tf.nn.gelu(x),
  "gelu, approximate": (x) => tf.nn.gelu(x, { approximate: true }),
  silu: tf.nn.silu,
  softsign: tf.nn.softsign,
  maximum: (x) => tf.maximum(x, 0.5),
  clipByValue: (x) => tf.clipByValue(x, -1, 1),
  squaredDifference: (x) => tf.math.squaredDifference(x, 1),
  divideNoNan: (x) => tf.math.divideNoNan(1, x),
  multiplyNoNan: (x) => tf.math.multiplyNoNan(x, x),
};

function expectSafe({ f, good, bad }: Guarded): void {
  const points = [...bad, good];
  const taken = tf.constant(
    points.map((point) => point === good),
    { dtype: "bool" },
  );
  const guard = (x: tf.Tensor) => tf.where(taken, f(x), tf.multiply(2, x));
  const guardOtherBranch = (x: tf.Tensor) => tf.where(tf.logicalNot(taken), 1, f(x));
  for (const order of [1, 2, 3]) {
    const atGood = nthDerivative(f, [good], order);
    const elsewhere = bad.map(() => (order === 1 ? 2 : 0));
    expect(nthDerivative(guard, points, order)).toEqual([...elsewhere, ...atGood]);
    const nothing = bad.map(() => 0);
    expect(nthDerivative(guardOtherBranch, points, order)).toEqual([...nothing, ...atGood]);
    expect(atGood.every(Number.isFinite)).toBe(true);
  }
}

describe("where lets no NaN and no ∞ of the branch not taken through, to the third order", () => {
  for (const one of guarded) {
    it(`${one.name} at its singular points`, () => {
      expectSafe(one);
    });
  }

  for (const { name, f, good } of guarded) {
    it(`${name} at infinities and NaN`, () => {
      expectSafe({ name, f, good, bad: everywhere });
    });
  }

  for (const [name, f] of Object.entries(anywhereElse)) {
    it(`${name} at infinities and NaN`, () => {
      expectSafe({ name, f, good: 0.75, bad: everywhere });
    });
  }
});

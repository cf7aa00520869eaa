/** Elementwise operations made of arithmetic and selections, as programs. */

import type { CodeBuilder } from "./code-builder.js";
import type { Value } from "./scalar-code.js";
import { expm1 } from "./transcendental/exponential.js";
import { type FloatProgram, pick } from "./transcendental/format.js";
import { log } from "./transcendental/logarithm.js";

function isZero(code: CodeBuilder, x: Value): Value {
  return code.compare("eq", x, code.like(x, 0));
}

/** −1, 0 or 1; zeros and NaN stay themselves. */
export const sign: FloatProgram = (code, x) => {
  const zero = code.like(x, 0);
  const below = pick(code, code.compare("lt", x, zero), -1, x);
  return pick(code, code.compare("gt", x, zero), 1, below);
};

/** (a − b)². */
export const squaredDifference: FloatProgram = (code, a, b) => {
  const difference = code.sub(a, b);
  return code.mul(difference, difference);
};

/** (1 − x)·(1 + x). */
export const oneMinusSquare: FloatProgram = (code, x) => {
  const one = code.like(x, 1);
  return code.mul(code.sub(one, x), code.add(one, x));
};

/** a·b, and 0 where either is 0. A product that underflows keeps its sign in f32, and loses it in f64, as in the reference. */
export const zeroProduct: FloatProgram = (code, a, b) => {
  const product = code.mul(a, b);
  // Such a factor takes part in no product that is not a number unless the other is none, and adding 0 makes −0 a 0.
  if (code.isOrdinary(a) || code.isOrdinary(b)) return code.add(product, code.like(product, 0));
  const value = code.typeOf(product) === "f64" ? code.add(product, code.like(product, 0)) : product;
  return pick(code, code.binary("or", isZero(code, a), isZero(code, b)), 0, value);
};

/** a/b, and 0 where b is 0. */
export const divideNoNan: FloatProgram = (code, a, b) =>
  pick(code, isZero(code, b), 0, code.div(a, b));

/** a·log b, and 0 where a is 0. */
export const xlogy: FloatProgram = (code, a, b) =>
  pick(code, isZero(code, a), 0, code.mul(a, log(code, b)));

/** b − 1, and 0 where both are 0. */
export const lowerExponent: FloatProgram = (code, a, b) => {
  const both = code.binary("and", isZero(code, a), isZero(code, b));
  return pick(code, both, 0, code.sub(b, code.like(b, 1)));
};

/** Whether x is ∞ or −∞. */
export const isInfinite: FloatProgram = (code, x) =>
  code.compare("eq", code.unary("abs", x), code.like(x, Number.POSITIVE_INFINITY));

/** Whether x is neither NaN nor infinite. */
export const isFiniteNumber: FloatProgram = (code, x) =>
  code.compare("lt", code.unary("abs", x), code.like(x, Number.POSITIVE_INFINITY));

/** max(x, 0). */
export const relu: FloatProgram = (code, x) => {
  const zero = code.like(x, 0);
  if (code.typeOf(x) === "i32") return code.binary("max", x, zero);
  // Cheaper than "max"; adding 0 makes −0 a 0.
  return code.add(code.binary("pmax", x, zero), zero);
};

/** min(max(x, 0), 6). */
export const relu6: FloatProgram = (code, x) => {
  const op = code.typeOf(x) === "i32" ? "min" : "pmin";
  return code.binary(op, relu(code, x), code.like(x, 6));
};

/** x where x is positive, slope·x elsewhere. */
export const leakyRelu: FloatProgram = (code, x, slope) =>
  code.select(code.compare("gt", x, code.like(x, 0)), x, code.mul(slope, x));

/** x where x is not negative, eˣ − 1 elsewhere. */
export const elu: FloatProgram = (code, x) =>
  code.select(code.compare("lt", x, code.like(x, 0)), expm1(code, x), x);

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

/** `elu` with the constants of Klambauer and others, arXiv:1706.02515. */
export const selu: FloatProgram = (code, x) =>
  code.select(
    code.compare("lt", x, code.like(x, 0)),
    code.mul(code.like(x, SELU_SCALE_ALPHA), expm1(code, x)),
    code.mul(code.like(x, SELU_SCALE), x),
  );

/** x/(1 + |x|). */
export const softsign: FloatProgram = (code, x) =>
  code.div(x, code.add(code.like(x, 1), code.unary("abs", x)));

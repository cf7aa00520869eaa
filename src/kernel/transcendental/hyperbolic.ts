/** Hyperbolic functions, by way of eˣ − 1. */

import type { CodeBuilder } from "../code-builder.js";
import type { Value } from "../scalar-code.js";
import { expm1Parts, isTiny, quarterExpm1, scaledExp } from "./exponential.js";
import { choose } from "./format.js";

/**
 * tanh x = e/(e + 2) with e = exp(2|x|) − 1, as s_tanh.c of fdlibm has it. There the errors of three operations meet; so near 0, where
 * e = r + c with r = 2|x| and c = (exp(r) − 1 − r), it is |x| − (r²/2 − c + rc/2)/(e + 2), of which the second term is small.
 */
export function tanh(code: CodeBuilder, x: Value): Value {
  const half = code.like(x, 0.5);
  const quarterOne = code.like(x, 0.25);
  const magnitude = code.unary("abs", x);
  // Further out the result is 1; the limit keeps e finite.
  const limit = choose(code, x, { f32: 10, f64: 22 });
  const near = code.binary("pmin", magnitude, code.like(x, limit));
  const { n, r, series, quarter } = expm1Parts(code, code.add(near, near), 0.25);
  const small = code.compare("eq", n, code.like(x, 0));
  // (rc/2 − (c − r²/2))/4
  const square = code.mul(r, r);
  const bend = code.sub(code.mul(code.mul(half, r), series), code.sub(series, half));
  const correction = code.mul(code.mul(quarterOne, square), bend);
  const numerator = code.select(small, correction, quarter);
  const ratio = code.div(numerator, code.add(quarter, half));
  const value = code.select(small, code.sub(magnitude, ratio), ratio);
  return code.binary("copysign", value, x);
}

/** sinh x = (e + e/(e + 1))/2 with e = exp|x| − 1, as e_sinh.c of fdlibm has it. */
export function sinh(code: CodeBuilder, x: Value): Value {
  const quarter = quarterExpm1(code, code.unary("abs", x));
  const half = code.add(quarter, quarter);
  const e = code.add(half, half);
  // e may be ∞ where e/2 is not.
  const huge = code.like(x, choose(code, x, { f32: 1e30, f64: 1e300 }));
  const divisor = code.binary("pmin", code.add(e, code.like(x, 1)), huge);
  const value = code.add(half, code.div(half, divisor));
  return code.select(isTiny(code, x), x, code.binary("copysign", value, x));
}

/** cosh x = h + 1/(4h) with h = exp|x| / 2. */
export function cosh(code: CodeBuilder, x: Value): Value {
  const half = scaledExp(code, code.unary("abs", x), -1);
  return code.add(half, code.div(code.like(x, 0.25), half));
}

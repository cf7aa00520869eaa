/** Inverse hyperbolic functions, by way of log(1 + x), for f64. */

// Formulas: s_asinh.c, e_acosh.c and e_atanh.c of fdlibm, Copyright (C) 1993 by Sun Microsystems, Inc.

import type { CodeBuilder } from "../code-builder.js";
import type { Value } from "../scalar-code.js";
import { isTiny } from "./exponential.js";
import { pick } from "./format.js";
import { log1p } from "./logarithm.js";

/** From here on x + √(x² ± 1) is 2x to all digits, and x² may overflow further on. */
const HUGE = 2 ** 28;

/** log 2x for a huge x, and log(1 + argument) elsewhere, with a single logarithm. */
function logarithm(code: CodeBuilder, x: Value, argument: Value): Value {
  const huge = code.compare("gt", x, code.like(x, HUGE));
  const value = log1p(code, code.select(huge, code.sub(x, code.like(x, 1)), argument));
  return code.select(huge, code.add(value, code.like(x, Math.LN2)), value);
}

/** The number whose hyperbolic sine is x. */
export function asinh(code: CodeBuilder, x: Value): Value {
  const one = code.like(x, 1);
  const magnitude = code.unary("abs", x);
  const square = code.mul(x, x);
  const root = code.unary("sqrt", code.add(one, square));
  const argument = code.add(magnitude, code.div(square, code.add(one, root)));
  const value = logarithm(code, magnitude, argument);
  return code.select(isTiny(code, x), x, code.binary("copysign", value, x));
}

/** The number from 0 on whose hyperbolic cosine is x; NaN below 1. */
export function acosh(code: CodeBuilder, x: Value): Value {
  const one = code.like(x, 1);
  const t = code.sub(x, one);
  const root = code.unary("sqrt", code.add(code.add(t, t), code.mul(t, t)));
  const value = logarithm(code, x, code.add(t, root));
  // Far below, the sum of both happens to be a number.
  return pick(code, code.compare("lt", x, one), Number.NaN, value);
}

/** The number whose hyperbolic tangent is x; ±∞ at ±1, NaN beyond. */
export function atanh(code: CodeBuilder, x: Value): Value {
  const magnitude = code.unary("abs", x);
  const argument = code.div(code.add(magnitude, magnitude), code.sub(code.like(x, 1), magnitude));
  const value = code.mul(code.like(x, 0.5), log1p(code, argument));
  return code.select(isTiny(code, x), x, code.binary("copysign", value, x));
}

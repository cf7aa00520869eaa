/** The logistic function, its integral and its derivative, in forms that neither overflow nor cancel. */

import type { CodeBuilder } from "../code-builder.js";
import type { Value } from "../scalar-code.js";
import { exp } from "./exponential.js";
import { log1p } from "./logarithm.js";

/** exp(−|x|). */
function tail(code: CodeBuilder, x: Value): Value {
  return exp(code, code.unary("neg", code.unary("abs", x)));
}

/** 1/(1 + e⁻ˣ). */
export function sigmoid(code: CodeBuilder, x: Value): Value {
  const e = tail(code, x);
  const one = code.like(x, 1);
  const numerator = code.select(code.compare("lt", x, code.like(x, 0)), e, one);
  return code.div(numerator, code.add(one, e));
}

/** log(1 + eˣ). */
export function softplus(code: CodeBuilder, x: Value): Value {
  const positive = code.binary("pmax", x, code.like(x, 0));
  return code.add(positive, log1p(code, tail(code, x)));
}

/** sigmoid(x)·sigmoid(−x). */
export function logisticDensity(code: CodeBuilder, x: Value): Value {
  const e = tail(code, x);
  const sum = code.add(code.like(x, 1), e);
  return code.div(e, code.mul(sum, sum));
}

/** The error function, the logarithm of the gamma function and their relatives; `tf.math.*` only. */

import {
  erfc as complementaryErrorFunction,
  erf as errorFunction,
} from "../core/numerics/error-function.js";
import { digamma as digammaOf, lgamma as lgammaOf } from "../core/numerics/gamma.js";
import type { Tensor } from "../core/tensor.js";
import { multiply, negative, square } from "./arithmetic.js";
import { unary } from "./declare.js";
import { exp } from "./exponential.js";
import { trigamma } from "./polygamma.js";

/** 2/√π. */
const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** 2/√π·exp(−x²), the derivative of the error function. */
function bell(x: Tensor): Tensor {
  return multiply(TWO_OVER_ROOT_PI, exp(negative(square(x))));
}

/**
 * The error function, 2/√π times the integral of exp(−t²) from 0 to x, elementwise (Abramowitz and Stegun 7.1.1).
 *
 * @throws DTypeError for int32 and bool.
 */
export const erf = /* @__PURE__ */ unary("erf", {
  summary: "The error function of x.",
  scalar: errorFunction,
  partial: (x) => bell(x),
  singular: true,
  samples: { from: -2, to: 2 },
});

/**
 * 1 − erf(x), elementwise, without the loss of digits on the right (Abramowitz and Stegun 7.1.2).
 *
 * @throws DTypeError for int32 and bool.
 */
export const erfc = /* @__PURE__ */ unary("erfc", {
  summary: "1 − erf(x), without the loss of digits on the right.",
  scalar: complementaryErrorFunction,
  partial: (x) => negative(bell(x)),
  singular: true,
  samples: { from: -2, to: 2 },
});

/**
 * log |Γ(x)|, elementwise; ∞ at 0 and the negative integers (Abramowitz and Stegun 6.1).
 *
 * @throws DTypeError for int32 and bool.
 *
 * @example
 * tf.math.lgamma(5).item(); // log 24
 */
export const lgamma = /* @__PURE__ */ unary("lgamma", {
  summary: "log |Γ(x)|.",
  scalar: lgammaOf,
  partial: (x) => digamma(x),
  singular: true,
  samples: { from: 0.6, to: 4 },
});

/**
 * The derivative of log Γ(x), elementwise; NaN at 0 and the negative integers (Abramowitz and Stegun 6.3).
 *
 * @throws DTypeError for int32 and bool.
 */
export const digamma = /* @__PURE__ */ unary("digamma", {
  summary: "The derivative of log Γ(x).",
  scalar: digammaOf,
  partial: (x) => trigamma(x),
  singular: true,
  samples: { from: 0.6, to: 4 },
});

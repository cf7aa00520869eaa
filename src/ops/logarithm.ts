/** Logarithms, and what keeps their accuracy near 0; TensorFlow exports them as `tf.math.*` only. */

import { add } from "./arithmetic.js";
import { unary } from "./declare.js";
import { exp } from "./exponential.js";
import { reciprocal } from "./reciprocal.js";

/**
 * The natural logarithm, elementwise; −∞ at 0, NaN below.
 *
 * @throws DTypeError for int32 and bool.
 */
export const log = /* @__PURE__ */ unary("log", {
  summary: "The natural logarithm of x.",
  scalar: Math.log,
  partial: (x) => reciprocal(x),
  singular: true,
  samples: { from: 0.4, to: 3 },
});

/**
 * log(1 + x), elementwise, without the loss of digits near 0; −∞ at −1, NaN below.
 *
 * @throws DTypeError for int32 and bool.
 */
export const log1p = /* @__PURE__ */ unary("log1p", {
  summary: "log(1 + x), without the loss of digits near 0.",
  scalar: Math.log1p,
  partial: (x) => reciprocal(add(x, 1)),
  singular: true,
  samples: { from: -0.6, to: 3 },
});

/**
 * eˣ − 1, elementwise, without the loss of digits near 0.
 *
 * @throws DTypeError for int32 and bool.
 */
export const expm1 = /* @__PURE__ */ unary("expm1", {
  summary: "eˣ − 1, without the loss of digits near 0.",
  scalar: Math.expm1,
  // Not y + 1, which has no digits left far to the left.
  partial: (x) => exp(x),
  singular: true,
  samples: { from: -2, to: 2 },
});

/** Hyperbolic functions and the inverses of all three; TensorFlow exports them as `tf.*` and `tf.math.*`. */

import { unary } from "./declare.js";
import { oneMinusSquare } from "./one-minus-square.js";
import { reciprocal } from "./reciprocal.js";

/**
 * The hyperbolic sine, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const sinh = /* @__PURE__ */ unary("sinh", {
  summary: "The hyperbolic sine of x.",
  scalar: Math.sinh,
  partial: (x) => cosh(x),
  singular: true,
  samples: { from: -2, to: 2 },
});

/**
 * The hyperbolic cosine, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const cosh = /* @__PURE__ */ unary("cosh", {
  summary: "The hyperbolic cosine of x.",
  scalar: Math.cosh,
  partial: (x) => sinh(x),
  singular: true,
  samples: { from: -2, to: 2 },
});

/**
 * The number whose hyperbolic sine is x, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const asinh = /* @__PURE__ */ unary("asinh", {
  summary: "The number whose hyperbolic sine is x.",
  scalar: Math.asinh,
  // cosh(y) is √(x² + 1) without the square, which would overflow.
  partial: (_x, y) => reciprocal(cosh(y)),
  singular: true,
  samples: { from: -3, to: 3 },
});

/**
 * The number from 0 on whose hyperbolic cosine is x, elementwise; NaN below 1. The derivative at 1 is ∞.
 *
 * @throws DTypeError for int32 and bool.
 */
export const acosh = /* @__PURE__ */ unary("acosh", {
  summary: "The number from 0 on whose hyperbolic cosine is x.",
  scalar: Math.acosh,
  // sinh(y) is √(x² − 1) without the loss of digits near 1.
  partial: (_x, y) => reciprocal(sinh(y)),
  singular: true,
  samples: { from: 1.3, to: 4 },
});

/**
 * The number whose hyperbolic tangent is x, elementwise; ±∞ at ±1, NaN beyond.
 *
 * @throws DTypeError for int32 and bool.
 */
export const atanh = /* @__PURE__ */ unary("atanh", {
  summary: "The number whose hyperbolic tangent is x.",
  scalar: Math.atanh,
  partial: (x) => reciprocal(oneMinusSquare(x)),
  singular: true,
  samples: { from: -0.8, to: 0.8 },
});

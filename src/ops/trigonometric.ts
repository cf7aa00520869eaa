/** Trigonometric functions and their inverses, in radians; TensorFlow exports them as `tf.*` and `tf.math.*`. */

import { add, negative, square } from "./arithmetic.js";
import { binary, unary } from "./declare.js";
import { oneMinusSquare } from "./one-minus-square.js";
import { planarSlope } from "./planar-slope.js";
import { reciprocal, rsqrt } from "./reciprocal.js";

/**
 * The sine of x in radians, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const sin = /* @__PURE__ */ unary("sin", {
  summary: "The sine of x in radians.",
  scalar: Math.sin,
  partial: (x) => cos(x),
  singular: true,
  samples: { from: -3, to: 3 },
});

/**
 * The cosine of x in radians, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const cos = /* @__PURE__ */ unary("cos", {
  summary: "The cosine of x in radians.",
  scalar: Math.cos,
  partial: (x) => negative(sin(x)),
  singular: true,
  samples: { from: -3, to: 3 },
});

/**
 * The tangent of x in radians, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const tan = /* @__PURE__ */ unary("tan", {
  summary: "The tangent of x in radians.",
  scalar: Math.tan,
  partial: (_x, y) => add(square(y), 1),
  singular: true,
  samples: { from: -1.2, to: 1.2 },
});

/**
 * The angle in [−π/2, π/2] whose sine is x, elementwise; NaN outside [−1, 1]. The derivative at ±1 is ∞.
 *
 * @throws DTypeError for int32 and bool.
 */
export const asin = /* @__PURE__ */ unary("asin", {
  summary: "The angle in [−π/2, π/2] whose sine is x.",
  scalar: Math.asin,
  partial: (x) => rsqrt(oneMinusSquare(x)),
  singular: true,
  samples: { from: -0.8, to: 0.8 },
});

/**
 * The angle in [0, π] whose cosine is x, elementwise; NaN outside [−1, 1]. The derivative at ±1 is −∞.
 *
 * @throws DTypeError for int32 and bool.
 */
export const acos = /* @__PURE__ */ unary("acos", {
  summary: "The angle in [0, π] whose cosine is x.",
  scalar: Math.acos,
  partial: (x) => negative(rsqrt(oneMinusSquare(x))),
  singular: true,
  samples: { from: -0.8, to: 0.8 },
});

/**
 * The angle in [−π/2, π/2] whose tangent is x, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const atan = /* @__PURE__ */ unary("atan", {
  summary: "The angle in [−π/2, π/2] whose tangent is x.",
  scalar: Math.atan,
  partial: (x) => reciprocal(add(square(x), 1)),
  singular: true,
  samples: { from: -3, to: 3 },
});

/**
 * The angle in [−π, π] between the positive first axis and the point with first coordinate `b` and second coordinate
 * `a`, elementwise with broadcasting.
 *
 * @throws DTypeError for int32 and bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 *
 * @example
 * tf.atan2(1, -1).item(); // 3π/4
 */
export const atan2 = /* @__PURE__ */ binary("atan2", {
  summary: "The angle in [−π, π] of the point (b, a).",
  domain: "floating",
  scalar: Math.atan2,
  partials: [(a, b) => planarSlope(b, a), (a, b) => negative(planarSlope(a, b))],
  singular: true,
  samples: [
    { from: -3, to: 3 },
    { from: 0.4, to: 3 },
  ],
});

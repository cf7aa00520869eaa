/** Elementwise comparisons, which give bool and have no derivative; TensorFlow exports them as `tf.*` and `tf.math.*`. */

import { binary } from "./declare.js";

// Booleans become numbers by +, since the branch of a conditional is mispredicted at every other element.

const samples = [
  [-1, 0, 2, 2.5],
  [1, 0, 2, -2.5],
] as const;

/**
 * Whether a = b, elementwise with broadcasting; NaN equals nothing, and 0 equals −0.
 *
 * Operands have one dtype, whichever; the result is bool.
 *
 * @throws DTypeError when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const equal = /* @__PURE__ */ binary("equal", {
  summary: "Whether a = b.",
  domain: "any",
  result: "bool",
  scalar: (a, b) => +(a === b),
  samples,
});

/**
 * Whether a ≠ b, elementwise with broadcasting; NaN differs from everything, itself included.
 *
 * Operands have one dtype, whichever; the result is bool.
 *
 * @throws DTypeError when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const notEqual = /* @__PURE__ */ binary("notEqual", {
  summary: "Whether a ≠ b.",
  domain: "any",
  result: "bool",
  scalar: (a, b) => +(a !== b),
  samples,
});

/**
 * Whether a < b, elementwise with broadcasting; false where either is NaN. The result is bool.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const less = /* @__PURE__ */ binary("less", {
  summary: "Whether a < b.",
  result: "bool",
  scalar: (a, b) => +(a < b),
  samples,
});

/**
 * Whether a ≤ b, elementwise with broadcasting; false where either is NaN. The result is bool.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const lessEqual = /* @__PURE__ */ binary("lessEqual", {
  summary: "Whether a ≤ b.",
  result: "bool",
  scalar: (a, b) => +(a <= b),
  samples,
});

/**
 * Whether a > b, elementwise with broadcasting; false where either is NaN. The result is bool.
 *
 * A tensor used as a condition is always true: write `tf.greater(a, b).item()` in an `if`.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const greater = /* @__PURE__ */ binary("greater", {
  summary: "Whether a > b.",
  result: "bool",
  scalar: (a, b) => +(a > b),
  samples,
});

/**
 * Whether a ≥ b, elementwise with broadcasting; false where either is NaN. The result is bool.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const greaterEqual = /* @__PURE__ */ binary("greaterEqual", {
  summary: "Whether a ≥ b.",
  result: "bool",
  scalar: (a, b) => +(a >= b),
  samples,
});

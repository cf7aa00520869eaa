/** Elementwise logic on bool, which has no derivative; TensorFlow exports it as `tf.*` and `tf.math.*`. */

import { binary, unary } from "./declare.js";

const samples = [
  [0, 0, 1, 1],
  [0, 1, 0, 1],
] as const;

/**
 * Whether both are true, elementwise with broadcasting.
 *
 * @throws DTypeError unless both are bool; ShapeError when the shapes do not broadcast.
 */
export const logicalAnd = /* @__PURE__ */ binary("logicalAnd", {
  summary: "Whether both are true.",
  domain: "bool",
  scalar: (a, b) => a & b,
  samples,
});

/**
 * Whether at least one is true, elementwise with broadcasting.
 *
 * @throws DTypeError unless both are bool; ShapeError when the shapes do not broadcast.
 */
export const logicalOr = /* @__PURE__ */ binary("logicalOr", {
  summary: "Whether at least one is true.",
  domain: "bool",
  scalar: (a, b) => a | b,
  samples,
});

/**
 * Whether x is false, elementwise.
 *
 * @throws DTypeError unless x is bool.
 */
export const logicalNot = /* @__PURE__ */ unary("logicalNot", {
  summary: "Whether x is false.",
  domain: "bool",
  scalar: (x) => 1 - x,
  samples: [0, 1],
});

/** Elementwise functions to bool that TensorFlow exports as `tf.math.*` only; they have no derivative. */

import { binary, unary } from "./declare.js";

const samples = [0, -1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/**
 * Whether x is NaN, elementwise. The result is bool.
 *
 * @throws DTypeError for int32 and bool.
 */
export const isNan = /* @__PURE__ */ unary("isNan", {
  summary: "Whether x is NaN.",
  result: "bool",
  scalar: (x) => (Number.isNaN(x) ? 1 : 0),
  samples,
});

/**
 * Whether x is ∞ or −∞, elementwise. The result is bool.
 *
 * @throws DTypeError for int32 and bool.
 */
export const isInf = /* @__PURE__ */ unary("isInf", {
  summary: "Whether x is ∞ or −∞.",
  result: "bool",
  scalar: (x) => (Math.abs(x) === Number.POSITIVE_INFINITY ? 1 : 0),
  samples,
});

/**
 * Whether x is neither NaN nor infinite, elementwise. The result is bool.
 *
 * @throws DTypeError for int32 and bool.
 */
const finite = /* @__PURE__ */ unary("isFinite", {
  summary: "Whether x is neither NaN nor infinite.",
  result: "bool",
  scalar: (x) => (Number.isFinite(x) ? 1 : 0),
  samples,
});

// Under its public name it would hide the function of JavaScript in this file.
export { finite as isFinite };

/**
 * Whether exactly one is true, elementwise with broadcasting.
 *
 * @throws DTypeError unless both are bool; ShapeError when the shapes do not broadcast.
 */
export const logicalXor = /* @__PURE__ */ binary("logicalXor", {
  summary: "Whether exactly one is true.",
  domain: "bool",
  scalar: (a, b) => a ^ b,
  samples: [
    [0, 0, 1, 1],
    [0, 1, 0, 1],
  ],
});

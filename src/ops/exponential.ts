/** The exponential function, which TensorFlow exports as `tf.exp` and `tf.math.exp`. */

import { unary } from "./declare.js";

/**
 * eˣ, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const exp = /* @__PURE__ */ unary("exp", {
  summary: "eˣ.",
  scalar: Math.exp,
  partial: (_x, y) => y,
  singular: true,
  samples: { from: -2, to: 2 },
});

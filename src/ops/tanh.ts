/** The hyperbolic tangent, which TensorFlow exports as `tf.tanh`, `tf.math.tanh` and `tf.nn.tanh`. */

import { tanh as hyperbolicTangent } from "../core/numerics/hyperbolic-tangent.js";
import { unary } from "./declare.js";
import { oneMinusSquare } from "./one-minus-square.js";

/**
 * The hyperbolic tangent, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const tanh = /* @__PURE__ */ unary("tanh", {
  summary: "The hyperbolic tangent of x.",
  scalar: hyperbolicTangent,
  partial: (_x, y) => oneMinusSquare(y),
  singular: true,
  samples: { from: -2, to: 2 },
});

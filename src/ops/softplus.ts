/** The integral of the logistic function, which TensorFlow exports as `tf.math.softplus` and `tf.nn.softplus`. */

import { softplus as logOnePlusExp } from "../core/numerics/logistic.js";
import { unary } from "./declare.js";
import { sigmoid } from "./sigmoid.js";

/**
 * log(1 + eˣ), elementwise; it neither overflows nor loses digits, and nor do its derivatives.
 *
 * @throws DTypeError for int32 and bool.
 */
export const softplus = /* @__PURE__ */ unary("softplus", {
  summary: "log(1 + eˣ).",
  scalar: logOnePlusExp,
  partial: (x) => sigmoid(x),
  singular: true,
  samples: { from: -3, to: 3 },
});

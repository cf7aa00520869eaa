/** The logistic function, which TensorFlow exports as `tf.sigmoid`, `tf.math.sigmoid` and `tf.nn.sigmoid`. */

import { sigmoid as logistic } from "../core/numerics/logistic.js";
import { unary } from "./declare.js";
import { logisticDensity } from "./logistic-density.js";

/**
 * 1 / (1 + e⁻ˣ), elementwise; accurate in both tails, and so are its derivatives.
 *
 * @throws DTypeError for int32 and bool.
 */
export const sigmoid = /* @__PURE__ */ unary("sigmoid", {
  summary: "1 / (1 + e⁻ˣ).",
  scalar: logistic,
  partial: (x) => logisticDensity(x),
  singular: true,
  samples: { from: -3, to: 3 },
});

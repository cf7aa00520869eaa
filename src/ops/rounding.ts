/** Rounding that TensorFlow exports as `tf.*` and `tf.math.*`; it has no derivative and cuts the path. */

import { roundHalfToEven } from "../core/numerics/rounding.js";
import { unary } from "./declare.js";

/**
 * The greatest integer that is not above x, elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const floor = /* @__PURE__ */ unary("floor", {
  summary: "The greatest integer that is not above x.",
  scalar: Math.floor,
  samples: [-2.5, -0.5, 0.5, 1.5],
});

/**
 * The nearest integer, elementwise; halves go to the even neighbour. int32 stays as it is.
 *
 * @throws DTypeError for bool.
 *
 * @example
 * tf.round([0.5, 1.5, 2.5]).toArray(); // [0, 2, 2]
 */
export const round = /* @__PURE__ */ unary("round", {
  summary: "The nearest integer; halves go to the even neighbour.",
  domain: "numeric",
  scalar: roundHalfToEven,
  samples: [-2.7, -0.3, 0.3, 1.7],
});

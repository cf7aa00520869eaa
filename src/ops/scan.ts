/** Running sums, which TensorFlow exports as `tf.cumsum` and `tf.math.cumsum`. */

import type { TensorLike } from "../core/convert.js";
import type { Tensor } from "../core/tensor.js";
import { cumsumOp } from "./cumulate.js";
import { operation } from "./declare.js";
import { runScan, type ScanOptions } from "./scan-options.js";

export type { ScanOptions } from "./scan-options.js";

/**
 * The sum of each element and those before it along an axis, by default the first; accumulated in float64, int32 wraps.
 *
 * @param x numeric, rank ≥ 1
 * @returns the shape and dtype of x
 * @throws IndexError when the axis is out of range; DTypeError for bool; ArgumentError for an unknown option.
 * @example
 * tf.cumsum([1, 2, 3]).toArray(); // [1, 3, 6]
 * tf.cumsum([1, 2, 3], { exclusive: true, reverse: true }).toArray(); // [5, 3, 0]
 */
export const cumsum = /* @__PURE__ */ operation(
  cumsumOp,
  (x: TensorLike, options?: ScanOptions): Tensor => runScan(cumsumOp, x, options),
);

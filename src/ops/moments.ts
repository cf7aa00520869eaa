/** Mean and variance in one call, which TensorFlow exports as `tf.nn.moments`. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import { checkDomain } from "./declare.js";
import { reduceVariance } from "./math-reduction.js";
import { reduceMean } from "./reduction.js";

/** Options of `moments`. */
export interface MomentsOptions {
  /** Whether reduced axes stay, with length 1. Default false. */
  readonly keepdims?: boolean;
}

/**
 * The mean and the variance along some axes, the latter as `tf.math.reduceVariance` gives it.
 *
 * @param x floating, any shape
 * @param axes the axes to reduce; −1 is the last
 * @throws IndexError when an axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option.
 * @example
 * const [mean, variance] = tf.nn.moments(x, [0], { keepdims: true });
 */
export function moments(
  x: TensorLike,
  axes: number | readonly number[],
  options?: MomentsOptions,
): readonly [mean: Tensor, variance: Tensor] {
  checkOptions(options, ["keepdims"], "moments");
  const operand = toTensor(x, "moments", "x");
  checkDomain(operand, "floating", "moments", "x");
  const reduce = { ...options, axis: axes };
  return [reduceMean(operand, reduce), reduceVariance(operand, reduce)];
}

/** Softmax and its logarithm, which TensorFlow exports as `tf.nn.*` and `tf.math.*`. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { checkOptions } from "../core/options.js";
import { normalizeAxis } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { subtract } from "./arithmetic.js";
import { reduceSumOp } from "./broadcast.js";
import { checkDomain } from "./declare.js";
import { divide } from "./division.js";
import { exp } from "./exponential.js";
import { stopGradient } from "./identity.js";
import { log } from "./logarithm.js";
import { reduceMaxOp } from "./reduce-extremum.js";

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** The axis along which the results sum to 1. Default −1, the last. */
  readonly axis?: number;
}

/**
 * eˣ / Σ eˣ along an axis, by default the last. It and its derivatives are finite wherever the logits are.
 *
 * @param logits floating, rank ≥ 1
 * @returns the shape and dtype of the logits
 * @throws IndexError when the axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option.
 * @example
 * tf.nn.softmax([0, 0]).toArray(); // [0.5, 0.5]
 */
export function softmax(logits: TensorLike, options?: SoftmaxOptions): Tensor {
  const { shifted, axes } = shiftedLogits(logits, options, "softmax");
  const powers = exp(shifted);
  return divide(powers, run(reduceSumOp, [powers], { axes, keepdims: true }));
}

/**
 * x − log Σ eˣ along an axis, by default the last: the logarithm of `softmax`, without its loss of digits.
 *
 * @param logits floating, rank ≥ 1
 * @returns the shape and dtype of the logits
 * @throws IndexError when the axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option.
 */
export function logSoftmax(logits: TensorLike, options?: SoftmaxOptions): Tensor {
  const { shifted, axes } = shiftedLogits(logits, options, "logSoftmax");
  return subtract(shifted, log(run(reduceSumOp, [exp(shifted)], { axes, keepdims: true })));
}

/** The logits less their largest, so that no power overflows. The shift does not change the result: it is a constant. */
function shiftedLogits(
  logits: TensorLike,
  options: SoftmaxOptions | undefined,
  name: string,
): { readonly shifted: Tensor; readonly axes: readonly number[] } {
  const operand = toTensor(logits, name, "logits");
  checkDomain(operand, "floating", name, "logits");
  checkOptions(options, ["axis"], name);
  const axes = [normalizeAxis(options?.axis ?? -1, operand.rank, name)];
  const largest = run(reduceMaxOp, [stopGradient(operand)], { axes, keepdims: true });
  return { shifted: subtract(operand, largest), axes };
}

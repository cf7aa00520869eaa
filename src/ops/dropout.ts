/** Dropout: elements that are set to zero at random, while training. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError } from "../core/errors.js";
import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import { multiply } from "./arithmetic.js";
import { greaterEqual } from "./comparison.js";
import { drawTensor, uniformOp } from "./random-draw.js";
import { where } from "./select.js";

/** Options of `dropout`. */
export interface DropoutOptions {
  /** An integer that determines by itself which elements are kept; see `tf.random.uniform`. */
  readonly seed?: number;
}

/**
 * Sets each element to 0 with the probability `rate`, and multiplies the others by 1 / (1 − rate), so that sums keep their
 * expected value. The gradient goes through the elements that are kept. Which they are depends on seed and shape, not on the
 * dtype.
 *
 * @param x floating, any shape
 * @param rate from 0 up to, but not including, 1
 *
 * @throws ArgumentError when the rate is outside [0, 1) or the seed is no integer; DTypeError when x is not floating.
 *
 * @example
 * tf.nn.dropout(tf.ones([4]), 0.5, { seed: 1 }); // zeros and twos
 */
export function dropout(x: TensorLike, rate: number, options: DropoutOptions = {}): Tensor {
  const operation = "nn.dropout";
  checkOptions(options, ["seed"], operation);
  if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
    throw new ArgumentError(
      `${operation}: rate must be a number from 0 up to, but not including, 1, got ${String(rate)}`,
    );
  }
  const tensor = toTensor(x, operation, "x");
  if (!isFloating(tensor.dtype)) {
    throw new DTypeError(`${operation}: x is ${describe(tensor)}; expected float32 or float64`);
  }
  const chances = drawTensor(uniformOp, tensor.shape, "float32", options.seed, operation);
  const kept = greaterEqual(chances, rate);
  return where(kept, multiply(tensor, 1 / (1 - rate)), 0);
}

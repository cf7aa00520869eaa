/** Reductions and scans that TensorFlow exports as `tf.math.*` only: spread about the mean, lengths, running products. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import type { Tensor } from "../core/tensor.js";
import { subtract } from "./arithmetic.js";
import { cumprodOp } from "./cumulate.js";
import { checkDomain, operation } from "./declare.js";
import { divide } from "./division.js";
import { euclideanNormOp } from "./euclidean-norm.js";
import { squaredDifference } from "./reciprocal.js";
import { type ReduceOptions, reduceAttributes, reducedCount } from "./reduce.js";
import { reduceMean } from "./reduction.js";
import { runScan, type ScanOptions } from "./scan-options.js";

/**
 * The variance of the elements along some axes, by default all: the mean of (x − mean(x))², with no correction for the number
 * of elements; NaN over an empty axis.
 *
 * @param x floating, any shape
 * @throws IndexError when an axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option.
 */
export function reduceVariance(x: TensorLike, options?: ReduceOptions): Tensor {
  const operand = toTensor(x, "reduceVariance", "x");
  checkDomain(operand, "floating", "reduceVariance", "x");
  const { axes, keepdims } = reduceAttributes(operand, options, "reduceVariance");
  const mean = reduceMean(operand, { axis: axes, keepdims: true });
  return reduceMean(squaredDifference(operand, mean), { axis: axes, keepdims });
}

/**
 * The standard deviation of the elements along some axes, by default all: the root of `reduceVariance`. Where all elements are
 * equal its gradient is 0 (TensorFlow gives NaN).
 *
 * @param x floating, any shape
 * @throws IndexError when an axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option.
 */
export function reduceStd(x: TensorLike, options?: ReduceOptions): Tensor {
  const operand = toTensor(x, "reduceStd", "x");
  checkDomain(operand, "floating", "reduceStd", "x");
  const attributes = reduceAttributes(operand, options, "reduceStd");
  const { axes } = attributes;
  const deviations = subtract(operand, reduceMean(operand, { axis: axes, keepdims: true }));
  const length = run(euclideanNormOp, [deviations], attributes);
  return divide(length, Math.sqrt(reducedCount(operand, axes)));
}

/**
 * The Euclidean length √(Σ x²) along some axes, by default all; 0 over an empty axis. It neither overflows nor underflows
 * before its result does, and its gradient at 0 is 0.
 *
 * @param x floating, any shape
 * @throws IndexError when an axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option.
 */
export const reduceEuclideanNorm = /* @__PURE__ */ operation(
  euclideanNormOp,
  (x: TensorLike, options?: ReduceOptions): Tensor => {
    const operand = toTensor(x, "reduceEuclideanNorm", "x");
    return run(
      euclideanNormOp,
      [operand],
      reduceAttributes(operand, options, "reduceEuclideanNorm"),
    );
  },
);

/**
 * The product of each element and those before it along an axis, by default the first. Gradients of every order are right
 * with any number of zeros.
 *
 * @param x numeric, rank ≥ 1
 * @returns the shape and dtype of x
 * @throws IndexError when the axis is out of range; DTypeError for bool; ArgumentError for an unknown option.
 * @example
 * tf.math.cumprod([1, 2, 3]).toArray(); // [1, 2, 6]
 */
export const cumprod = /* @__PURE__ */ operation(
  cumprodOp,
  (x: TensorLike, options?: ScanOptions): Tensor => runScan(cumprodOp, x, options),
);

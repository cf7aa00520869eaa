/** Seeded random numbers: uniform, normal, integers, shuffles and draws of classes, the same in every engine. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { checkDType } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import type { Op } from "../core/op.js";
import { checkOptions } from "../core/options.js";
import { checkInteger, checkShape, type Shape, sizeOf } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { add, multiply, subtract } from "./arithmetic.js";
import { less } from "./comparison.js";
import { gatherOp } from "./gather.js";
import {
  categoriesOp,
  type DrawAttributes,
  drawParameter,
  drawTensor,
  integersOp,
  normalOp,
  permutationOp,
  truncatedNormalOp,
  uniformOp,
} from "./random-draw.js";
import { seedSharedStream, takeStream } from "./random-stream.js";
import { where } from "./select.js";

/** What every random function takes. */
export interface SeedOptions {
  /**
   * An integer that determines the result by itself. Without it the call takes the next numbers of the stream that all calls
   * without a seed share; see `setSeed`.
   */
  readonly seed?: number;
}

/** Options of `uniform`. */
export interface UniformOptions extends SeedOptions {
  /** The least value. Default 0. */
  readonly minval?: TensorLike;
  /** The bound above all values, which is not reached. Default 1; int32 has no default. */
  readonly maxval?: TensorLike;
  /** Default float32. */
  readonly dtype?: "float32" | "float64" | "int32";
}

/** Options of `normal` and `truncatedNormal`. */
export interface NormalOptions extends SeedOptions {
  /** Default 0. */
  readonly mean?: TensorLike;
  /** Default 1. */
  readonly stddev?: TensorLike;
  /** Default float32. */
  readonly dtype?: "float32" | "float64";
}

/** Options of `categorical`. */
export interface CategoricalOptions extends SeedOptions {
  /** int32, the default and only choice: classes are counted. */
  readonly dtype?: "int32";
}

/**
 * Begins the stream of the calls without a seed anew, so that a program that starts with it draws the same numbers
 * every time and everywhere. A program that never calls it starts from the platform's entropy.
 *
 * @param seed an integer between −(2⁵³ − 1) and 2⁵³ − 1
 *
 * @throws ArgumentError when the seed is something else.
 *
 * @example
 * tf.random.setSeed(1);
 * tf.random.normal([2]); // the same two numbers in every run, in Node and in browsers
 */
export function setSeed(seed: number): void {
  seedSharedStream(seed, "random.setSeed");
}

/**
 * Numbers uniform in [minval, maxval): float32 or float64, or int32, where each integer is exactly equally likely.
 *
 * With a `seed` the result is a function of the arguments alone, as in TensorFlow's stateless functions: a second call with
 * that seed gives the same numbers, and functions that share a seed give numbers that depend on each other. Without one the
 * call draws the next numbers of the shared stream. Gradients flow to `minval` and `maxval`.
 *
 * @param shape the result's; for floats minval and maxval broadcast to it
 *
 * @throws ArgumentError when int32 is asked for without maxval, when no value lies between the bounds, or when the seed is no
 * integer; DTypeError for bool, or when a bound has another dtype; ShapeError when a bound does not broadcast to the shape.
 *
 * @example
 * tf.random.uniform([2, 3], { minval: -1, maxval: 1, seed: 5 });
 * tf.random.uniform([10], { minval: 1, maxval: 7, dtype: "int32" }); // dice
 */
export function uniform(shape: Shape, options: UniformOptions = {}): Tensor {
  const operation = "random.uniform";
  checkOptions(options, ["minval", "maxval", "dtype", "seed"], operation);
  const { minval = 0, maxval, dtype = "float32", seed } = options;
  checkDType(dtype, operation);
  if (dtype === "int32") return uniformIntegers(checkShape(shape, operation), options);
  const unit = drawTensor(uniformOp, shape, dtype, seed, operation);
  if (minval === 0 && (maxval === undefined || maxval === 1)) return unit;
  if (typeof minval === "number" && typeof maxval === "number" && !(minval <= maxval)) {
    throw new ArgumentError(
      `${operation}: minval ${minval} must not be greater than maxval ${maxval}`,
    );
  }
  const least = drawParameter(minval, unit, operation, "minval");
  const bound = drawParameter(maxval ?? 1, unit, operation, "maxval");
  const scaled = add(least, multiply(unit, subtract(bound, least)));
  // Rounding may carry a value up to the bound, which belongs to no draw.
  return where(less(scaled, bound), scaled, least);
}

function uniformIntegers(shape: Shape, { minval = 0, maxval, seed }: UniformOptions): Tensor {
  const operation = "random.uniform";
  if (maxval === undefined) {
    throw new ArgumentError(`${operation}: int32 needs maxval, the integer above the greatest`);
  }
  checkInteger(minval, operation, "minval for int32");
  checkInteger(maxval, operation, "maxval for int32");
  if (minval >= maxval || minval < -(2 ** 31) || maxval > 2 ** 31) {
    throw new ArgumentError(
      `${operation}: int32 needs −2³¹ ≤ minval < maxval ≤ 2³¹, got ${minval} and ${maxval}`,
    );
  }
  const stream = takeStream(seed, Math.ceil(sizeOf(shape) / 2), operation);
  return run(integersOp, [], { shape, minval, maxval, stream });
}

/**
 * Numbers of the normal distribution. Seeds are as in `uniform`; gradients flow to `mean` and `stddev`.
 *
 * Source: the quantile function (M. J. Wichura, Algorithm AS 241, 1988) of a uniform number.
 *
 * @param shape the result's; mean and stddev broadcast to it
 *
 * @throws DTypeError for int32 and bool, or when mean or stddev has another dtype; ShapeError when one does not broadcast
 * to the shape; ArgumentError when the seed is no integer.
 *
 * @example
 * tf.random.normal([784, 128], { stddev: 0.05, seed: 1 });
 */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  return scaledNormal(normalOp, shape, options, "random.normal");
}

/**
 * Numbers of the normal distribution under the condition that they are at most two standard deviations from the mean; the
 * usual start of a layer's weights. Seeds are as in `uniform`; gradients flow to `mean` and `stddev`.
 *
 * @param shape the result's; mean and stddev broadcast to it
 *
 * @throws DTypeError, ShapeError, ArgumentError as `normal`.
 *
 * @example
 * tf.random.truncatedNormal([3, 3], { stddev: 0.1 }); // all between −0.2 and 0.2
 */
export function truncatedNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  return scaledNormal(truncatedNormalOp, shape, options, "random.truncatedNormal");
}

/**
 * The slices of a tensor along its first axis in random order, of which all are equally likely. Gradients flow back to where
 * the slices came from. Seeds are as in `uniform`.
 *
 * @param x any dtype, rank 1 or more
 *
 * @throws ShapeError when x is a scalar; ArgumentError when the seed is no integer.
 *
 * @example
 * tf.random.shuffle([1, 2, 3], { seed: 2 });
 */
export function shuffle(x: TensorLike, options: SeedOptions = {}): Tensor {
  const operation = "random.shuffle";
  checkOptions(options, ["seed"], operation);
  const tensor = toTensor(x, operation, "x");
  const length = tensor.shape[0];
  if (length === undefined) {
    throw new ShapeError(`${operation}: x is ${describe(tensor)}; expected rank 1 or more`);
  }
  const stream = takeStream(options.seed, length, operation);
  const order = run(permutationOp, [], { length, stream });
  return run(gatherOp, [tensor, order], { axis: 0 });
}

/**
 * Classes drawn from rows of unnormalized log-probabilities: class k of a row with the probability softmax(row)[k]. No gradient
 * flows to the logits. Seeds are as in `uniform`.
 *
 * @param logits [rows, classes], floating; −∞ excludes a class
 * @param numSamples how many to draw from every row
 * @returns int32 [rows, numSamples]
 *
 * @throws ShapeError when the rank is not 2 or there is no class; DTypeError when the logits are not floating; NumericsError when
 * a row has no finite greatest logit; ArgumentError when numSamples is no integer from 0 or the seed is no integer.
 *
 * @example
 * tf.random.categorical([[0, 0, -Infinity]], 5); // zeros and ones
 */
export function categorical(
  logits: TensorLike,
  numSamples: number,
  options: CategoricalOptions = {},
): Tensor {
  const operation = "random.categorical";
  checkOptions(options, ["dtype", "seed"], operation);
  const { dtype = "int32", seed } = options;
  checkDType(dtype, operation);
  if (dtype !== "int32") {
    throw new DTypeError(
      `${operation}: classes are int32, but dtype ${String(dtype)} is asked for`,
    );
  }
  checkInteger(numSamples, operation, "numSamples");
  if (numSamples < 0) {
    throw new ArgumentError(`${operation}: numSamples must not be negative, got ${numSamples}`);
  }
  const tensor = toTensor(logits, operation, "logits");
  const stream = takeStream(seed, (tensor.shape[0] ?? 1) * numSamples, operation);
  return run(categoriesOp, [tensor], { samples: numSamples, stream });
}

function scaledNormal(
  op: Op<DrawAttributes>,
  shape: Shape,
  options: NormalOptions,
  operation: string,
): Tensor {
  checkOptions(options, ["mean", "stddev", "dtype", "seed"], operation);
  const { mean = 0, stddev = 1, dtype = "float32", seed } = options;
  const unit = drawTensor(op, shape, dtype, seed, operation);
  const spread =
    stddev === 1 ? unit : multiply(unit, drawParameter(stddev, unit, operation, "stddev"));
  return mean === 0 ? spread : add(spread, drawParameter(mean, unit, operation, "mean"));
}

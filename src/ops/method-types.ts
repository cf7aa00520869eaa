/** The methods of tensors and variables, as users see them. */

import type { TensorLike } from "../core/convert.js";
import type { DType, TypedArray } from "../core/dtype.js";
import type { DataOptions, NestedNumbers } from "../core/reading.js";
import type { Shape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import type { MatmulOptions } from "./contraction.js";
import type { ReduceOptions } from "./reduce.js";

/** The methods that tensors and variables have alike. On a variable each works on its present value. */
export interface TensorMethods {
  /** `tf.add`. */
  add(other: TensorLike): Tensor;
  /** `tf.subtract`. */
  sub(other: TensorLike): Tensor;
  /** `tf.multiply`, elementwise. */
  mul(other: TensorLike): Tensor;
  /** `tf.divide`. */
  div(other: TensorLike): Tensor;
  /** `tf.pow`. */
  pow(exponent: TensorLike): Tensor;
  /** `tf.negative`. */
  neg(): Tensor;
  /** `tf.matmul`. */
  matmul(other: TensorLike, options?: MatmulOptions): Tensor;
  /** `tf.abs`. */
  abs(): Tensor;
  /** `tf.square`. */
  square(): Tensor;
  /** `tf.sqrt`. */
  sqrt(): Tensor;
  /** `tf.exp`. */
  exp(): Tensor;
  /** `tf.math.log`. */
  log(): Tensor;
  /** `tf.equal`. */
  equal(other: TensorLike): Tensor;
  /** `tf.notEqual`. */
  notEqual(other: TensorLike): Tensor;
  /** `tf.greater`. */
  greater(other: TensorLike): Tensor;
  /** `tf.greaterEqual`. */
  greaterEqual(other: TensorLike): Tensor;
  /** `tf.less`. */
  less(other: TensorLike): Tensor;
  /** `tf.lessEqual`. */
  lessEqual(other: TensorLike): Tensor;
  /** `tf.reduceSum`. */
  sum(options?: ReduceOptions): Tensor;
  /** `tf.reduceMean`. */
  mean(options?: ReduceOptions): Tensor;
  /** `tf.reduceMax`. */
  max(options?: ReduceOptions): Tensor;
  /** `tf.reduceMin`. */
  min(options?: ReduceOptions): Tensor;
  /** `tf.reshape`. */
  reshape(shape: Shape): Tensor;
  /** `tf.transpose`. */
  transpose(perm?: readonly number[]): Tensor;
  /** `tf.cast`. */
  cast(dtype: DType): Tensor;
  /** `tf.slice`. */
  slice(begin: readonly number[], size: readonly number[]): Tensor;

  /**
   * The part at indices along the first axes, which it leaves out; −1 is the last. A view.
   *
   * @example
   * tf.constant([[1, 2], [3, 4]]).at(-1); // [3, 4]
   *
   * @throws IndexError when an index is out of range or there are more than axes; ArgumentError when one is no integer.
   */
  at(...indices: readonly number[]): Tensor;

  /**
   * The single element as a number; bool gives 0 or 1. Only where values can be read at once, as on the host.
   *
   * @throws ShapeError when there is not exactly one element.
   */
  item(): number;

  /** The values as nested arrays, a number for a scalar; bool gives 0 and 1. Only where values can be read at once. */
  toArray(): NestedNumbers;

  /**
   * The values in row-major order: a copy, unless `{ copy: false }` lets it be the tensor's own buffer, which must not be
   * written to or transferred, as other tensors may lie in it. bool gives a `Uint8Array` of 0 and 1. Only where values can be read at once.
   */
  data(options?: DataOptions): TypedArray;

  /** dtype, shape and values as text, shortened where there are many. */
  toString(): string;

  /**
   * The slices along the first axis, as `at(0)`, `at(1)`, …
   *
   * @throws ShapeError for a scalar.
   */
  [Symbol.iterator](): Generator<Tensor, void, undefined>;

  /**
   * The single element where a number is due, as in `+x`, and `toString()` where text is.
   *
   * @throws ShapeError where a number is due and there is not exactly one element.
   */
  [Symbol.toPrimitive](hint: "number" | "string" | "default"): number | string;
}

/** What tensors alone have. */
export interface TensorReading {
  /** The values in row-major order, a copy, also where they cannot be read at once. */
  read(): Promise<TypedArray>;
}

/** Tensors made of values and shapes: constants, zeros and ones, fills. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { checkDType, type DType, isTypedArray, type TypedArray } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import {
  arrayTensor,
  filledTensor,
  isLiteral,
  type Literal,
  literalTensor,
} from "../core/literals.js";
import { notATensor } from "../core/not-a-tensor.js";
import { checkOptions } from "../core/options.js";
import { checkShape, formatShape, type Shape, sizeOf } from "../core/shape.js";
import { Tensor, tensorType } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { broadcastView } from "./broadcast.js";
import { reshapeTo } from "./reshape.js";

/** Options of `constant`. */
export interface ConstantOptions {
  /** Default: a typed array's own, bool for booleans, float32 for numbers. */
  readonly dtype?: DType;
  /** The shape that the values take in row-major order, or that a single value fills. */
  readonly shape?: Shape;
  /** False lets the tensor share a typed array, which must then not be written to. Default true. */
  readonly copy?: boolean;
}

/** Options of functions that make tensors. */
export interface CreationOptions {
  /** Element type of the result. */
  readonly dtype?: DType;
}

/**
 * A tensor of a number, a boolean, nested arrays, or a typed array (which is a vector unless a shape is given).
 *
 * Numbers are float32 and booleans bool unless a dtype is given; typed arrays keep theirs (`Uint8Array` is bool).
 *
 * @example
 * tf.constant([[1, 2], [3, 4]]);
 * tf.constant(new Float64Array(6), { shape: [2, 3] });
 * tf.constant(7, { shape: [3], dtype: "int32" }); // [7, 7, 7]
 *
 * @throws ShapeError when arrays are ragged or the values do not fill the shape; DTypeError when the dtype cannot hold a
 * value; ArgumentError when the value is something else.
 */
export function constant(value: Literal | TypedArray, options: ConstantOptions = {}): Tensor {
  checkOptions(options, ["dtype", "shape", "copy"], "constant");
  const { dtype, copy = true } = options;
  if (dtype !== undefined) checkDType(dtype, "constant");
  const shape = options.shape === undefined ? undefined : checkShape(options.shape, "constant");
  if (isTypedArray(value)) {
    if (shape !== undefined && value.length === sizeOf(shape)) {
      return arrayTensor(value, shape, dtype, copy, "constant");
    }
    return shaped(arrayTensor(value, [value.length], dtype, copy, "constant"), shape);
  }
  if (isLiteral(value)) return shaped(literalTensor(value, dtype, "constant"), shape);
  throw notAConstant(value);
}

function notAConstant(value: unknown): ArgumentError {
  return value instanceof Tensor || value instanceof Variable
    ? new ArgumentError(
        `constant: value is already a tensor, ${describe(value)}; convertToTensor and identity take tensors`,
      )
    : notATensor(value, "constant", "value");
}

function shaped(values: Tensor, shape: Shape | undefined): Tensor {
  if (shape === undefined) return values;
  if (values.size === sizeOf(shape)) return reshapeTo(values, shape);
  if (values.size === 1) return broadcastView(reshapeTo(values, []), shape);
  throw new ShapeError(
    `constant: ${values.size} values do not fill shape ${formatShape(shape)}, which has ${sizeOf(shape)}`,
  );
}

/**
 * The value as a tensor: a tensor itself, the present value of a variable, else as `constant`.
 *
 * @throws DTypeError when a dtype is given and a tensor has another; else as `constant`.
 */
export function convertToTensor(value: TensorLike, options: CreationOptions = {}): Tensor {
  checkOptions(options, ["dtype"], "convertToTensor");
  const { dtype } = options;
  if (dtype !== undefined) {
    checkDType(dtype, "convertToTensor");
    if (isTypedArray(value)) return constant(value, { dtype });
  }
  const tensor = toTensor(value, "convertToTensor", "value", dtype);
  if (dtype !== undefined && tensor.dtype !== dtype) {
    throw new DTypeError(
      `convertToTensor: value has dtype ${tensor.dtype}, but ${dtype} is asked for; cast it first`,
    );
  }
  return tensor;
}

/**
 * A tensor of zeros (false for bool), of one stored element whatever the shape. float32 unless a dtype is given.
 *
 * @throws ShapeError, DTypeError when shape or dtype is none.
 */
export function zeros(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled("zeros", shape, 0, options);
}

/**
 * A tensor of ones (true for bool), of one stored element whatever the shape. float32 unless a dtype is given.
 *
 * @throws ShapeError, DTypeError when shape or dtype is none.
 */
export function ones(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled("ones", shape, 1, options);
}

function filled(operation: string, shape: Shape, value: number, options: CreationOptions): Tensor {
  checkOptions(options, ["dtype"], operation);
  const { dtype = "float32" } = options;
  checkDType(dtype, operation);
  return filledTensor(tensorType(dtype, checkShape(shape, operation)), value);
}

/**
 * A tensor of shape `dims` with the scalar `value` everywhere; differentiable with respect to it.
 *
 * @example
 * tf.fill([2, 3], 2.5);
 *
 * @throws ShapeError when `dims` is no shape or `value` no scalar.
 */
export function fill(dims: Shape, value: TensorLike): Tensor {
  const shape = checkShape(dims, "fill");
  const scalar = toTensor(value, "fill", "value");
  if (scalar.rank !== 0) {
    throw new ShapeError(
      `fill: value must be a scalar, but its shape is ${formatShape(scalar.shape)}`,
    );
  }
  return broadcastView(scalar, shape);
}

/** Zeros of the shape of `x`, and of its dtype unless another is given. No gradient flows to `x`. */
export function zerosLike(x: TensorLike, options: CreationOptions = {}): Tensor {
  return filledLike("zerosLike", x, 0, options);
}

/** Ones of the shape of `x`, and of its dtype unless another is given. No gradient flows to `x`. */
export function onesLike(x: TensorLike, options: CreationOptions = {}): Tensor {
  return filledLike("onesLike", x, 1, options);
}

function filledLike(
  operation: string,
  x: TensorLike,
  value: number,
  options: CreationOptions,
): Tensor {
  checkOptions(options, ["dtype"], operation);
  const { type } = toTensor(x, operation, "x");
  const { dtype = type.dtype } = options;
  checkDType(dtype, operation);
  return filledTensor(dtype === type.dtype ? type : tensorType(dtype, type.shape), value);
}

/** Tensors made of what JavaScript has: numbers, booleans, nested arrays, typed arrays. */

import {
  allocate,
  convertNumber,
  type DType,
  dtypeOfArray,
  isTypedArray,
  roundTo,
  type TypedArray,
} from "./dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "./errors.js";
import { noteForeign } from "./foreign-buffers.js";
import { describeValue, isBranded } from "./not-a-tensor.js";
import { formatShape, type Shape, sizeOf } from "./shape.js";
import { denseStorage, StridedStorage } from "./storage.js";
import { Tensor, type TensorType, tensorType } from "./tensor.js";

/** Numbers and booleans, bare or in arrays nested to any depth. */
export type Literal = number | boolean | readonly Literal[];

/** The scalar tensor of a number that the dtype is able to hold. */
export function scalarTensor(value: number, dtype: DType): Tensor {
  return new Tensor(tensorType(dtype, []), roundTo(dtype, value));
}

/** A tensor of one value everywhere, which is stored once. */
export function filledTensor(type: TensorType, value: number): Tensor {
  const rounded = roundTo(type.dtype, value);
  if (type.size === 1) return new Tensor(type, rounded);
  const values = allocate(type.dtype, 1, "fill");
  values[0] = rounded;
  return new Tensor(
    type,
    new StridedStorage(
      values,
      type.shape.map(() => 0),
      0,
    ),
  );
}

/** A tensor over freshly computed row-major values. */
export function tensorOf(values: TypedArray, dtype: DType, shape: Shape): Tensor {
  return new Tensor(tensorType(dtype, shape), denseStorage(values, shape));
}

/** Whether a value is a number, a boolean, or arrays of them at first sight. */
export function isLiteral(value: unknown): value is Literal {
  return typeof value === "number" || typeof value === "boolean" || Array.isArray(value);
}

/** The dtype of a literal that stands alone: bool if all of it is boolean, else float32. */
function naturalDType(literal: Literal): DType {
  let first: Literal | undefined = literal;
  while (Array.isArray(first)) first = first[0];
  return typeof first === "boolean" ? "bool" : "float32";
}

function shapeOfLiteral(literal: Literal): number[] {
  const shape: number[] = [];
  for (let level: Literal | undefined = literal; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
  }
  return shape;
}

/**
 * A tensor of a literal. Without a dtype, numbers are float32 and booleans bool.
 *
 * @throws ShapeError when nested arrays are ragged; DTypeError when the dtype cannot hold a value: a fraction in int32,
 * a number in bool; ArgumentError when something in it is neither number nor boolean.
 */
export function literalTensor(
  literal: Literal,
  dtype: DType | undefined,
  operation: string,
): Tensor {
  const target = dtype ?? naturalDType(literal);
  if (typeof literal === "number" || typeof literal === "boolean") {
    return new Tensor(tensorType(target, []), literalElement(literal, target, operation));
  }
  const shape = shapeOfLiteral(literal);
  const values = allocate(target, sizeOf(shape), operation);
  let position = 0;
  const fill = (level: Literal, axis: number): void => {
    if (axis === shape.length) {
      if (Array.isArray(level)) throw ragged(operation, shape, axis);
      values[position++] = literalElement(level, target, operation);
      return;
    }
    if (!Array.isArray(level) || level.length !== shape[axis]) throw ragged(operation, shape, axis);
    for (const part of level) fill(part, axis + 1);
  };
  fill(literal, 0);
  return tensorOf(values, target, shape);
}

function ragged(operation: string, shape: Shape, axis: number): ShapeError {
  return new ShapeError(
    `${operation}: nested arrays are ragged: the first entries have shape ${formatShape(shape)}, ` +
      `but another entry differs at depth ${axis}`,
  );
}

function literalElement(element: unknown, dtype: DType, operation: string): number {
  if (typeof element === "boolean") {
    return element ? 1 : 0;
  }
  if (typeof element !== "number") {
    const given = isBranded(element) ? "a tensor; join tensors with stack" : describeValue(element);
    throw new ArgumentError(`${operation}: arrays must hold numbers or booleans, got ${given}`);
  }
  if (dtype === "bool") {
    throw new DTypeError(
      `${operation}: the number ${element} is given where bool is due; write true or false`,
    );
  }
  if (
    dtype === "int32" &&
    (!Number.isInteger(element) || element !== convertNumber(element, "int32"))
  ) {
    throw new DTypeError(
      `${operation}: ${element} is given where an int32 is due; it is not a 32-bit integer`,
    );
  }
  return roundTo(dtype, element);
}

/**
 * A tensor over a typed array, which keeps its dtype unless another is asked for.
 *
 * @throws ShapeError when the number of elements does not fit the shape.
 */
export function arrayTensor(
  values: TypedArray,
  shape: Shape,
  dtype: DType | undefined,
  copy: boolean,
  operation: string,
): Tensor {
  const size = sizeOf(shape);
  if (values.length !== size) {
    throw new ShapeError(
      `${operation}: ${values.length} values do not fill shape ${formatShape(shape)}, which has ${size}`,
    );
  }
  const own = dtypeOfArray(values);
  const target = dtype ?? own;
  if (target === own && own !== "bool") {
    if (!copy) noteForeign(values);
    return tensorOf(copy ? values.slice() : values, own, shape);
  }
  const converted = allocate(target, size, operation);
  for (let index = 0; index < size; index++)
    converted[index] = convertNumber(values[index]!, target);
  return tensorOf(converted, target, shape);
}

export { isTypedArray };

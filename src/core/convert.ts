/** Operands as users write them turned into tensors, with one dtype where an operation needs one. */

import type { DType, TypedArray } from "./dtype.js";
import { DTypeError } from "./errors.js";
import { arrayTensor, isLiteral, isTypedArray, type Literal, literalTensor } from "./literals.js";
import { describeValue, notATensor } from "./not-a-tensor.js";
import { formatShape } from "./shape.js";
import { Tensor } from "./tensor.js";
import { Variable } from "./variable.js";

/** Whatever an operation takes for a tensor. Typed arrays are vectors that keep their dtype. */
export type TensorLike = Tensor | Variable | Literal | TypedArray;

/** dtype and shape of an operand, for messages. */
export function describe(value: unknown): string {
  if (value instanceof Tensor || value instanceof Variable) {
    return `${value instanceof Variable ? `Variable "${value.name}" ` : ""}${value.dtype}${formatShape(value.shape)}`;
  }
  return describeValue(value);
}

/**
 * The operand as a tensor. Literals take `dtype`, by default float32 (bool for booleans).
 *
 * @throws ArgumentError when it is nothing that can be a tensor, or a tensor of another installed copy of the library.
 */
export function toTensor(
  value: TensorLike,
  operation: string,
  operand: string,
  dtype?: DType,
): Tensor {
  if (value instanceof Tensor) return value;
  if (value instanceof Variable) return value.read();
  if (isLiteral(value)) {
    // Arrays may hold tensors of one shape in the place of numbers only through `stack`.
    return literalTensor(value, dtype, operation);
  }
  if (isTypedArray(value)) return arrayTensor(value, [value.length], undefined, true, operation);
  throw notATensor(value, operation, operand);
}

/** The dtype that bare literals beside these operands adopt: that of the first operand that has one. */
function adoptedDType(values: readonly TensorLike[]): DType | undefined {
  for (const value of values) {
    if (value instanceof Tensor || value instanceof Variable) return value.dtype;
  }
  for (const value of values) {
    if (isTypedArray(value)) return arrayTensor(value, [value.length], undefined, false, "").dtype;
  }
  return undefined;
}

/**
 * Operands as tensors of one dtype: literals adopt that of the others.
 *
 * @throws DTypeError when two operands that have a dtype differ in it.
 */
export function toTensors(
  values: readonly TensorLike[],
  operation: string,
  operands: readonly string[],
): Tensor[] {
  const adopted = adoptedDType(values);
  const dtype = adopted ?? (values.every((value) => isBooleanLiteral(value)) ? "bool" : "float32");
  const tensors = values.map((value, index) =>
    toTensor(value, operation, operandName(operands, index), dtype),
  );
  checkSameDType(tensors, operation, operands);
  return tensors;
}

function isBooleanLiteral(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isBooleanLiteral) : typeof value === "boolean";
}

/** The name of an operand in messages; the last name of a variadic operation is numbered. */
export function operandName(operands: readonly string[], index: number): string {
  const last = operands[operands.length - 1]!;
  if (index < operands.length - 1 || !last.endsWith("…")) return operands[index] ?? last;
  return `${last.slice(0, -1)}[${index - operands.length + 1}]`;
}

/** @throws DTypeError when the dtypes of the tensors differ. */
export function checkSameDType(
  tensors: readonly Tensor[],
  operation: string,
  operands: readonly string[],
): void {
  for (let index = 1; index < tensors.length; index++) {
    if (tensors[index]!.dtype !== tensors[0]!.dtype) {
      throw new DTypeError(
        `${operation}: ${operandName(operands, 0)} is ${describe(tensors[0])} and ` +
          `${operandName(operands, index)} is ${describe(tensors[index])}; dtypes must be equal, cast one of them`,
      );
    }
  }
}

/** Tensors made of the operands that samples declare: reproducible values in any dtype. */

import { allocate, type DType, roundTo } from "../../src/core/dtype.js";
import { arrayTensor, scalarTensor } from "../../src/core/literals.js";
import type { SampleOperand } from "../../src/core/op.js";
import { hostValues } from "../../src/core/reading.js";
import { type Shape, sizeOf } from "../../src/core/shape.js";
import type { Tensor } from "../../src/core/tensor.js";

/** Numbers from 0 to 1 that follow from a name: mulberry32, begun at a hash of the name. */
export function randomNumbers(name: string): () => number {
  let state = 2166136261;
  for (let index = 0; index < name.length; index++) {
    state = Math.imul(state ^ name.charCodeAt(index), 16777619);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Weights between 0.5 and 1.5 of either sign, none of which hides an element. */
export function randomWeights(count: number, name: string): number[] {
  const random = randomNumbers(name);
  return Array.from({ length: count }, () => (random() < 0.5 ? -1 : 1) * (0.5 + random()));
}

/** The values of an operand before they are rounded to a dtype; those of a range follow from the name. */
export function sampleValues(operand: SampleOperand, name: string): number[] {
  if ("values" in operand) return [...operand.values];
  const random = randomNumbers(name);
  const { from, to } = operand;
  return Array.from({ length: sizeOf(operand.shape) }, () => from + (to - from) * random());
}

/** The nearest value that the dtype has. */
export function storable(value: number, dtype: DType): number {
  return roundTo(dtype, dtype === "int32" ? Math.round(value) : value);
}

/** A tensor over its own row-major buffer, or over a number where it has one element. */
export function tensorFrom(values: ArrayLike<number>, dtype: DType, shape: Shape): Tensor {
  if (shape.length === 0) return scalarTensor(storable(values[0]!, dtype), dtype);
  const buffer = allocate(dtype, values.length, "test");
  for (let index = 0; index < values.length; index++) {
    buffer[index] = storable(values[index]!, dtype);
  }
  return arrayTensor(buffer, shape, dtype, false, "test");
}

/** The operand as a tensor; one that declares no dtype takes the given one. */
export function operandTensor(operand: SampleOperand, dtype: DType, name: string): Tensor {
  return tensorFrom(sampleValues(operand, name), operand.dtype ?? dtype, operand.shape);
}

/** The elements in row-major order. */
export function valuesOf(tensor: Tensor): number[] {
  return Array.from(hostValues(tensor));
}

/** The list with one entry replaced. */
export function replaced<T>(list: readonly T[], position: number, entry: T): T[] {
  return list.map((old, index) => (index === position ? entry : old));
}

/** Indices that are data: their range check, and the row-major positions that several of them make. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import { IndexError } from "../../core/errors.js";
import type { IndexTarget, Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { formatShape, type Shape } from "../../core/shape.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type FlatIndices = Extract<Lowering<unknown>, { kind: "flatIndices" }>;

export function evaluateFlatIndices(
  name: string,
  lowering: FlatIndices,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const { operation, axis, lengths } = lowering.target(attributes);
  const values = hostValues(operand);
  const out = allocate("int32", type.size, name);
  let from = 0;
  for (let row = 0; row < out.length; row++) {
    let flat = 0;
    for (let component = 0; component < lengths.length; component++, from++) {
      const index = values[from]!;
      const length = lengths[component]!;
      if (index < 0 || index >= length) {
        throw outOfRange(operation, operand.shape, from, index, axis + component, length);
      }
      flat = flat * length + index;
    }
    out[row] = flat;
  }
  return denseTensor(out, type);
}

/** @throws IndexError when an index is not 0 … length − 1. */
export function checkIndices(
  values: TypedArray,
  shape: Shape,
  { operation, axis, lengths }: IndexTarget,
): void {
  const length = lengths[0]!;
  for (let position = 0; position < values.length; position++) {
    const index = values[position]!;
    if (index < 0 || index >= length)
      throw outOfRange(operation, shape, position, index, axis, length);
  }
}

function outOfRange(
  operation: string,
  shape: Shape,
  position: number,
  index: number,
  axis: number,
  length: number,
): IndexError {
  const range = length === 0 ? "which is empty" : `allowed are 0 … ${length - 1}`;
  const place = shape.length === 0 ? "" : ` at ${formatShape(unravel(position, shape))}`;
  return new IndexError(
    `${operation}: index ${index}${place} of indices is out of range for axis ${axis} of x, ${range}`,
  );
}

/** The index on every axis of a row-major position. */
function unravel(position: number, shape: Shape): Shape {
  let rest = position;
  return shape.reduceRight<number[]>((indices, length) => {
    indices.unshift(rest % length);
    rest = Math.floor(rest / length);
    return indices;
  }, []);
}

/** Indices that are data: their range check, and the row-major positions that several of them make. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import { IndexError } from "../../core/errors.js";
import type { IndexTarget, Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { formatShape, indexAt, type Shape, sizeOf } from "../../core/shape.js";
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
  const target = lowering.target(attributes);
  const { shape, axis, span } = target;
  const values = hostValues(operand);
  const out = allocate("int32", type.size, name);
  let from = 0;
  for (let row = 0; row < out.length; row++) {
    let flat = 0;
    for (let component = 0; component < span; component++, from++) {
      const index = values[from]!;
      const length = shape[axis + component]!;
      if (index < 0 || index >= length) {
        throw outOfRange(target, index, axis + component, operand.shape, from);
      }
      flat = flat * length + index;
    }
    out[row] = flat;
  }
  if (target.rowAxis !== undefined) addRows(out, target, operand.shape);
  return denseTensor(out, type);
}

/** Adds to every position what lies before the copy of the axes that it belongs to. */
function addRows(
  positions: TypedArray,
  { shape, axis, span, rowAxis }: IndexTarget,
  indices: Shape,
) {
  const length = sizeOf(shape.slice(axis, axis + span));
  const rows = indices[rowAxis!]!;
  const inner = sizeOf(indices.slice(rowAxis! + 1, -1));
  for (let place = 0; place < positions.length; place++) {
    positions[place]! += (Math.floor(place / inner) % rows) * length;
  }
}

/** @throws IndexError when an index is not a position among the axes of the target as one. */
export function checkIndices(values: TypedArray, shape: Shape, target: IndexTarget): void {
  const length = sizeOf(target.shape.slice(target.axis, target.axis + target.span));
  for (let position = 0; position < values.length; position++) {
    const index = values[position]!;
    if (index < 0 || index >= length) {
      throw outOfRange(target, index, target.axis, shape, position);
    }
  }
}

function outOfRange(
  target: IndexTarget,
  index: number,
  axis: number,
  indicesShape: Shape,
  position: number,
): IndexError {
  const length = target.shape[axis]!;
  const place =
    indicesShape.length === 0 ? "" : ` at ${formatShape(indexAt(position, indicesShape))}`;
  return new IndexError(
    `${target.operation}: index ${index}${place} of indices is out of range for axis ${axis} of shape ` +
      `${formatShape(target.shape)}${length === 0 ? ", which is empty" : ` (0 … ${length - 1})`}`,
  );
}

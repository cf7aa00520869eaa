/** Slices at indices along neighbouring axes that count as one: taken, and replaced. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Lowering } from "../../core/lowering.js";
import { copyLayout, hostValues } from "../../core/reading.js";
import { sizeOf } from "../../core/shape.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { checkIndices } from "./indices.js";
import { denseTensor, stridedOperand } from "./operand.js";

type Gather = Extract<Lowering<unknown>, { kind: "gather" }>;
type Replace = Extract<Lowering<unknown>, { kind: "replace" }>;

export function evaluateGather(
  name: string,
  lowering: Gather,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor {
  const [x, indices] = inputs as readonly [Tensor, Tensor];
  const axis = lowering.axis(attributes);
  const span = lowering.span(attributes);
  const end = axis + span;
  const outer = sizeOf(x.shape.slice(0, axis));
  const length = sizeOf(x.shape.slice(axis, end));
  const inner = sizeOf(x.shape.slice(end));
  const positions = hostValues(indices);
  checkIndices(positions, indices.shape, { operation: name, shape: x.shape, axis, span });
  const out = allocate(type.dtype, type.size, name);
  if (end === 1) {
    gatherRows(x, positions, out);
    return denseTensor(out, type);
  }
  const values = hostValues(x);
  let to = 0;
  for (let block = 0; block < outer; block++) {
    for (let index = 0; index < positions.length; index++, to += inner) {
      const from = (block * length + positions[index]!) * inner;
      if (inner === 1) out[to] = values[from]!;
      else out.set(values.subarray(from, from + inner), to);
    }
  }
  return denseTensor(out, type);
}

/** Rows along the first axis, each read where it lies: to take one of many costs no copy of the others. */
function gatherRows(x: Tensor, positions: TypedArray, out: TypedArray): void {
  const { buffer, shape, strides, offset } = stridedOperand(x);
  const [step = 0, ...rowStrides] = strides;
  const row = shape.slice(1);
  const length = sizeOf(row);
  for (let index = 0; index < positions.length; index++) {
    const start = offset + positions[index]! * step;
    if (length === 1) out[index] = buffer[start]!;
    else {
      const layout = { shape: row, strides: rowStrides, offset: start };
      copyLayout(buffer, layout, out.subarray(index * length, (index + 1) * length));
    }
  }
}

export function evaluateReplace(
  name: string,
  lowering: Replace,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor {
  const [x, indices, updates] = inputs as readonly [Tensor, Tensor, Tensor];
  const inner = sizeOf(x.shape.slice(lowering.span(attributes)));
  const out = allocate(type.dtype, type.size, name);
  const { buffer, ...layout } = stridedOperand(x);
  copyLayout(buffer, layout, out);
  const positions = hostValues(indices);
  const values = hostValues(updates);
  for (let index = 0; index < positions.length; index++) {
    const to = positions[index]! * inner;
    if (inner === 1) out[to] = values[index]!;
    else out.set(values.subarray(index * inner, (index + 1) * inner), to);
  }
  return denseTensor(out, type);
}

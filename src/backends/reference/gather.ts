/** Slices at indices along neighbouring axes that count as one: taken, and replaced. */

import { allocate } from "../../core/dtype.js";
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
  const end = axis + lowering.span(attributes);
  const outer = sizeOf(x.shape.slice(0, axis));
  const length = sizeOf(x.shape.slice(axis, end));
  const inner = sizeOf(x.shape.slice(end));
  const positions = hostValues(indices);
  checkIndices(positions, indices.shape, { operation: name, axis, lengths: [length] });
  const values = hostValues(x);
  const out = allocate(type.dtype, type.size, name);
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

/** Tensors laid one after another along an axis, each copied once. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { sizeOf } from "../../core/shape.js";
import { StridedStorage } from "../../core/storage.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type Concat = Extract<Lowering<unknown>, { kind: "concat" }>;

/** Runs shorter than this are copied element by element, which is faster than a call for each. */
const SHORT_RUN = 16;

export function evaluateConcat(
  name: string,
  lowering: Concat,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor {
  const out = allocate(type.dtype, type.size, name);
  if (type.size > 0) {
    const blocks = sizeOf(type.shape.slice(0, lowering.axis(attributes)));
    const period = type.size / blocks;
    let start = 0;
    for (const operand of inputs) {
      const length = operand.size / blocks;
      if (length > 0) copyRuns(operand, length, out, start, period);
      start += length;
    }
  }
  return denseTensor(out, type);
}

/** Copies the operand in runs of `length` elements to `start`, `start + period`, … */
function copyRuns(
  operand: Tensor,
  length: number,
  out: TypedArray,
  start: number,
  period: number,
): void {
  const { storage, size } = operand;
  if (typeof storage === "number") {
    out[start] = storage;
    return;
  }
  if (storage instanceof StridedStorage && storage.strides.every((stride) => stride === 0)) {
    const value = storage.buffer[storage.offset]!;
    for (let done = 0, to = start; done < size; done += length, to += period) {
      out.fill(value, to, to + length);
    }
    return;
  }
  const values = hostValues(operand);
  if (length === size) {
    out.set(values, start);
    return;
  }
  for (let from = 0, to = start; from < size; from += length, to += period) {
    if (length >= SHORT_RUN) out.set(values.subarray(from, from + length), to);
    else for (let index = 0; index < length; index++) out[to + index] = values[from + index]!;
  }
}

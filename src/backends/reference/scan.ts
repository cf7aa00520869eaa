/** Running sums and products along one axis, and linear recurrences; floats are accumulated in float64. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { type Shape, sizeOf } from "../../core/shape.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type ScanLowering = Extract<Lowering<unknown>, { kind: "scan" }>;
type Recurrence = Extract<Lowering<unknown>, { kind: "recurrence" }>;

export function evaluateScan(
  name: string,
  lowering: ScanLowering,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const values = hostValues(operand);
  const { axis, exclusive, reverse } = lowering.scan(attributes);
  const out = allocate(type.dtype, type.size, name);
  const scan = lineScan(lowering.reducer, type.dtype === "int32");
  eachLine(type.shape, axis, reverse, (start, step, count) => {
    scan(values, start, step, count, exclusive, out);
  });
  return denseTensor(out, type);
}

/** Combines the elements of one line. Each combination has a loop of its own, for the sake of speed. */
type LineScan = (
  values: TypedArray,
  start: number,
  step: number,
  count: number,
  exclusive: boolean,
  out: TypedArray,
) => void;

const scanSum: LineScan = (values, start, step, count, exclusive, out) => {
  let before = 0;
  for (let index = 0, at = start; index < count; index++, at += step) {
    const after = before + values[at]!;
    out[at] = exclusive ? before : after;
    before = after;
  }
};

const scanWrappedSum: LineScan = (values, start, step, count, exclusive, out) => {
  let before = 0;
  for (let index = 0, at = start; index < count; index++, at += step) {
    const after = (before + values[at]!) | 0;
    out[at] = exclusive ? before : after;
    before = after;
  }
};

const scanProduct: LineScan = (values, start, step, count, exclusive, out) => {
  let before = 1;
  for (let index = 0, at = start; index < count; index++, at += step) {
    const after = before * values[at]!;
    out[at] = exclusive ? before : after;
    before = after;
  }
};

const scanWrappedProduct: LineScan = (values, start, step, count, exclusive, out) => {
  let before = 1;
  for (let index = 0, at = start; index < count; index++, at += step) {
    const after = Math.imul(before, values[at]!);
    out[at] = exclusive ? before : after;
    before = after;
  }
};

function lineScan(reducer: ScanLowering["reducer"], integer: boolean): LineScan {
  if (reducer === "sum") return integer ? scanWrappedSum : scanSum;
  return integer ? scanWrappedProduct : scanProduct;
}

export function evaluateRecurrence(
  name: string,
  lowering: Recurrence,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor {
  const factors = hostValues(inputs[0]!);
  const terms = hostValues(inputs[1]!);
  const { axis, reverse } = lowering.recurrence(attributes);
  const out = allocate(type.dtype, type.size, name);
  eachLine(type.shape, axis, reverse, (start, step, count) => {
    let value = 0;
    for (let index = 0, at = start; index < count; index++, at += step) {
      // A value of 0 may be the cotangent of a branch not taken, whose factors may be infinite.
      value = (value === 0 ? 0 : factors[at]! * value) + terms[at]!;
      out[at] = value;
    }
  });
  return denseTensor(out, type);
}

/** Visits every line of elements along an axis, by where it starts and how far its elements are apart. */
function eachLine(
  shape: Shape,
  axis: number,
  reverse: boolean,
  visit: (start: number, step: number, count: number) => void,
): void {
  const count = shape[axis]!;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = count === 0 ? 0 : sizeOf(shape.slice(0, axis));
  for (let block = 0; block < outer; block++) {
    for (let element = 0; element < inner; element++) {
      const first = block * count * inner + element;
      if (reverse) visit(first + (count - 1) * inner, -inner, count);
      else visit(first, inner, count);
    }
  }
}

/** Running sums and products along one axis, and linear recurrences; floats are accumulated in float64. */

import { allocate } from "../../core/dtype.js";
import type { Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { type Shape, sizeOf } from "../../core/shape.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";
import { combinationOf, combine, identityOf } from "./reduce.js";

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
  const integer = type.dtype === "int32";
  const combination = combinationOf(lowering.reducer, integer);
  const identity = identityOf(combination, integer);
  const out = allocate(type.dtype, type.size, name);
  eachLine(type.shape, axis, reverse, (start, step, count) => {
    let accumulated = identity;
    for (let index = 0, at = start; index < count; index++, at += step) {
      const next = combine(combination, accumulated, values[at]!);
      out[at] = exclusive ? accumulated : next;
      accumulated = next;
    }
  });
  return denseTensor(out, type);
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
    // The first factor has nothing to multiply, and must not make NaN of an infinity.
    let value = terms[start]!;
    out[start] = value;
    for (let index = 1, at = start + step; index < count; index++, at += step) {
      value = factors[at]! * value + terms[at]!;
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

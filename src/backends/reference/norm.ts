/** Euclidean lengths along axes, which neither overflow nor underflow before their result does. */

import { allocate } from "../../core/dtype.js";
import type { Lowering } from "../../core/lowering.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";
import { eachRow } from "./reduce.js";

type Norm = Extract<Lowering<unknown>, { kind: "norm" }>;

/** Sums of squares below this have lost digits to underflow. */
const SMALLEST_SUM = 2 ** -960;

export function evaluateNorm(
  name: string,
  lowering: Norm,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const axes = lowering.axes(attributes);
  const lengths = sumOfSquares(operand, axes, type.size, undefined);
  // The squares of float32 numbers are far from the ends of the range of float64.
  const inRange =
    type.dtype === "float32" ||
    lengths.every((sum) => sum >= SMALLEST_SUM && sum < Number.POSITIVE_INFINITY);
  if (inRange) {
    for (let index = 0; index < lengths.length; index++)
      lengths[index] = Math.sqrt(lengths[index]!);
  } else {
    scaledLengths(operand, axes, lengths);
  }
  const out = allocate(type.dtype, type.size, name);
  out.set(lengths);
  return denseTensor(out, type);
}

/** Lengths as the largest element times the length of the elements divided by it. */
function scaledLengths(operand: Tensor, axes: readonly number[], lengths: Float64Array): void {
  lengths.fill(0);
  eachRow(operand, axes, (values, at, step, count, to, toStep) => {
    for (let index = 0; index < count; index++) {
      const target = to + index * toStep;
      lengths[target] = Math.max(lengths[target]!, Math.abs(values[at + index * step]!));
    }
  });
  const sums = sumOfSquares(operand, axes, lengths.length, lengths);
  for (let index = 0; index < lengths.length; index++) {
    const largest = lengths[index]!;
    if (largest > 0 && largest < Number.POSITIVE_INFINITY) {
      lengths[index] = largest * Math.sqrt(sums[index]!);
    }
  }
}

/** Σ x², or Σ (x / unit)² with a unit for each result. */
function sumOfSquares(
  operand: Tensor,
  axes: readonly number[],
  size: number,
  units: Float64Array | undefined,
): Float64Array {
  const sums = new Float64Array(size);
  eachRow(operand, axes, (values, at, step, count, to, toStep) => {
    for (let index = 0; index < count; index++) {
      const target = to + index * toStep;
      const value = values[at + index * step]! / (units === undefined ? 1 : units[target]!);
      sums[target]! += value * value;
    }
  });
  return sums;
}

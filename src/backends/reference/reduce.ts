/** Reductions along axes, accumulated in float64 whatever the dtype. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Lowering, Reducer } from "../../core/lowering.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor, stridedOperand } from "./operand.js";

type Reduce = Extract<Lowering<unknown>, { kind: "reduce" }>;

/** The value of an empty reduction, and how an element is taken in. */
export interface Combination {
  readonly identity: number;
  combine(accumulated: number, element: number): number;
}

/** How each reducer combines numbers; int32 stays within 32 bits. */
export function combination(reducer: Reducer, integer: boolean): Combination {
  switch (reducer) {
    case "sum":
      return integer
        ? { identity: 0, combine: (a, b) => (a + b) | 0 }
        : { identity: 0, combine: (a, b) => a + b };
    case "product":
      return integer
        ? { identity: 1, combine: Math.imul }
        : { identity: 1, combine: (a, b) => a * b };
    case "max":
      return { identity: integer ? -(2 ** 31) : -Infinity, combine: Math.max };
    case "min":
      return { identity: integer ? 2 ** 31 - 1 : Infinity, combine: Math.min };
    case "any":
      return { identity: 0, combine: (a, b) => (a !== 0 || b !== 0 ? 1 : 0) };
    case "all":
      return { identity: 1, combine: (a, b) => (a !== 0 && b !== 0 ? 1 : 0) };
  }
}

export function evaluateReduce(
  name: string,
  lowering: Reduce,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const integer = operand.dtype === "int32";
  const { identity, combine } = combination(lowering.reducer, integer);
  const accumulated = new Float64Array(type.size).fill(identity);
  const adds = lowering.reducer === "sum" && !integer;
  const run = adds ? sumRun : combineRun(combine);
  const row = adds ? sumRow : combineRow(combine);
  eachRow(operand, lowering.axes(attributes), (values, at, step, count, to, toStep) => {
    if (toStep === 0)
      accumulated[to] = combine(accumulated[to]!, run(values, at, step, count, identity));
    else row(values, at, step, count, accumulated, to);
  });
  const out = allocate(type.dtype, type.size, name);
  out.set(accumulated);
  return denseTensor(out, type);
}

type Visit = (
  values: TypedArray,
  at: number,
  step: number,
  count: number,
  to: number,
  toStep: 0 | 1,
) => void;

/** Visits the operand along its last axis, with the position in the result; `toStep` is 0 where that axis is reduced. */
export function eachRow(operand: Tensor, axes: readonly number[], visit: Visit): void {
  const { buffer, shape, strides, offset } = stridedOperand(operand);
  if (operand.size === 0) return;
  const rank = shape.length;
  if (rank === 0) {
    visit(buffer, offset, 0, 1, 0, 0);
    return;
  }
  const toStrides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let axis = rank - 1; axis >= 0; axis--) {
    if (axes.includes(axis)) continue;
    toStrides[axis] = stride;
    stride *= shape[axis]!;
  }
  const inner = shape[rank - 1]!;
  const step = strides[rank - 1]!;
  const toStep = axes.includes(rank - 1) ? 0 : 1;
  const position = new Array<number>(rank).fill(0);
  let at = offset;
  let to = 0;
  for (let row = operand.size / inner; row > 0; row--) {
    visit(buffer, at, step, inner, to, toStep);
    for (let axis = rank - 2; axis >= 0; axis--) {
      at += strides[axis]!;
      to += toStrides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      at -= shape[axis]! * strides[axis]!;
      to -= shape[axis]! * toStrides[axis]!;
      position[axis] = 0;
    }
  }
}

/** Four partial sums: they do not wait for one another, and rounding errors grow a quarter as fast. */
function sumRun(values: TypedArray, start: number, step: number, count: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = start;
  let left = count;
  for (; left >= 4; left -= 4, at += 4 * step) {
    first += values[at]!;
    second += values[at + step]!;
    third += values[at + 2 * step]!;
    fourth += values[at + 3 * step]!;
  }
  for (; left > 0; left--, at += step) first += values[at]!;
  return first + second + (third + fourth);
}

function sumRow(
  values: TypedArray,
  start: number,
  step: number,
  count: number,
  accumulated: Float64Array,
  to: number,
): void {
  for (let i = 0, at = start; i < count; i++, at += step) accumulated[to + i]! += values[at]!;
}

function combineRun(combine: Combination["combine"]) {
  return (values: TypedArray, start: number, step: number, count: number, identity: number) => {
    let result = identity;
    for (let i = 0, at = start; i < count; i++, at += step) result = combine(result, values[at]!);
    return result;
  };
}

function combineRow(combine: Combination["combine"]) {
  return (
    values: TypedArray,
    start: number,
    step: number,
    count: number,
    accumulated: Float64Array,
    to: number,
  ) => {
    for (let i = 0, at = start; i < count; i++, at += step) {
      accumulated[to + i] = combine(accumulated[to + i]!, values[at]!);
    }
  };
}

/** Reductions along axes, accumulated in float64 whatever the dtype. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Lowering, Reducer } from "../../core/lowering.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor, stridedOperand } from "./operand.js";

type Reduce = Extract<Lowering<unknown>, { kind: "reduce" }>;

/** A reducer for one dtype: int32 stays within 32 bits. */
export type Combination = Reducer | "wrappedSum" | "wrappedProduct";

export function combinationOf(reducer: Reducer, integer: boolean): Combination {
  if (!integer) return reducer;
  if (reducer === "sum") return "wrappedSum";
  return reducer === "product" ? "wrappedProduct" : reducer;
}

/** The value of an empty reduction. */
export function identityOf(combination: Combination, integer: boolean): number {
  switch (combination) {
    case "sum":
    case "wrappedSum":
    case "any":
      return 0;
    case "product":
    case "wrappedProduct":
    case "all":
      return 1;
    case "max":
      return integer ? -(2 ** 31) : Number.NEGATIVE_INFINITY;
    case "min":
      return integer ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY;
  }
}

/** Two values combined. One function for all reducers is inlined in loops, where a function passed in would be called. */
export function combine(combination: Combination, a: number, b: number): number {
  switch (combination) {
    case "max":
      return Math.max(a, b);
    case "min":
      return Math.min(a, b);
    case "sum":
      return a + b;
    case "product":
      return a * b;
    case "any":
      return a !== 0 || b !== 0 ? 1 : 0;
    case "all":
      return a !== 0 && b !== 0 ? 1 : 0;
    case "wrappedSum":
      return (a + b) | 0;
    case "wrappedProduct":
      return Math.imul(a, b);
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
  const combination = combinationOf(lowering.reducer, integer);
  const identity = identityOf(combination, integer);
  const accumulated = new Float64Array(type.size).fill(identity);
  const adds = combination === "sum";
  eachRow(operand, lowering.axes(attributes), (values, at, step, count, to, toStep) => {
    if (toStep === 1) {
      if (adds) sumRow(values, at, step, count, accumulated, to);
      else combineRow(combination, values, at, step, count, accumulated, to);
    } else if (adds) {
      accumulated[to]! += sumRun(values, at, step, count);
    } else {
      accumulated[to] = combineRun(combination, accumulated[to]!, values, at, step, count);
    }
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
  from: number,
  step: number,
  count: number,
  accumulated: Float64Array,
  to: number,
): void {
  for (let i = 0, at = from; i < count; i++, at += step) accumulated[to + i]! += values[at]!;
}

function combineRun(
  combination: Combination,
  start: number,
  values: TypedArray,
  from: number,
  step: number,
  count: number,
): number {
  let result = start;
  for (let i = 0, at = from; i < count; i++, at += step) {
    result = combine(combination, result, values[at]!);
  }
  return result;
}

function combineRow(
  combination: Combination,
  values: TypedArray,
  from: number,
  step: number,
  count: number,
  accumulated: Float64Array,
  to: number,
): void {
  for (let i = 0, at = from; i < count; i++, at += step) {
    accumulated[to + i] = combine(combination, accumulated[to + i]!, values[at]!);
  }
}

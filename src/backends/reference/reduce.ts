/** Reductions along axes, accumulated in float64 whatever the dtype. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Lowering, Reducer } from "../../core/lowering.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor, stridedOperand } from "./operand.js";

type Reduce = Extract<Lowering<unknown>, { kind: "reduce" }>;

/** How a reducer works on one dtype: int32 stays within 32 bits, and bools are the numbers 0 and 1. */
interface Combination {
  /** The value of an empty reduction. */
  readonly identity: number;
  /** Takes in `count` elements, each into its own result or, with a `toStep` of 0, all into one. */
  take(
    values: TypedArray,
    at: number,
    step: number,
    count: number,
    results: Float64Array,
    to: number,
    toStep: 0 | 1,
  ): void;
}

// Every combination has a loop of its own: a loop shared by them would call a function for each element.
const sum: Combination = {
  identity: 0,
  take(values, at, step, count, results, to, toStep) {
    if (toStep === 0) results[to]! += sumRun(values, at, step, count);
    else for (let i = 0; i < count; i++) results[to + i]! += values[at + i * step]!;
  },
};

const wrappedSum: Combination = {
  identity: 0,
  take(values, at, step, count, results, to, toStep) {
    for (let i = 0; i < count; i++) {
      const target = to + i * toStep;
      results[target] = (results[target]! + values[at + i * step]!) | 0;
    }
  },
};

const product: Combination = {
  identity: 1,
  take(values, at, step, count, results, to, toStep) {
    for (let i = 0; i < count; i++) results[to + i * toStep]! *= values[at + i * step]!;
  },
};

const wrappedProduct: Combination = {
  identity: 1,
  take(values, at, step, count, results, to, toStep) {
    for (let i = 0; i < count; i++) {
      const target = to + i * toStep;
      results[target] = Math.imul(results[target]!, values[at + i * step]!);
    }
  },
};

const takeLargest: Combination["take"] = (values, at, step, count, results, to, toStep) => {
  for (let i = 0; i < count; i++) {
    const target = to + i * toStep;
    results[target] = Math.max(results[target]!, values[at + i * step]!);
  }
};

const takeSmallest: Combination["take"] = (values, at, step, count, results, to, toStep) => {
  for (let i = 0; i < count; i++) {
    const target = to + i * toStep;
    results[target] = Math.min(results[target]!, values[at + i * step]!);
  }
};

function combinationOf(reducer: Reducer, integer: boolean): Combination {
  switch (reducer) {
    case "sum":
      return integer ? wrappedSum : sum;
    case "product":
      return integer ? wrappedProduct : product;
    case "max":
      return { identity: integer ? -(2 ** 31) : Number.NEGATIVE_INFINITY, take: takeLargest };
    case "min":
      return { identity: integer ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY, take: takeSmallest };
    case "any":
      return { identity: 0, take: takeLargest };
    case "all":
      return { identity: 1, take: takeSmallest };
  }
}

export function evaluateReduce(
  name: string,
  lowering: Reduce,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const { identity, take } = combinationOf(lowering.reducer, operand.dtype === "int32");
  const results = new Float64Array(type.size).fill(identity);
  eachRow(operand, lowering.axes(attributes), (values, at, step, count, to, toStep) => {
    take(values, at, step, count, results, to, toStep);
  });
  if (type.dtype === "float64") return denseTensor(results, type);
  const out = allocate(type.dtype, type.size, name);
  out.set(results);
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

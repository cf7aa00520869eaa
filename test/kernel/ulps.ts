/** Distances between numbers in units in the last place of their dtype. */

import type { DType, TypedArray } from "../../src/core/dtype.js";
import { ulpDistance } from "../numerics/elementary-golden.js";

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/** The position of a float32 among all in increasing order. */
function singleOrdinal(x: number): number {
  single[0] = x;
  const bits = singleBits[0]!;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** How far two values of a dtype are apart; infinite where one is NaN, the sign of zero differs, or the dtype has no digits to lose. */
export function distance(dtype: DType, actual: number, expected: number): number {
  if (Object.is(actual, expected)) return 0;
  if (dtype === "int32" || dtype === "bool") return Number.POSITIVE_INFINITY;
  if (actual === 0 && expected === 0) return Number.POSITIVE_INFINITY;
  if (dtype === "float64" || Number.isNaN(actual) || Number.isNaN(expected)) {
    return ulpDistance(actual, expected);
  }
  return Math.abs(singleOrdinal(actual) - singleOrdinal(expected));
}

/** The greatest distance between two arrays, and where it is. */
export function worstDistance(
  dtype: DType,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { readonly error: number; readonly at: number } {
  let worst = { error: 0, at: 0 };
  for (let at = 0; at < expected.length; at++) {
    const error = distance(dtype, actual[at]!, expected[at]!);
    if (error > worst.error) worst = { error, at };
  }
  return worst;
}

/** Whether two arrays hold the same bits, all NaNs being one. */
export function sameValues(actual: TypedArray, expected: TypedArray): boolean {
  return (
    actual.length === expected.length && actual.every((value, at) => Object.is(value, expected[at]))
  );
}

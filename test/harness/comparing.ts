/** Comparison of tensors that should hold the same values. */

import { formatShape, sameShape } from "../../src/core/shape.js";
import type { Tensor } from "../../src/core/tensor.js";
import { elementName } from "./cases.js";
import { valuesOf } from "./operands.js";

/** dtype and shape, for messages. */
export function typeName(tensor: Pick<Tensor, "dtype" | "shape">): string {
  return `${tensor.dtype}${formatShape(tensor.shape)}`;
}

/**
 * How a tensor differs from what is expected, as the end of a message; undefined where it does not. Values may be off by
 * `tolerance` relative to the largest of them; without one, they have to be the same numbers, NaN included.
 */
export function difference(found: Tensor, expected: Tensor, tolerance = 0): string | undefined {
  if (found.dtype !== expected.dtype || !sameShape(found.shape, expected.shape)) {
    return `is ${typeName(found)} instead of ${typeName(expected)}`;
  }
  return valueDifference(found, valuesOf(expected), tolerance);
}

/** As `difference`, for the values alone. */
export function valueDifference(
  found: Tensor,
  expected: readonly number[],
  tolerance = 0,
): string | undefined {
  const values = valuesOf(found);
  const largest = Math.max(1, ...expected.map(Math.abs).filter(Number.isFinite));
  const wrong = values.findIndex((value, element) => {
    const wanted = expected[element]!;
    if (Object.is(value, wanted) || (tolerance > 0 && value === wanted)) return false;
    return !(Math.abs(value - wanted) <= tolerance * largest);
  });
  if (wrong < 0) return undefined;
  return `is ${values[wrong]} instead of ${expected[wrong]} at ${elementName(wrong, found.shape)}`;
}

/** One message for every pair that differs. */
export function differences(
  label: (index: number) => string,
  found: readonly Tensor[],
  expected: readonly Tensor[],
  tolerance = 0,
): string[] {
  if (found.length !== expected.length) {
    return [`${label(0)}: ${found.length} results instead of ${expected.length}`];
  }
  return found.flatMap((tensor, index) => {
    const what = difference(tensor, expected[index]!, tolerance);
    return what === undefined ? [] : [`${label(index)} ${what}`];
  });
}

/** Numeric derivatives along a direction. */

import type * as tf from "gradtape";
import { extrapolate, type NumericDerivative } from "../../src/testing/numeric.js";
import type { Scalar } from "./problem.js";

/** Smaller first steps than those for a single operation, as programs bend more. */
const SCALE = 1 / 8;

/** The derivative along a direction, and how far off it may be. */
export function numericAlong(
  f: Scalar,
  sources: readonly tf.Tensor[],
  direction: readonly tf.Tensor[],
): NumericDerivative {
  const valueAt = (step: number): number =>
    f(sources.map((source, index) => source.add(direction[index]!.mul(step)))).item();
  const size = Math.abs(valueAt(0));
  return extrapolate((step) => {
    const value = (valueAt(step * SCALE) - valueAt(-step * SCALE)) / (2 * step * SCALE);
    return { value, magnitude: Math.abs(value) + 1e-3 * size };
  });
}

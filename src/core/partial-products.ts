/** Products of a partial derivative and a cotangent or tangent, computed at once where there is a kernel for all of it. */

import type { Call, Op, PartialRule } from "./op.js";
import type { Tensor } from "./tensor.js";

/**
 * From so many elements on, what an operation costs in JavaScript is more than what it costs to copy its operands into the memory of
 * compiled functions and its result out of it; measured for 13 operations on float32 and float64.
 */
export const LARGE = 1024;

/**
 * Computes a product at once; undefined where it cannot.
 *
 * @param product the operation that multiplies
 */
export type PartialProductEvaluator = (
  partial: PartialRule,
  product: Op,
  call: Call,
  factor: Tensor,
) => Tensor | undefined;

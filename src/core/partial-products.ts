/** Products of a partial derivative and a cotangent or tangent, computed at once where there is a kernel for all of it. */

import { isRecording, isTracing } from "./dispatch.js";
import type { Call, Op, PartialRule } from "./op.js";
import type { Tensor } from "./tensor.js";

/** A rule for a partial derivative, and the operation by which it is multiplied. */
export interface PartialProduct {
  readonly partial: PartialRule;
  readonly product: Op;
}

/** Computes a product at once; undefined where it cannot. */
export type PartialProductEvaluator = (
  rule: PartialProduct,
  call: Call,
  factor: Tensor,
) => Tensor | undefined;

let evaluator: PartialProductEvaluator | undefined;
let leastElements = Number.POSITIVE_INFINITY;

/** Installs what computes products of so many elements and more; called once, by the module that installs the evaluator. */
export function installPartialProducts(
  evaluate: PartialProductEvaluator,
  fromElements: number,
): void {
  evaluator = evaluate;
  leastElements = fromElements;
}

/** Whether a product with a tensor may be worth computing at once. */
export function isLarge({ size }: Tensor): boolean {
  return size >= leastElements;
}

/** The product, where nobody has to be told of the operations that it is made of; else undefined. */
export function partialProduct(
  rule: PartialProduct,
  call: Call,
  factor: Tensor,
): Tensor | undefined {
  if (isRecording() || isTracing()) return undefined;
  return evaluator?.(rule, call, factor);
}

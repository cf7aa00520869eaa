/** The words in which reductions are declared, and their options. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import type { Reducer } from "../core/lowering.js";
import { type DerivativeRule, defineOp, type Op, type Sample } from "../core/op.js";
import { checkOptions } from "../core/options.js";
import { normalizeAxes, reducedShape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { behindRows, type ReduceAttributes } from "./broadcast.js";
import { checkDomain, type Domain, type Operation, operation } from "./declare.js";

/** Options of reductions. */
export interface ReduceOptions {
  /** The axis or axes along which elements are combined; −1 is the last. All of them by default. */
  readonly axis?: number | readonly number[];
  /** Whether reduced axes stay, with length 1. Default false. */
  readonly keepdims?: boolean;
}

/** A public reduction. */
export type ReduceFunction = (x: TensorLike, options?: ReduceOptions) => Tensor;

/** What is written for a reduction. */
export interface ReductionDeclaration {
  readonly summary: string;
  readonly reducer: Reducer;
  readonly domain: Domain;
  readonly derivative: DerivativeRule<ReduceAttributes>;
  readonly samples: readonly Sample<ReduceAttributes>[];
}

/**
 * The operation of a reduction.
 * @__NO_SIDE_EFFECTS__
 */
export function reduceOp(name: string, declaration: ReductionDeclaration): Op<ReduceAttributes> {
  const { summary, reducer, domain, derivative, samples } = declaration;
  return defineOp({
    name,
    summary,
    inputs: ["x"],
    outputTypes: ([x], { axes, keepdims }) => {
      checkDomain(x!, domain, name, "x");
      return [tensorType(x!.dtype, reducedShape(x!.shape, axes, keepdims))];
    },
    derivative,
    batching: behindRows,
    lowering: { kind: "reduce", reducer, axes: ({ axes }) => axes },
    samples,
  });
}

/**
 * The public function of a reduction.
 * @__NO_SIDE_EFFECTS__
 */
export function reduction(op: Op<ReduceAttributes>): Operation<ReduceFunction> {
  return operation(op, (x: TensorLike, options?: ReduceOptions) => {
    const operand = toTensor(x, op.name, "x");
    return run(op, [operand], reduceAttributes(operand, options, op.name));
  });
}

/**
 * The options of a reduction checked and made explicit.
 *
 * @throws IndexError when an axis is out of range; ArgumentError when one is named twice, or an option is unknown or of the
 * wrong kind.
 */
export function reduceAttributes(
  x: Tensor,
  options: ReduceOptions | undefined,
  name: string,
): ReduceAttributes {
  checkOptions(options, ["axis", "keepdims"], name);
  const keepdims = options?.keepdims ?? false;
  if (typeof keepdims !== "boolean") {
    throw new ArgumentError(`${name}: keepdims must be true or false, got ${String(keepdims)}`);
  }
  return { axes: normalizeAxes(options?.axis, x.rank, name), keepdims };
}

/** How many elements of `x` are combined into one. */
export function reducedCount(x: Tensor, axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * x.shape[axis]!, 1);
}

/** Pullbacks from declarations: how each kind of derivative rule turns output cotangents into operand cotangents. */

import { type Cotangent, RegionCotangent, RowsCotangent } from "../core/cotangent.js";
import { run, type Trace, withTrace } from "../core/dispatch.js";
import type { Call, DerivativeRule, Op } from "../core/op.js";
import { abstractTensor, type Tensor } from "../core/tensor.js";
import { multiply, negative } from "../ops/arithmetic.js";
import { zeroProduct } from "../ops/zero-product.js";

/** A rule that gives the cotangent of each operand of a single output by itself. */
export type OperandRule = Exclude<DerivativeRule<unknown>, { kind: "explicit" | "none" }>;

/** Per operand: its cotangent, or undefined where it is zero or was not needed. */
export type OperandCotangents = readonly (Cotangent | undefined)[];

/**
 * The cotangents of the operands of one call.
 *
 * @param cotangents one per output; undefined stands for zeros
 * @param needed which operands are on a path to a source
 */
export function pullback(
  op: Op,
  call: Call,
  cotangents: readonly (Tensor | undefined)[],
  needed: readonly boolean[],
): OperandCotangents {
  const rule = op.derivative;
  if (rule.kind === "none") return [];
  if (rule.kind === "explicit") return rule.pullback(cotangents, call, needed);
  return call.inputs.map((_, position) =>
    needed[position] ? operandCotangent(rule, call, cotangents[0]!, position) : undefined,
  );
}

/**
 * The cotangent of one operand, undefined where it is zero. For an elementwise operation it is cotangent · partial; where the
 * partial may be unbounded, a cotangent of 0 gives 0 whatever the partial is.
 */
export function operandCotangent(
  rule: OperandRule,
  call: Call,
  cotangent: Tensor,
  position: number,
): Cotangent | undefined {
  if (rule.kind !== "partials") return rule.transpose(cotangent, position, call);
  const partial = rule.partials[position]!(call.inputs, call.outputs[0]!);
  if (partial === 0) return undefined;
  if (partial === 1) return cotangent;
  if (partial === -1) return run(negative.op, [cotangent], undefined);
  return run(rule.singular ? zeroProduct.op : multiply.op, [partial, cotangent], undefined);
}

/** Runs operations on types alone, and notes which of some tensors they read. */
class ReadTrace implements Trace {
  readonly #positions: Map<Tensor, number>;
  readonly reads: boolean[];

  constructor(tensors: readonly Tensor[]) {
    this.#positions = new Map(tensors.map((tensor, position) => [tensor, position]));
    this.reads = tensors.map(() => false);
  }

  note(tensors: readonly Tensor[]): void {
    for (const tensor of tensors) {
      const position = this.#positions.get(tensor);
      if (position !== undefined) this.reads[position] = true;
    }
  }

  run(op: Op, inputs: readonly Tensor[], attributes: unknown): readonly Tensor[] {
    this.note(inputs);
    return op
      .outputTypes(inputs, attributes)
      .map((type) => abstractTensor(type, "only its type is known while a rule is examined"));
  }
}

/**
 * Which operands and outputs (in this order) the pullback of a call reads, if the operands in the bit set `live` need
 * cotangents. Found by running the pullback once on types alone; where the number of operands varies, once for every call.
 */
export function residualsOf(
  op: Op,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  attributes: unknown,
  live: number,
): readonly boolean[] {
  const known = op.variadic ? undefined : op.residuals.get(live);
  if (known !== undefined) return known;
  const needed = inputs.map((_, position) => op.variadic || (live & (1 << position)) !== 0);
  const reads = traceReads(op, inputs, outputs, attributes, needed);
  if (!op.variadic) op.residuals.set(live, reads);
  return reads;
}

function traceReads(
  op: Op,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  attributes: unknown,
  needed: readonly boolean[],
): readonly boolean[] {
  const abstract = (tensor: Tensor): Tensor =>
    abstractTensor(tensor.type, "only its type is known while a rule is examined");
  const call: Call = {
    inputs: inputs.map(abstract),
    outputs: outputs.map(abstract),
    attributes,
  };
  const trace = new ReadTrace([...call.inputs, ...call.outputs]);
  const cotangents = outputs.map(abstract);
  const results = withTrace(trace, () => pullback(op, call, cotangents, needed));
  // What a cotangent holds, such as the indices of rows, is read when it is added up.
  for (const result of results) if (result !== undefined) trace.note(partsOf(result));
  return trace.reads;
}

function partsOf(cotangent: Cotangent): readonly Tensor[] {
  if (cotangent instanceof RegionCotangent) return [cotangent.block];
  if (cotangent instanceof RowsCotangent) return [cotangent.rows, cotangent.indices];
  return [cotangent];
}

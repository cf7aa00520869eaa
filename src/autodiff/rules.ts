/** Pullbacks and pushforwards from declarations: what each kind of derivative rule makes of cotangents and tangents. */

import type { Cotangent } from "../core/cotangent.js";
import { partialProduct, run, runOp } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { filledTensor } from "../core/literals.js";
import type { Call, DerivativeRule, Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { add, multiply, negative } from "../ops/arithmetic.js";
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
  return timesPartial(rule, call, cotangent, position);
}

type Partials = Extract<DerivativeRule<unknown>, { kind: "partials" }>;

/** partial · cotangent or tangent, undefined where it is zero. */
function timesPartial(
  rule: Partials,
  call: Call,
  factor: Tensor,
  position: number,
): Tensor | undefined {
  const product = rule.singular ? zeroProduct.op : multiply.op;
  const partialRule = rule.partials[position]!;
  const atOnce = partialProduct(partialRule, product, call, factor);
  if (atOnce) return atOnce;
  const partial = partialRule(call.inputs, call.outputs[0]!);
  if (partial === 0) return undefined;
  // A tangent that passes unchanged is shared; the operand may have another dtype than the output only where it has none.
  if (partial === 1) return factor;
  if (partial === -1) return run(negative.op, [factor], undefined);
  return run(product, [partial, factor], undefined);
}

/** Per output: its tangent, or undefined where it is zero. */
export type OutputTangents = readonly (Tensor | undefined)[];

/**
 * The tangents of the outputs of one call.
 *
 * @param tangents one per operand; undefined stands for zeros
 */
export function pushforward(
  op: Op,
  call: Call,
  tangents: readonly (Tensor | undefined)[],
): OutputTangents {
  const rule = op.derivative;
  switch (rule.kind) {
    case "none":
      return [];
    case "explicit":
      return rule.pushforward(tangents, call);
    case "partials":
      return [sumOf(tangents, (tangent, position) => timesPartial(rule, call, tangent, position))];
    case "linear":
      return runOp(op, withTangents(call.inputs, tangents), call.attributes);
    case "bilinear":
      return [
        sumOf(tangents, (tangent, position) =>
          run(op, replacedAt(call.inputs, position, tangent), call.attributes),
        ),
      ];
  }
}

function sumOf(
  tangents: readonly (Tensor | undefined)[],
  term: (tangent: Tensor, position: number) => Tensor | undefined,
): Tensor | undefined {
  let sum: Tensor | undefined;
  tangents.forEach((tangent, position) => {
    const one = tangent && term(tangent, position);
    sum =
      sum === undefined || one === undefined ? (sum ?? one) : run(add.op, [sum, one], undefined);
  });
  return sum;
}

/** The operands of a linear operation with tangents in the place of all that are floating. */
function withTangents(
  inputs: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
): readonly Tensor[] {
  return inputs.map((input, position) => {
    const tangent = tangents[position];
    if (tangent !== undefined) return tangent;
    return isFloating(input.dtype) ? filledTensor(input.type, 0) : input;
  });
}

function replacedAt(inputs: readonly Tensor[], position: number, by: Tensor): readonly Tensor[] {
  return inputs.map((input, other) => (other === position ? by : input));
}

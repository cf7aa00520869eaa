/** Broken copies of a derivative rule: a wrong sign, a factor of 2, zero, operands exchanged, part of it left out. */

import { type Cotangent, RegionCotangent, RowsCotangent } from "../../src/core/cotangent.js";
import { filledTensor } from "../../src/core/literals.js";
import type { DerivativeRule, PartialDerivative } from "../../src/core/op.js";
import { sameShape } from "../../src/core/shape.js";
import { AbstractStorage } from "../../src/core/storage.js";
import { Tensor, type TensorType } from "../../src/core/tensor.js";
import { add, negative } from "../../src/ops/arithmetic.js";
import { where } from "../../src/ops/select.js";
import { replaced, tensorFrom, valuesOf } from "../harness/operands.js";

export type Rule = DerivativeRule<unknown>;

/** What is done to the cotangents or the partial derivative of one operand. */
export type Alteration = "sign" | "factor 2" | "zero" | "dropped element";

/** A broken tensor in the place of a right one. */
function alterTensor(tensor: Tensor, alteration: Alteration): Tensor {
  switch (alteration) {
    case "sign":
      return negative(tensor);
    case "factor 2":
      return add(tensor, tensor);
    case "zero":
      return filledTensor(tensor.type, 0);
    case "dropped element":
      return withoutLargest(tensor);
  }
}

/** The tensor with its largest element replaced by 0; itself while only its type is known. */
function withoutLargest(tensor: Tensor): Tensor {
  if (tensor.storage instanceof AbstractStorage || tensor.size === 0) return tensor;
  const sizes = valuesOf(tensor).map((value) => (Number.isFinite(value) ? Math.abs(value) : 0));
  const largest = sizes.indexOf(Math.max(...sizes));
  const rest = replaced(
    sizes.map(() => 1),
    largest,
    0,
  );
  return where(tensorFrom(rest, "bool", tensor.shape), tensor, filledTensor(tensor.type, 0));
}

function alterCotangent(cotangent: Cotangent, alteration: Alteration): Cotangent {
  if (cotangent instanceof RegionCotangent) {
    const { type, block, begin, strides } = cotangent;
    return new RegionCotangent(type, alterTensor(block, alteration), begin, strides);
  }
  if (cotangent instanceof RowsCotangent) {
    const { type, rows, indices, axis, span } = cotangent;
    return new RowsCotangent(type, alterTensor(rows, alteration), indices, axis, span);
  }
  return alterTensor(cotangent, alteration);
}

function alterPartial(
  partial: PartialDerivative,
  type: TensorType,
  alteration: Alteration,
): PartialDerivative {
  if (partial instanceof Tensor) return alterTensor(partial, alteration);
  return alterTensor(filledTensor(type, partial), alteration);
}

/** The rule with what it gives for one operand altered. */
export function alteredRule(rule: Rule, operand: number, alteration: Alteration): Rule {
  switch (rule.kind) {
    case "none":
      return rule;
    case "partials":
      return {
        ...rule,
        partials: rule.partials.map((partial, position) =>
          position === operand
            ? (inputs, output) => alterPartial(partial(inputs, output), output.type, alteration)
            : partial,
        ),
      };
    case "explicit":
      return {
        kind: "explicit",
        pullback: (cotangents, call, needed) =>
          rule
            .pullback(cotangents, call, needed)
            .map((result, position) =>
              position === operand && result !== undefined
                ? alterCotangent(result, alteration)
                : result,
            ),
        pushforward: rule.pushforward,
      };
    case "linear":
    case "bilinear":
      return {
        kind: rule.kind,
        transpose: (cotangent, position, call) => {
          const result = rule.transpose(cotangent, position, call);
          return position === operand ? alterCotangent(result, alteration) : result;
        },
      };
  }
}

/** The explicit rule with the tangents that it gives altered; other kinds have no pushforward of their own. */
export function alteredPushforward(rule: Rule, alteration: Alteration): Rule | undefined {
  if (rule.kind !== "explicit") return undefined;
  return {
    ...rule,
    pushforward: (tangents, call) =>
      rule
        .pushforward(tangents, call)
        .map((tangent) => tangent && alterTensor(tangent, alteration)),
  };
}

/** The explicit rule whose pushforward takes no notice of one operand's tangent. */
export function deafPushforward(rule: Rule, operand: number): Rule | undefined {
  if (rule.kind !== "explicit") return undefined;
  return {
    ...rule,
    pushforward: (tangents, call) => {
      const others = tangents.map((tangent, position) =>
        position === operand ? undefined : tangent,
      );
      return others.every((tangent) => tangent === undefined)
        ? call.outputs.map(() => undefined)
        : rule.pushforward(others, call);
    },
  };
}

/** The rule that gives each of two operands what is the other's, wherever they have one type. */
export function exchangedRule(rule: Rule, first: number, second: number): Rule {
  const other = (position: number, inputs: readonly Tensor[]): number => {
    const a = inputs[first]!;
    const b = inputs[second]!;
    if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) return position;
    if (position === first) return second;
    return position === second ? first : position;
  };
  switch (rule.kind) {
    case "none":
      return rule;
    case "partials":
      return {
        ...rule,
        partials: rule.partials.map(
          (_, position) => (inputs, output) =>
            rule.partials[other(position, inputs)]!(inputs, output),
        ),
      };
    case "explicit":
      return {
        kind: "explicit",
        pullback: (cotangents, call, needed) => {
          const all = call.inputs.map((_, position) => needed[other(position, call.inputs)]!);
          const results = rule.pullback(cotangents, call, all);
          return call.inputs.map((_, position) => results[other(position, call.inputs)]);
        },
        pushforward: rule.pushforward,
      };
    case "linear":
    case "bilinear":
      return {
        kind: rule.kind,
        transpose: (cotangent, position, call) =>
          rule.transpose(cotangent, other(position, call.inputs), call),
      };
  }
}

/** The rule whose partials are not protected from cotangents of 0; undefined where they are not anyway. */
export function unmarkedRule(rule: Rule): Rule | undefined {
  return rule.kind === "partials" && rule.singular ? { ...rule, singular: false } : undefined;
}

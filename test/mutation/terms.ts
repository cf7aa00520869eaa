/** Sums inside derivative rules: they are counted, and one of them is made to forget all of its terms but one. */

import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator } from "../../src/core/dispatch.js";
import type { Op } from "../../src/core/op.js";
import { Tensor } from "../../src/core/tensor.js";
import { type AccumulateAttributes, accumulateOp } from "../../src/ops/accumulate.js";
import { add, negative, subtract } from "../../src/ops/arithmetic.js";
import type { Rule } from "./mutants.js";

/** A sum in a rule, by its place among the sums of one run of the rule, and the term that is left of it. */
export interface DroppedTerms {
  readonly sum: number;
  readonly kept: number;
}

interface Watch {
  readonly dropped: DroppedTerms | undefined;
  /** How many terms each sum has that was met in the present run of the rule. */
  terms: number[];
}

let watch: Watch | undefined;

/** Evaluates as usual, but for the sum that is to lose its terms. */
function watchingEvaluator(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
): Tensor | readonly Tensor[] {
  const terms = watch === undefined ? 0 : termsOf(op, attributes);
  if (watch === undefined || terms < 2) return evaluate(op, inputs, attributes);
  const sum = watch.terms.push(terms) - 1;
  const { dropped } = watch;
  if (dropped === undefined || dropped.sum !== sum || dropped.kept >= terms) {
    return evaluate(op, inputs, attributes);
  }
  if (op === accumulateOp) {
    const { shape, pieces } = attributes as AccumulateAttributes;
    return evaluate(op, inputs, { shape, pieces: [pieces[dropped.kept]!] });
  }
  const kept = inputs[dropped.kept]!;
  if (op === subtract.op && dropped.kept === 1) return evaluate(negative.op, [kept], undefined);
  return new Tensor(kept.type, kept.storage);
}

function termsOf(op: Op, attributes: unknown): number {
  if (op === accumulateOp) return (attributes as AccumulateAttributes).pieces.length;
  return op === add.op || op === subtract.op ? 2 : 0;
}

/** The rule with each of its runs for one operand watched; explicit rules run for all operands at once. */
function watchedRule(rule: Rule, operand: number, inner: Watch, after: () => void): Rule {
  const run = <T>(body: () => T): T => {
    watch = inner;
    inner.terms = [];
    try {
      return body();
    } finally {
      watch = undefined;
      after();
    }
  };
  switch (rule.kind) {
    case "none":
      return rule;
    case "partials":
      return {
        ...rule,
        partials: rule.partials.map((partial, position) =>
          position === operand ? (inputs, output) => run(() => partial(inputs, output)) : partial,
        ),
      };
    case "explicit":
      return {
        kind: "explicit",
        pullback: (cotangents, call, needed) => run(() => rule.pullback(cotangents, call, needed)),
        pushforward: rule.pushforward,
      };
    case "linear":
    case "bilinear":
      return {
        kind: rule.kind,
        transpose: (cotangent, position, call) =>
          position === operand
            ? run(() => rule.transpose(cotangent, position, call))
            : rule.transpose(cotangent, position, call),
      };
  }
}

/** The rule in which one sum forgets terms. */
export function ruleWithout(rule: Rule, operand: number, dropped: DroppedTerms): Rule {
  return watchedRule(rule, operand, { dropped, terms: [] }, () => {});
}

/** The rule, and the numbers of terms of the sums that its runs meet, which grow as it is run. */
export function countingRule(
  rule: Rule,
  operand: number,
): { readonly rule: Rule; readonly terms: readonly number[] } {
  const inner: Watch = { dropped: undefined, terms: [] };
  const terms: number[] = [];
  const note = (): void => {
    inner.terms.forEach((count, sum) => {
      terms[sum] = Math.max(terms[sum] ?? 0, count);
    });
  };
  return { rule: watchedRule(rule, operand, inner, note), terms };
}

/** Runs `body` with an evaluator that watches sums. */
export function withWatchedSums<T>(body: () => T): T {
  installEvaluator(watchingEvaluator);
  try {
    return body();
  } finally {
    installEvaluator(evaluate);
  }
}

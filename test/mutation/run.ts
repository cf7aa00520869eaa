/** The mutation run: every declared derivative is broken in turn, and the checks of the harness have to notice. */

import { operandName } from "../../src/core/convert.js";
import { isFloating } from "../../src/core/dtype.js";
import type { Op } from "../../src/core/op.js";
import { inputsOf } from "../harness/cases.js";
import { typeName } from "../harness/comparing.js";
import { collectOps } from "../harness/ops.js";
import { Specimen } from "./detection.js";
import { justification, unusedJustifications } from "./justified.js";
import {
  type Alteration,
  alteredPushforward,
  alteredRule,
  deafPushforward,
  exchangedRule,
  type Rule,
  unmarkedRule,
} from "./mutants.js";
import { countingRule, ruleWithout, withWatchedSums } from "./terms.js";

/** What kind of mistake a mutant has. */
export type MutationKind = Alteration | "swapped operands" | "dropped term" | "unmarked singular";

/** A broken rule of an operation. */
export interface Mutant {
  readonly op: Op;
  readonly kind: MutationKind;
  /** Which operand and which term, for messages and for the table of justified survivors. */
  readonly place: string;
  readonly rule: Rule;
}

/** A mutant that no check noticed, and why it does no harm, if that is known. */
export interface Survivor {
  readonly mutant: Mutant;
  readonly justification: string | undefined;
}

/** What a run found. */
export interface MutationReport {
  readonly made: ReadonlyMap<MutationKind, number>;
  readonly caught: ReadonlyMap<MutationKind, number>;
  readonly survivors: readonly Survivor[];
  /** Operations that fail unmutated, so that catching their mutants would say nothing. */
  readonly broken: readonly string[];
  /** Justifications of mutants that did not survive. */
  readonly unused: readonly string[];
  readonly operations: number;
}

const ALTERATIONS: readonly Alteration[] = ["sign", "factor 2", "zero", "dropped element"];

/** The positions of operands that are floating in some sample. */
function floatingOperands(specimen: Specimen): number[] {
  const positions = new Set<number>();
  for (const one of specimen.cases) {
    inputsOf(one, "float64").forEach(({ dtype }, position) => {
      if (isFloating(dtype)) positions.add(position);
    });
  }
  return [...positions].sort((a, b) => a - b);
}

/** Whether two operands have one type in some sample, so that what is for one could be taken for what is for the other. */
function areExchangeable(specimen: Specimen, first: number, second: number): boolean {
  return specimen.cases.some((one) => {
    const inputs = inputsOf(one, "float64");
    const a = inputs[first];
    const b = inputs[second];
    return a !== undefined && b !== undefined && typeName(a) === typeName(b);
  });
}

/** The sums in the rule for one operand, each with its number of terms. */
function sumsIn(specimen: Specimen, operand: number): readonly number[] {
  const { rule, terms } = countingRule(specimen.rule, operand);
  specimen.withRule(rule, () => specimen.gradients());
  return terms;
}

/** Every way in which the rule of an operation is broken. */
function mutantsOf(specimen: Specimen): Mutant[] {
  const { op, rule } = specimen;
  const operands = floatingOperands(specimen);
  const mutants: Mutant[] = [];
  for (const operand of operands) {
    const place = operandName(op.inputs, operand);
    for (const kind of ALTERATIONS) {
      mutants.push({ op, kind, place, rule: alteredRule(rule, operand, kind) });
    }
    for (const other of operands) {
      if (other <= operand || !areExchangeable(specimen, operand, other)) continue;
      const both = `${place} and ${operandName(op.inputs, other)}`;
      const exchanged = exchangedRule(rule, operand, other);
      mutants.push({ op, kind: "swapped operands", place: both, rule: exchanged });
    }
    // An explicit rule runs once for all operands.
    if (rule.kind === "explicit" && operand !== operands[0]) continue;
    sumsIn(specimen, operand).forEach((terms, sum) => {
      for (let kept = 0; kept < terms; kept++) {
        const dropped = ruleWithout(rule, operand, { sum, kept });
        const term = `${place}, sum ${sum}, term ${kept} left`;
        mutants.push({ op, kind: "dropped term", place: term, rule: dropped });
      }
    });
  }
  for (const kind of ALTERATIONS) {
    const altered = alteredPushforward(rule, kind);
    if (altered !== undefined) mutants.push({ op, kind, place: "pushforward", rule: altered });
  }
  for (const operand of operands) {
    const deaf = deafPushforward(rule, operand);
    const place = `pushforward without ${operandName(op.inputs, operand)}`;
    if (deaf !== undefined) mutants.push({ op, kind: "dropped term", place, rule: deaf });
  }
  const unmarked = unmarkedRule(rule);
  if (unmarked !== undefined) {
    mutants.push({ op, kind: "unmarked singular", place: "all operands", rule: unmarked });
  }
  return mutants;
}

/** Breaks every declared derivative of every operation, and looks whether a check notices. */
export async function runMutations(): Promise<MutationReport> {
  const ops = (await collectOps())
    .map(({ op }) => op)
    .filter((op) => op.derivative.kind !== "none");
  const made = new Map<MutationKind, number>();
  const caught = new Map<MutationKind, number>();
  const survivors: Survivor[] = [];
  const broken: string[] = [];
  withWatchedSums(() => {
    for (const op of ops) {
      const specimen = new Specimen(op);
      const fault = specimen.firstFinding();
      if (fault !== undefined) {
        broken.push(`${op.name} fails as it is: ${fault}`);
        continue;
      }
      for (const mutant of mutantsOf(specimen)) {
        const { kind, rule } = mutant;
        made.set(kind, (made.get(kind) ?? 0) + 1);
        const finding = specimen.withRule(rule, () => specimen.firstFinding());
        if (finding !== undefined) caught.set(kind, (caught.get(kind) ?? 0) + 1);
        else survivors.push({ mutant, justification: justification(mutant) });
      }
    }
  });
  const unused = unusedJustifications(survivors.map(({ mutant }) => mutant));
  return { made, caught, survivors, broken, unused, operations: ops.length };
}

/** What has to be mended: survivors without a reason, reasons without a survivor, operations that fail unmutated. */
export function complaints({ survivors, unused, broken }: MutationReport): string[] {
  return [
    ...survivors
      .filter(({ justification: why }) => why === undefined)
      .map(({ mutant }) => `${mutantName(mutant)}: not noticed`),
    ...unused.map((name) => `${name}: justified, but did not survive`),
    ...broken,
  ];
}

/** The report as text, one line a kind, then the survivors. */
export function describeReport(report: MutationReport): string {
  const { made, caught, survivors, operations } = report;
  const total = (counts: ReadonlyMap<MutationKind, number>): number =>
    [...counts.values()].reduce((sum, count) => sum + count, 0);
  const lines = [`${operations} operations with a derivative, ${total(made)} mutants`];
  for (const [kind, count] of made) {
    lines.push(`  ${kind.padEnd(18)}${caught.get(kind) ?? 0} of ${count} caught`);
  }
  lines.push(`  ${"all".padEnd(18)}${total(caught)} of ${total(made)} caught`);
  lines.push(`survivors: ${survivors.length}`);
  for (const { mutant, justification: why } of survivors) {
    lines.push(`  ${mutantName(mutant)}: ${why ?? "NOT JUSTIFIED"}`);
  }
  return lines.join("\n");
}

/** Operation, kind and place. */
function mutantName({ op, kind, place }: Mutant): string {
  return `${op.name}, ${kind}, ${place}`;
}

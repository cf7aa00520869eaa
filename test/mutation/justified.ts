/** Why mutants that no check notices do no harm: each is as right as the rule that it was made of. */

import type { Mutant, MutationKind } from "./run.js";

/** Survivors with one reason. */
interface Justified {
  readonly op: string;
  readonly place: string;
  readonly kinds: readonly MutationKind[];
  readonly why: string;
}

const ALL_OF_ZERO: readonly MutationKind[] = ["sign", "factor 2", "zero", "dropped element"];

const JUSTIFIED: readonly Justified[] = [
  {
    op: "sign",
    place: "x",
    kinds: ALL_OF_ZERO,
    why: "the partial is 0 everywhere, and so are its negative, its double and its parts",
  },
  {
    op: "lowerExponent",
    place: "a",
    kinds: ALL_OF_ZERO,
    why: "the partial is 0 everywhere, and so are its negative, its double and its parts",
  },
  {
    op: "add",
    place: "a and b",
    kinds: ["swapped operands"],
    why: "both partials are 1",
  },
];

/** Why a survivor does no harm; undefined where nobody has shown that. */
export function justification({ op, kind, place }: Mutant): string | undefined {
  return JUSTIFIED.find(
    (entry) => entry.op === op.name && entry.place === place && entry.kinds.includes(kind),
  )?.why;
}

/** Justifications of mutants that are not among the survivors: they no longer hold, or are misspelt. */
export function unusedJustifications(survivors: readonly Mutant[]): string[] {
  return JUSTIFIED.flatMap(({ op, place, kinds }) =>
    kinds
      .filter(
        (kind) =>
          !survivors.some(
            (mutant) => mutant.op.name === op && mutant.place === place && mutant.kind === kind,
          ),
      )
      .map((kind) => `${op}, ${kind}, ${place}`),
  );
}

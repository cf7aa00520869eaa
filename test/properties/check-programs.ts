/** Runs a check on many random programs, and shows the smallest that fails as text. */

import fc from "fast-check";
import type * as tf from "gradtape";
import { typeName } from "../harness/comparing.js";
import { valuesOf } from "../harness/operands.js";
import { countSteps, type Program, programText } from "./program.js";
import { ProgramArbitrary } from "./program-arbitrary.js";
import { type Setting, SMALL } from "./settings.js";

/** Two numbers that should be equal. */
export interface Comparison {
  readonly what: string;
  readonly found: number;
  readonly expected: number;
  /** How far apart they may be. */
  readonly allowed: number;
}

export type Check = (program: Program) => readonly Comparison[];

function numberFrom(variable: string, otherwise: number): number {
  const given = process.env[variable];
  return given === undefined || given === "" ? otherwise : Number(given);
}

/** The programs of a run; another seed and another number of them come from the environment. */
export const SEED: number = numberFrom("GRADTAPE_PROGRAMS_SEED", 20_240_229);
export const RUNS: number = numberFrom("GRADTAPE_PROGRAMS", 500);

/** How often a comparison exceeds what is allowed; a comparison with NaN is infinitely off. */
function excess({ found, expected, allowed }: Comparison): number {
  const off = Math.abs(found - expected) / allowed;
  return Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
}

function worstOf(comparisons: readonly Comparison[]): Comparison | undefined {
  return comparisons.reduce<Comparison | undefined>(
    (worst, one) => (worst === undefined || excess(one) > excess(worst) ? one : worst),
    undefined,
  );
}

/**
 * The elements of tensors, compared relative to the largest of those that are expected.
 *
 * @param rounding by how much what is expected is itself off, ten times which is allowed
 */
export function compareTensors(
  what: string,
  found: readonly tf.Tensor[],
  expected: readonly tf.Tensor[],
  tolerance: number,
  rounding?: readonly tf.Tensor[],
): Comparison[] {
  return expected.flatMap((tensor, index) => {
    const own = found[index];
    if (own === undefined || typeName(own) !== typeName(tensor)) {
      return [{ what: `${what} ${index} has another type`, found: NaN, expected: 0, allowed: 1 }];
    }
    const values = valuesOf(tensor);
    const largest = largestOf(values);
    const off = rounding === undefined ? 0 : largestOf(valuesOf(rounding[index]!));
    const all = valuesOf(own).map((value, element) => ({
      what: `${what} ${index}, element ${element}`,
      found: value,
      expected: values[element]!,
      allowed: tolerance * Math.max(1, largest) + 10 * off,
    }));
    return worstOf(all) ?? [];
  });
}

function largestOf(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Whether a program is among those that a check is made for which is only made for a part of them. */
export function isOneIn(number: number, { seed }: Program): boolean {
  return seed % number === 0;
}

/**
 * Checks every program of the run.
 *
 * @throws Error with the smallest failing program as text, and what is worst about it.
 */
export function checkPrograms(check: Check, setting: Setting = SMALL): void {
  const runs = RUNS;
  const property = fc.property(new ProgramArbitrary(setting), (program) => {
    const worst = worstOf(check(program));
    if (worst !== undefined && !(excess(worst) <= 1)) throw new Error(comparisonText(worst));
  });
  const details = fc.check(property, { seed: SEED, numRuns: runs });
  if (!details.failed) return;
  const [program] = details.counterexample ?? [];
  if (program === undefined) throw new Error("no program could be written");
  const { errorInstance, numRuns, numShrinks } = details;
  const reason = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance));
  throw new Error(
    [
      `program ${numRuns} of ${runs} with seed ${SEED} fails; after ${numShrinks} simplifications, which leave ` +
        `${countSteps(program.steps)} steps:`,
      programText(program),
      reason.message,
    ].join("\n"),
    { cause: reason },
  );
}

function comparisonText({ what, found, expected, allowed }: Comparison): string {
  const off = Math.abs(found - expected);
  return `${what} is ${found}, which should be ${expected}: off by ${off}, allowed are ${allowed}`;
}

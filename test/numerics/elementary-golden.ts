/** Reads the correctly rounded values of test/golden/elementary.json and measures errors. */

import { readFileSync } from "node:fs";

interface GoldenTable {
  readonly arguments: readonly string[];
  readonly values: string;
}

const tables: Readonly<Record<string, GoldenTable>> = JSON.parse(
  readFileSync(new URL("../golden/elementary.json", import.meta.url), "utf8"),
);

/** One golden point: the arguments, what a function gave, and the correctly rounded value. */
export interface Comparison {
  readonly at: readonly number[];
  readonly actual: number;
  readonly expected: number;
}

function readNumbers(text: string): number[] {
  return text.split(" ").map(Number);
}

/** Evaluates a function at every golden point of the given name. */
export function compareWithGolden(
  name: string,
  evaluate: (...operands: number[]) => number,
): Comparison[] {
  const table = tables[name];
  if (table === undefined) {
    throw new Error(`There are no golden values for ${name}.`);
  }
  const columns = table.arguments.map(readNumbers);
  return readNumbers(table.values).map((expected, row) => {
    const at = columns.map((column) => column[row]!);
    return { at, actual: evaluate(...at), expected };
  });
}

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

/** The position of a double among all doubles in increasing order, both zeros at 0. */
function ordinal(x: number): bigint {
  double[0] = x;
  const raw = bits[0]!;
  return raw < 0n ? -(raw & 0x7fffffffffffffffn) : raw;
}

/** How many doubles lie between two numbers, one of them counted; infinite if just one is NaN. */
export function ulpDistance(actual: number, expected: number): number {
  if (Number.isNaN(actual) || Number.isNaN(expected)) {
    return Number.isNaN(actual) && Number.isNaN(expected) ? 0 : Number.POSITIVE_INFINITY;
  }
  const distance = ordinal(actual) - ordinal(expected);
  return Number(distance < 0n ? -distance : distance);
}

/** |actual − expected| relative to the expected magnitude, or to `floor` where that is greater. */
export function relativeError({ actual, expected }: Comparison, floor: number): number {
  if (Object.is(actual, expected)) {
    return 0;
  }
  return Math.abs(actual - expected) / Math.max(Math.abs(expected), floor);
}

/** The comparison with the greatest error, for an assertion to show. */
export function worst(
  comparisons: readonly Comparison[],
  error: (comparison: Comparison) => number,
): { readonly error: number; readonly at: readonly number[] } {
  let result: { readonly error: number; readonly at: readonly number[] } = { error: 0, at: [] };
  for (const comparison of comparisons) {
    const current = error(comparison);
    if (!(current <= result.error)) {
      result = { error: current, at: comparison.at };
    }
  }
  return result;
}

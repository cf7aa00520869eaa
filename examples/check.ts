/** Prints what a program computed, and stops the program where that is not what is expected. */

import type * as tf from "gradtape";

/** A number or nested arrays of numbers, as deep as the tensor has axes. */
export type Expected = number | readonly Expected[];

/** A class of errors. */
type ErrorClass = abstract new (...parameters: never[]) => Error;

/**
 * Prints one line, `formula = value`.
 *
 * @throws Error when the tensor's values are not exactly those expected.
 */
export function check(formula: string, actual: tf.Tensor, expected: Expected): void {
  const value = format(actual.toArray());
  console.log(`   ${formula} = ${value}`);
  if (value !== format(expected)) {
    throw new Error(`${formula} is ${value}, but ${format(expected)} is expected`);
  }
}

function format(value: Expected): string {
  return typeof value === "number" ? String(value) : `[${value.map(format).join(", ")}]`;
}

/**
 * Runs what must fail, and prints one line that says how it did.
 *
 * @throws Error when it does not throw the expected error.
 */
export function checkThrows(call: string, run: () => unknown, expected: ErrorClass): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof expected)) throw error;
    console.log(`   ${call} throws ${expected.name}`);
    return;
  }
  throw new Error(`${call} does not throw, but ${expected.name} is expected`);
}

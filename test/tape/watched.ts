/** Comparison of a tape's variables by identity; the matchers of the test runner would read their values. */
import type * as tf from "gradtape";
import { expect } from "vitest";

/** Expects that the tape watches these variables, in this order. */
export function expectWatched(tape: tf.GradientTape, variables: readonly tf.Variable[]): void {
  const watched = tape.watchedVariables();
  expect(watched.length, "number of watched variables").toBe(variables.length);
  watched.forEach((variable, position) => {
    expect(variable === variables[position], `variable ${position} is the one expected`).toBe(true);
  });
}

/** What a function gives compiled, beside what it gives: values, gradients inside and outside, and a second call. */

import * as tf from "gradtape";
import { expect } from "vitest";
import { differences } from "../harness/comparing.js";

/** Relative to the largest element. */
const TOLERANCE = 1e-11;

type Program = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

function listOf(results: tf.Tensor | readonly tf.Tensor[]): readonly tf.Tensor[] {
  return results instanceof tf.Tensor ? [results] : results;
}

function floatingOf(tensors: readonly tf.Tensor[]): readonly tf.Tensor[] {
  return tensors.filter(({ dtype }) => dtype === "float32" || dtype === "float64");
}

/** The gradient of Σ sin(results) by the floating inputs, so that every element has a cotangent of its own. */
function gradient(f: Program, inputs: readonly tf.Tensor[]): readonly tf.Tensor[] {
  const tape = new tf.GradientTape();
  try {
    const sources = floatingOf(inputs);
    tape.watch([...sources]);
    const sums = floatingOf(listOf(f(...inputs))).map((one) => tf.reduceSum(tf.sin(one)));
    return tape.gradient(tf.addN(sums), [...sources], { unconnectedGradients: "zero" });
  } finally {
    tape.stop();
  }
}

/** Expects the same values of the compiled function, twice. */
export function expectSameValues(f: Program, ...inputs: tf.Tensor[]): readonly tf.Tensor[] {
  const compiled = tf.compile((...own: tf.Tensor[]) => listOf(f(...own)));
  const expected = listOf(f(...inputs));
  for (const time of ["first", "second"]) {
    const label = (index: number): string => `${time} call, result ${index}`;
    expect(differences(label, compiled(...inputs), expected, TOLERANCE)).toEqual([]);
  }
  return expected;
}

/** Expects the very same numbers of the compiled function, twice, and gives the text of its module. */
export function expectEqual(f: Program, ...inputs: tf.Tensor[]): string {
  const compiled = tf.compile((...own: tf.Tensor[]) => listOf(f(...own)));
  for (const time of ["first", "second"]) {
    const label = (index: number): string => `${time} call, result ${index}`;
    expect(differences(label, compiled(...inputs), listOf(f(...inputs)), 0)).toEqual([]);
  }
  return compiled.inspect(...inputs).wat;
}

/** Expects the same values and gradients: compiled with the function, of the compiled function, and a second derivative. */
export function expectSame(f: Program, ...inputs: tf.Tensor[]): void {
  expectSameValues(f, ...inputs);
  const expected = gradient(f, inputs);
  const compiled = tf.compile((...own: tf.Tensor[]) => listOf(f(...own)));
  const inside = tf.compile((...own: tf.Tensor[]) => gradient(f, own));
  const slope = (...own: tf.Tensor[]): readonly tf.Tensor[] => gradient(f, own);
  const ways: Readonly<Record<string, [readonly tf.Tensor[], readonly tf.Tensor[]]>> = {
    "gradient inside": [inside(...inputs), expected],
    "gradient inside, second call": [inside(...inputs), expected],
    "gradient outside": [gradient(compiled, inputs), expected],
    "second derivative": [
      tf.compile((...own: tf.Tensor[]) => gradient(slope, own))(...inputs),
      gradient(slope, inputs),
    ],
  };
  for (const [way, [found, wanted]] of Object.entries(ways)) {
    expect(differences((index) => `${way}, ${index}`, found, wanted, TOLERANCE)).toEqual([]);
  }
}

/** Traced = eager: operations, and their gradients and tangents, give in a graph what they give at once. */

import type { Tensor } from "../../src/core/tensor.js";
import { runGraph } from "../../src/graph/interpret.js";
import { traceGraph } from "../../src/graph/trace.js";
import { verifyGraph } from "../../src/graph/verify.js";
import {
  type Case,
  floatingOnly,
  floatingPositions,
  gradientsOf,
  inputsOf,
  outputWeights,
  tangentsOf,
} from "./cases.js";
import { differences } from "./comparing.js";
import { operandTensor, randomWeights, tensorFrom } from "./operands.js";

type Program = (inputs: readonly Tensor[]) => readonly Tensor[];

/** What a program gives in a graph that is verified, compared with what it gives at once. */
export function compareTraced(label: string, run: Program, inputs: readonly Tensor[]): string[] {
  const graph = traceGraph(
    "traced",
    inputs.map(({ type }) => type),
    (...traced) => run(traced),
    "a test traces",
  );
  verifyGraph(graph);
  return differences(
    (index) => `${label}: traced, result ${index}`,
    runGraph(graph, inputs),
    run(inputs),
  );
}

export function checkTracing(one: Case): string[] {
  const inputs = inputsOf(one, "float64");
  const weights = outputWeights(one, "float64").map((weight) =>
    operandTensor(weight, "float64", ""),
  );
  const wrong = compareTraced(one.label, (traced) => one.run(traced), inputs);
  if (floatingPositions(inputs).length === 0 || weights.length === 0) return wrong;
  const gradients = compareTraced(
    `gradient of ${one.label}`,
    (traced) => gradientsOf(one, traced, weights),
    inputs,
  );
  const directions = floatingOnly(inputs).map(({ size, dtype, shape }, index) =>
    tensorFrom(randomWeights(size, `${one.label}, direction ${index}`), dtype, shape),
  );
  const tangents = compareTraced(
    `tangents of ${one.label}`,
    (traced) => tangentsOf(one, traced, directions),
    inputs,
  );
  return [...wrong, ...gradients, ...tangents];
}

/** Every evaluation traced on types alone, as one graph of the tensors that it is given, which then gives the same answer. */

import { readFileSync } from "node:fs";
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import type { EvalFunction } from "../../bench/gradbench/evaluation.js";
import { modules } from "../../bench/gradbench/modules/index.js";
import { type Graph, graphsIn } from "../../src/core/graph.js";
import { differences } from "./close.js";
import { type Exchange, toleranceOf } from "./session.js";

/** Parameters or a result, with other tensors in the places of its own, depth first. */
function replaceTensors(value: unknown, replace: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (value instanceof tf.Tensor) return replace(value);
  if (Array.isArray(value)) return value.map((part) => replaceTensors(part, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, replaceTensors(part, replace)]),
  );
}

function tensorsIn(value: unknown): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  replaceTensors(value, (tensor) => {
    found.push(tensor);
    return tensor;
  });
  return found;
}

function withTensors(value: unknown, tensors: readonly tf.Tensor[]): unknown {
  let place = 0;
  return replaceTensors(value, () => tensors[place++]!);
}

/** The graph of an evaluation, and its result as it was while it was traced. */
function traceEvaluation({ evaluate }: EvalFunction, parameters: readonly unknown[]) {
  let result: unknown;
  const evaluation = (...tensors: tf.Tensor[]): tf.Tensor[] => {
    result = evaluate(...(withTensors(parameters, tensors) as unknown[]));
    return tensorsIn(result);
  };
  const graph = tf.graph.trace(evaluation, tensorsIn(parameters));
  return { graph, result };
}

function nodesIn(graph: Graph): number {
  return graph.nodes.reduce(
    (sum, { attributes }) => graphsIn(attributes).reduce((inner, one) => inner + nodesIn(one), sum),
    graph.nodes.length,
  );
}

function firstExchange(module: string, name: string): Exchange {
  const file = new URL(`./sessions/${module}.json`, import.meta.url);
  const exchanges = JSON.parse(readFileSync(file, "utf8")) as Exchange[];
  return exchanges.find(({ message }) => message["function"] === name)!;
}

const functions = Object.entries(modules).flatMap(([module, functions]) =>
  Object.entries<EvalFunction>(functions).map(([name, steps]) => ({ module, name, steps })),
);

describe("a graph", () => {
  it.each(functions)("of $module $name gives what it gives itself", ({ module, name, steps }) => {
    const { message, output } = firstExchange(module, name);
    const parameters = steps.prepare(message["input"]);
    const { graph, result } = traceEvaluation(steps, parameters);
    const outputs = tf.graph.run(graph, tensorsIn(parameters));
    const found = steps.output(withTensors(result, outputs));
    expect(differences(output, found, toleranceOf(module))).toEqual([]);
  });

  it("of the gradient of a determinant does not grow with the number of minors", () => {
    const nodes = [8, 9, 11].map((ell) => {
      const A = Array.from({ length: ell * ell }, (_, place) => Math.sin(place));
      const parameters = modules.det.gradient.prepare({ A, ell });
      return nodesIn(traceEvaluation(modules.det.gradient, parameters).graph);
    });
    expect(Math.max(...nodes)).toBeLessThan(1000);
  });
});

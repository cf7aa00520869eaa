/** `tf.graph.trace`: the graph of a function of nests. */

import { describe } from "../core/convert.js";
import { ArgumentError } from "../core/errors.js";
import type { Graph } from "../core/graph.js";
import { flattenNest, type Leaf, replaceLeaves } from "../core/nest.js";
import type { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { traceGraph } from "./trace.js";

/**
 * The graph of what `f` does with arguments of these types. It runs `f` once on types alone.
 *
 * @param f gives a nest of tensors
 * @param parameters nests of tensors, of which only shapes and dtypes matter
 * @returns a graph that takes the tensors of the arguments, and gives those of the result, in the order of their nests
 *
 * @example
 * const graph = tf.graph.trace((x: tf.Tensor) => tf.exp(x).mul(2), [tf.zeros([3])]);
 * tf.graph.run(graph, [tf.constant([0, 1, 2])]); // one tensor in a list
 *
 * @throws ArgumentError when arguments or result are no nests of tensors; TraceError when `f` reads a value.
 */
export function trace<A extends readonly unknown[]>(
  f: (...parameters: A) => unknown,
  parameters: A,
): Graph {
  const operation = "graph.trace";
  if (typeof f !== "function") {
    throw new ArgumentError(`${operation}: f must be a function, got ${describe(f)}`);
  }
  const leaves = flattenNest(parameters, operation, "parameters");
  return traceGraph(
    f.name === "" ? "f" : f.name,
    leaves.map(({ type }) => type),
    (...inputs) => {
      const own = replaceLeaves(parameters, (_, index) => inputs[index]!) as A;
      return readLeaves(flattenNest(f(...own), operation, "what f returns"));
    },
    "tf.graph.trace traces its function",
  );
}

/** Leaves with variables read. */
export function readLeaves(leaves: readonly Leaf[]): Tensor[] {
  return leaves.map((leaf) => (leaf instanceof Variable ? leaf.read() : leaf));
}

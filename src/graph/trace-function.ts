/** `tf.graph.trace`: the graph of a function of nests. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { type Graph, inputTypesOf } from "../core/graph.js";
import { flattenNest, type Leaf, replaceLeaves } from "../core/nest.js";
import { formatType, sameType, type Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { runGraph } from "./interpret.js";
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

/**
 * The tensors that a graph gives for tensors of the types that it takes. Tapes and accumulators see every operation.
 *
 * @throws ArgumentError when their number is wrong; ShapeError or DTypeError when one has another type.
 */
export function runFunctionGraph(graph: Graph, inputs: readonly TensorLike[]): readonly Tensor[] {
  const operation = "graph.run";
  const types = inputTypesOf(graph);
  if (!Array.isArray(inputs) || inputs.length !== types.length) {
    throw new ArgumentError(
      `${operation}: graph ${graph.name} takes ${types.length} tensors in a list, ` +
        `got ${Array.isArray(inputs) ? inputs.length : describe(inputs)}`,
    );
  }
  const tensors = inputs.map((input: TensorLike, index) => {
    const type = types[index]!;
    const tensor = toTensor(input, operation, `input ${index}`, type.dtype);
    if (sameType(tensor.type, type)) return tensor;
    const message = `${operation}: input ${index} is ${describe(tensor)}, but graph ${graph.name} takes ${formatType(type)}`;
    throw tensor.dtype === type.dtype ? new ShapeError(message) : new DTypeError(message);
  });
  return runGraph(graph, tensors);
}

/** Leaves with variables read. */
export function readLeaves(leaves: readonly Leaf[]): Tensor[] {
  return leaves.map((leaf) => (leaf instanceof Variable ? leaf.read() : leaf));
}

/** Graphs run: each node once, in order, each value given up after its last use. */

import { runOp } from "../core/dispatch.js";
import { InternalError } from "../core/errors.js";
import type { Capture, Graph, GraphNode } from "../core/graph.js";
import { Tensor } from "../core/tensor.js";

/** Which values each node uses last, found once for a graph. */
const lastUses = new WeakMap<Graph, readonly (readonly number[])[]>();

function lastUsesOf(graph: Graph): readonly (readonly number[])[] {
  let found = lastUses.get(graph);
  if (found === undefined) {
    const kept = new Set(graph.outputs);
    const result: number[][] = graph.nodes.map(() => []);
    for (let index = graph.nodes.length - 1; index >= 0; index--) {
      for (const operand of graph.nodes[index]!.operands) {
        if (kept.has(operand)) continue;
        kept.add(operand);
        result[index]!.push(operand);
      }
    }
    found = result;
    lastUses.set(graph, found);
  }
  return found;
}

/** The value of a capture as of now; reading a variable tells whoever listens. */
export function readCapture(capture: Capture): Tensor {
  return capture instanceof Tensor ? capture : capture.read();
}

/**
 * Runs a graph over values of any kind.
 *
 * @param lift gives the value of a capture or constant
 * @param step runs a node on the values of its operands, and gives its outputs
 */
export function interpret<Value>(
  graph: Graph,
  inputs: readonly Value[],
  lift: (tensor: Tensor) => Value,
  step: (node: GraphNode, operands: readonly Value[]) => readonly Value[],
): readonly Value[] {
  const values = new Array<Value | undefined>(graph.types.length);
  graph.inputs.forEach((value, position) => {
    values[value] = inputs[position];
  });
  for (const [value, capture] of graph.captures) values[value] = lift(readCapture(capture));
  for (const [value, constant] of graph.constants) values[value] = lift(constant);
  const uses = lastUsesOf(graph);
  graph.nodes.forEach((node, index) => {
    const operands = node.operands.map((operand) => {
      const value = values[operand];
      if (value === undefined)
        throw new InternalError(`${graph.name}: value ${operand} is missing`);
      return value;
    });
    const outputs = step(node, operands);
    for (let output = 0; output < outputs.length; output++) {
      values[node.firstOutput + output] = outputs[output];
    }
    for (const operand of uses[index]!) values[operand] = undefined;
  });
  return graph.outputs.map((output) => values[output]!);
}

/** The outputs of a graph at the given inputs. Every node is an operation that is run, so recorders see it. */
export function runGraph(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  return interpret(
    graph,
    inputs,
    (tensor) => tensor,
    ({ op, attributes }, operands) => runOp(op, operands, attributes),
  );
}

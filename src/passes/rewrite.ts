/** Rewriting: a graph written anew operation by operation, each as it is or as a rule has it. */

import { runOp } from "../core/dispatch.js";
import { type Graph, type GraphNode, inputTypesOf } from "../core/graph.js";
import type { Tensor } from "../core/tensor.js";
import { interpret } from "../graph/interpret.js";
import { traceGraph } from "../graph/trace.js";

/** How a tensor of the new graph came about. */
export interface Made {
  readonly node: GraphNode;
  readonly operands: readonly Tensor[];
}

/**
 * What stands for an operation in the new graph; undefined where it stays. Operands whose values are known are constants.
 *
 * @param madeBy how a tensor of the new graph came about; undefined for inputs and constants
 */
export type RewriteRule = (
  node: GraphNode,
  operands: readonly Tensor[],
  madeBy: (tensor: Tensor) => Made | undefined,
) => readonly Tensor[] | undefined;

/** A step of the compiler from a graph to one that computes the same. Graphs close over nothing. */
export interface Pass {
  readonly name: string;
  readonly summary: string;
  run(graph: Graph): Graph;
}

/** A pass that applies a rule to every operation, in order; `start` gives a rule with a memory of its own for every graph. */
export function rewritePass(name: string, summary: string, start: () => RewriteRule): Pass {
  return {
    name,
    summary,
    run: (graph) => rewriteGraph(graph, start()),
  };
}

function rewriteGraph(graph: Graph, rule: RewriteRule): Graph {
  const made = new Map<Tensor, Made>();
  const step = (node: GraphNode, operands: readonly Tensor[]): readonly Tensor[] => {
    const replaced = rule(node, operands, (tensor) => made.get(tensor));
    if (replaced !== undefined) return replaced;
    const outputs = runOp(node.op, operands, node.attributes);
    if (outputs.length === 1) made.set(outputs[0]!, { node, operands });
    return outputs;
  };
  return traceGraph(
    graph.name,
    inputTypesOf(graph),
    (...inputs) => interpret(graph, inputs, (tensor) => tensor, step),
    "a graph is rewritten",
    { isConstant: () => true },
  );
}

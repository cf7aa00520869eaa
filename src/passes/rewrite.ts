/** Rewriting: a graph written anew operation by operation, each as it is or as a rule has it. */

import { withTrace } from "../core/dispatch.js";
import { type Graph, type GraphNode, inputTypesOf } from "../core/graph.js";
import type { Tensor } from "../core/tensor.js";
import { interpret } from "../graph/interpret.js";
import { GraphTrace } from "../graph/trace.js";

/** How a tensor of the new graph came about. */
export interface Made {
  readonly node: GraphNode;
  readonly operands: readonly Tensor[];
}

/** The new graph, as rules see it. */
export interface Rewriting {
  /** How a tensor of the new graph came about; undefined for inputs and constants. */
  madeBy(tensor: Tensor): Made | undefined;
  /** The operation at hand as it is. */
  keep(): readonly Tensor[];
}

/** What stands for an operation in the new graph; undefined where it stays. Operands whose values are known are constants. */
export type RewriteRule = (
  node: GraphNode,
  operands: readonly Tensor[],
  rewriting: Rewriting,
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
  const trace = new GraphTrace("a graph is rewritten", { isConstant: () => true });
  const made = new Map<Tensor, Made>();
  const madeBy = (tensor: Tensor): Made | undefined => made.get(tensor);
  const step = (node: GraphNode, operands: readonly Tensor[]): readonly Tensor[] => {
    const keep = (): readonly Tensor[] => {
      const outputs = trace.copy(node, operands, graph.types);
      if (outputs.length === 1) made.set(outputs[0]!, { node, operands });
      return outputs;
    };
    return rule(node, operands, { madeBy, keep }) ?? keep();
  };
  const inputs = inputTypesOf(graph).map((type) => trace.addValue(type));
  const results = withTrace(trace, () => interpret(graph, inputs, (tensor) => tensor, step));
  return trace.graph(graph.name, inputs.length, results);
}

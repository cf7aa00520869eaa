/** Rewriting: a graph written anew operation by operation, each as it is or as a rule has it. */

import { withTrace } from "../core/dispatch.js";
import { type Graph, type GraphNode, inputTypesOf } from "../core/graph.js";
import type { Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { readCapture } from "../graph/interpret.js";
import { GraphTrace } from "../graph/trace.js";

/** How a tensor of the new graph came about. */
export interface Made {
  readonly op: Op;
  readonly attributes: unknown;
  readonly operands: readonly Tensor[];
}

/** The new graph, as rules see it. */
export interface Rewriting {
  /** How a tensor of the new graph came about; undefined for inputs and constants. */
  madeBy(tensor: Tensor): Made | undefined;
  /** The operation at hand as it is. */
  keep(): readonly Tensor[];
  /** The output of an operation that was not there before. */
  make<A>(op: Op<A>, operands: readonly Tensor[], attributes: A): Tensor;
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
  const { name, types } = graph;
  const trace = new GraphTrace("a graph is rewritten", { isConstant: () => true });
  const made = new Map<Tensor, Made>();
  const madeBy = (tensor: Tensor): Made | undefined => made.get(tensor);
  const make = <A>(op: Op<A>, operands: readonly Tensor[], attributes: A): Tensor => {
    const [output] = trace.run(op, operands, attributes);
    made.set(output!, { op, attributes, operands });
    return output!;
  };
  const rewritten = (node: GraphNode, operands: readonly Tensor[]): readonly Tensor[] => {
    const { op, attributes, firstOutput, outputs } = node;
    const keep = (): readonly Tensor[] => {
      // The operands have the types that they had.
      const own = types.slice(firstOutput, firstOutput + outputs);
      const kept = trace.run(op, operands, attributes, own);
      if (outputs === 1) made.set(kept[0]!, { op, attributes, operands });
      return kept;
    };
    return rule(node, operands, { madeBy, keep, make }) ?? keep();
  };
  const inputs = inputTypesOf(graph).map((type) => trace.addValue(type));
  const values: Tensor[] = new Array(types.length);
  graph.inputs.forEach((value, place) => {
    values[value] = inputs[place]!;
  });
  for (const [value, constant] of graph.constants) values[value] = constant;
  for (const [value, capture] of graph.captures) values[value] = readCapture(capture);
  withTrace(trace, () => {
    for (const node of graph.nodes) {
      const operands = node.operands.map((operand) => values[operand]!);
      rewritten(node, operands).forEach((output, place) => {
        values[node.firstOutput + place] = output;
      });
    }
  });
  const results = graph.outputs.map((output) => values[output]!);
  return trace.graph(name, inputs.length, results);
}

/** Operations made of others are put in their place, up to those that read values and those that have a program of their own. */

import { condOp } from "../control/cond.js";
import { loopOp } from "../control/loop.js";
import { runOp } from "../core/dispatch.js";
import { TraceError } from "../core/errors.js";
import { type Graph, type GraphNode, inputTypesOf } from "../core/graph.js";
import type { Tensor } from "../core/tensor.js";
import { interpret } from "../graph/interpret.js";
import { traceGraph } from "../graph/trace.js";

function isInlined({ op }: GraphNode): boolean {
  return op.lowering.kind === "program" && op !== loopOp && op !== condOp;
}

/** The graph without operations that only run others. */
export function inlined(graph: Graph): Graph {
  if (!graph.nodes.some(isInlined)) return graph;
  return traceGraph(
    graph.name,
    inputTypesOf(graph),
    (...inputs) => interpret(graph, inputs, (tensor) => tensor, runInlined),
    "a graph is lowered",
    { isConstant: () => true },
  );
}

function runInlined(node: GraphNode, operands: readonly Tensor[]): readonly Tensor[] {
  const { lowering } = node.op;
  if (lowering.kind === "program" && isInlined(node)) {
    try {
      return lowering.run(operands, node.attributes);
    } catch (error) {
      // It looks at values, so it stays an operation by itself.
      if (!(error instanceof TraceError)) throw error;
    }
  }
  return runOp(node.op, operands, node.attributes);
}

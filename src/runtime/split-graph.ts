/** A backward graph split where it stops being a forward pass: what comes before the cotangents is done with the forward pass. */

import { ruleGraph } from "../autodiff/graph-rules.js";
import { type Graph, type GraphNode, inputTypesOf } from "../core/graph.js";
import { runGraph } from "../graph/interpret.js";

/** Two graphs in the place of one. */
export interface SplitGraph {
  /** Gives the results, and then the residuals. */
  readonly forward: Graph;
  /** Takes the operands, the residuals, and the cotangents. */
  readonly backward: Graph;
}

/**
 * @param primal the forward pass
 * @param joint the forward pass again and the backward pass, of the operands and then the cotangents
 * @param operands how many operands there are
 */
export function splitGraph(primal: Graph, joint: Graph, operands: number): SplitGraph {
  const late = new Set<number>(joint.inputs.slice(operands));
  const lateNodes: GraphNode[] = [];
  const earlyNodes: GraphNode[] = [];
  for (const node of joint.nodes) {
    const isLate = node.operands.some((operand) => late.has(operand));
    (isLate ? lateNodes : earlyNodes).push(node);
    if (!isLate) continue;
    for (let output = 0; output < node.outputs; output++) late.add(node.firstOutput + output);
  }
  const made = new Set(
    earlyNodes.flatMap(({ firstOutput, outputs }) =>
      Array.from({ length: outputs }, (_, index) => firstOutput + index),
    ),
  );
  const read = new Set([...lateNodes.flatMap((node) => node.operands), ...joint.outputs]);
  const residuals = [...read].filter((value) => made.has(value));
  const early: Graph = {
    ...joint,
    name: primal.name,
    inputs: joint.inputs.slice(0, operands),
    nodes: earlyNodes,
    outputs: residuals,
  };
  const types = inputTypesOf(primal);
  return {
    forward: ruleGraph(primal.name, types, (inputs) => [
      ...runGraph(primal, inputs),
      ...runGraph(early, inputs),
    ]),
    backward: {
      ...joint,
      inputs: [...joint.inputs.slice(0, operands), ...residuals, ...joint.inputs.slice(operands)],
      nodes: lateNodes,
    },
  };
}

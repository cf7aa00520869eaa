/** Finds the values whose rows are computed element by element, since some operation that mixes the elements of rows reads or gives them. */

import type { Graph, GraphNode } from "../core/graph.js";
import { rowRule } from "./row-rule.js";
import {
  axesOfSpace,
  LARGEST_UNROLLED,
  LONGEST_ROW,
  rowSize,
  type Space,
  spaceOf,
} from "./row-space.js";

/** Rounds through the graph and back; what has not been found by then goes through memory. */
const MOST_ROUNDS = 3;

/** Kinds that join or mix the elements of rows. */
const MIXING = new Set([
  "view",
  "split",
  "reduce",
  "norm",
  "concat",
  "accumulate",
  "scan",
  "matmul",
]);

/** By value: the space that its computation is to be a loop over; nothing for values of no preference. */
export function preferredSpaces(graph: Graph): ReadonlyMap<number, Space> {
  const preferred = new Map<number, Space>();
  /** Nodes that have told what they have to tell. */
  const settled = new Set<GraphNode>();
  const asked = new Set<GraphNode>();
  const { nodes } = graph;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = preferred.size;
    for (const node of nodes) visit(graph, node, preferred, settled, asked);
    for (const node of [...nodes].reverse()) visit(graph, node, preferred, settled, asked);
    if (preferred.size === before) break;
  }
  return preferred;
}

/** The outputs and operands of a node. */
export function valuesOf({ operands, firstOutput, outputs }: GraphNode): number[] {
  const values: number[] = [];
  for (let place = 0; place < outputs; place++) values.push(firstOutput + place);
  return values.concat(operands);
}

function visit(
  graph: Graph,
  node: GraphNode,
  preferred: Map<number, Space>,
  settled: Set<GraphNode>,
  asked: Set<GraphNode>,
): void {
  if (settled.has(node)) return;
  const { types } = graph;
  const { kind } = node.op.lowering;
  const values = valuesOf(node);
  const isKnown = (value: number): boolean => preferred.has(value);
  const known = node.operands.find(isKnown) ?? values.find(isKnown);
  if (known === undefined) {
    if (!MIXING.has(kind)) return;
    // It asks for a space of its own once; later it may still pass on that of a neighbour.
    if (asked.has(node)) return;
    asked.add(node);
    const space = spaceOfMixing(graph, node);
    if (space !== undefined) prefer(graph, values, space, preferred);
    return;
  }
  settled.add(node);
  if (values.every((value) => preferred.has(value))) return;
  const space = preferred.get(known)!;
  if (rowRule(node, types, space) !== undefined) prefer(graph, values, space, preferred);
}

function prefer(
  { types }: Graph,
  values: readonly number[],
  space: Space,
  preferred: Map<number, Space>,
): void {
  for (const value of values) {
    const { shape } = types[value]!;
    if (preferred.has(value) || axesOfSpace(shape, space) === undefined) continue;
    if (types[value]!.size > LARGEST_UNROLLED) preferred.set(value, space);
  }
}

/** The smallest space in which rows are short enough. */
function spaceOfMixing({ types }: Graph, node: GraphNode): Space | undefined {
  const { shape, size } = types[node.firstOutput]!;
  const isAllSmall =
    size <= LARGEST_UNROLLED &&
    node.operands.every((operand) => types[operand]!.size <= LARGEST_UNROLLED);
  if (isAllSmall) return undefined;
  for (let axes = 1; axes <= shape.length; axes++) {
    const space = spaceOf(shape.slice(0, axes));
    if (space.length === 0 || rowSize(shape, axes) > LONGEST_ROW) continue;
    const rule = rowRule(node, types, space);
    if (rule === undefined) continue;
    // A view that leaves each row as it is asks for nothing.
    const isMixing = node.operands.some(
      (operand, place) =>
        rule.axes[place]! > 0 && rowSize(types[operand]!.shape, rule.axes[place]!) > 1,
    );
    return isMixing || rowSize(shape, axes) > 1 ? space : undefined;
  }
  return undefined;
}

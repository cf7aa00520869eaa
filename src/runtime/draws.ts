/** Random numbers of functions that are traced once and called often: every call draws anew, and draws again what it drew when it is run again. */

import { type Graph, type GraphNode, graphsIn, isGraph } from "../core/graph.js";
import type { RandomStream } from "../core/lowering.js";
import { isPlainObject } from "../core/nest.js";
import { streamOfCall } from "../core/random-use.js";
import { replayStream, takeStream } from "../ops/random-stream.js";

function nodeDraws({ op, attributes }: GraphNode): boolean {
  if (op.lowering.kind === "random") return op.lowering.draw(attributes).stream.shared === true;
  return graphsIn(attributes).some(drawsAnew);
}

/** Whether a graph draws from the shared stream of random numbers. */
export function drawsAnew(graph: Graph): boolean {
  return graph.nodes.some(nodeDraws);
}

/** Runs `trace` with draws that are numbered from 0, so that what is drawn later follows from the places of calls alone. */
export function withNumberedDraws<T>(trace: () => T): T {
  return replayStream({ key: [0, 0], nextBlock: 0 }, trace);
}

/** A place in the shared stream for one call. */
export function takeCall(): RandomStream {
  return takeStream(undefined, 1, "compile");
}

/** The graph with draws that follow from the place that a call has taken, for a call that becomes part of another graph. */
export function graphOfCall(graph: Graph, place: RandomStream): Graph {
  const replaced = (attributes: unknown): unknown => {
    if (isGraph(attributes)) return graphOfCall(attributes, place);
    if (Array.isArray(attributes)) return attributes.map(replaced);
    if (!isPlainObject(attributes)) return attributes;
    return Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, replaced(value)]),
    );
  };
  const nodes = graph.nodes.map((node): GraphNode => {
    if (!nodeDraws(node)) return node;
    if (node.op.lowering.kind !== "random") {
      return { ...node, attributes: replaced(node.attributes) };
    }
    const { stream } = node.op.lowering.draw(node.attributes);
    const attributes = { ...(node.attributes as object), stream: streamOfCall(stream, place) };
    return { ...node, attributes };
  });
  return { ...graph, nodes };
}

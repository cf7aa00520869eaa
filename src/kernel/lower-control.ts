/** Conditions and loops: statements with the programs of their graphs inside. */

import type { LoopAttributes, LoopRead } from "../control/loop-types.js";
import type { Graph, GraphNode } from "../core/graph.js";
import type { Layout } from "../core/storage.js";
import type { Placement } from "./placement.js";
import type { Place, Program, Statement } from "./program.js";

/** What is asked of a program beside the values of its outputs. */
export interface LowerOptions {
  /** Whether outputs are dense, and none is an input but where `mayBeInput` says so. */
  readonly ownOutputs?: boolean;
  mayBeInput?(output: number, input: number): boolean;
  /** Whether operations may share a loop. Default true; what is gained by it can be measured so. */
  readonly fuses?: boolean;
  /** Whether nests may be parts of products. The default is what `fuses` is. */
  readonly epilogues?: boolean;
  /** By input: how its elements lie behind the address that is given for it; dense where nothing is said. */
  readonly inputLayouts?: readonly (Layout | undefined)[];
}

/** Makes the program of a graph inside another. */
export type LowerBody = (graph: Graph, options: LowerOptions) => Program;

/** How the elements of a place lie behind the first of them. */
function layoutBehind({ layout }: Place): Layout {
  return { ...layout, offset: 0 };
}

function resultsOf(placement: Placement, { firstOutput, outputs }: GraphNode): number[] {
  return Array.from({ length: outputs }, (_, place) => placement.arrayOf(firstOutput + place));
}

/** One of two programs, by a condition. */
export function branchStatement(
  placement: Placement,
  node: GraphNode,
  lowerBody: LowerBody,
): Statement {
  const { whenTrue, whenFalse } = node.attributes as { whenTrue: Graph; whenFalse: Graph };
  const [condition, ...operands] = node.operands.map((operand) => placement.forwardOf(operand));
  const options = { ownOutputs: true, inputLayouts: operands.map(layoutBehind) };
  return {
    kind: "branch",
    condition: condition!,
    operands,
    whenTrue: lowerBody(whenTrue, options),
    whenFalse: lowerBody(whenFalse, options),
    results: resultsOf(placement, node),
  };
}

/** The passes of a loop. */
export function loopStatement(
  placement: Placement,
  node: GraphNode,
  lowerBody: LowerBody,
): Statement {
  const attributes = node.attributes as LoopAttributes;
  const { captures, passes, trip } = attributes;
  // Captures may lie in any way; parts of the others are pointed at.
  const operands = node.operands.map((operand, place) =>
    place < captures ? placement.forwardOf(operand) : placement.denseOf(operand),
  );
  const layoutsOf = (reads: readonly LoopRead[]): (Layout | undefined)[] =>
    reads.map((read) =>
      read.kind === "capture" ? layoutBehind(operands[read.index]!) : undefined,
    );
  const bodies = passes.map(({ body, reads }, pass) =>
    lowerBody(body, {
      ownOutputs: true,
      inputLayouts: layoutsOf(reads),
      mayBeInput: (output, input) => {
        const read = reads[input]!;
        return read.kind === "carry" && read.pass === pass && read.index === output;
      },
    }),
  );
  const results = resultsOf(placement, node);
  const loop = { kind: "loop", attributes, operands, bodies, results } as const;
  if (trip.kind === "count") return loop;
  const options = { ownOutputs: true, inputLayouts: layoutsOf(trip.reads) };
  return { ...loop, test: lowerBody(trip.test, options) };
}

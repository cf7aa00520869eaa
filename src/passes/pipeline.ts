/** The passes over a graph, in order. */

import type { Graph } from "../core/graph.js";
import { foldConstants } from "./fold-constants.js";
import type { Pass } from "./rewrite.js";
import { shareSubexpressions } from "./share-subexpressions.js";
import { simplify } from "./simplify.js";

export const PASSES: readonly Pass[] = [foldConstants, simplify, shareSubexpressions];

/** A graph after a pass. */
export interface Stage {
  readonly pass: string;
  readonly graph: Graph;
}

/**
 * The graph after all passes; every stage on the way is shown to `see`. One round is enough: each pass looks at operands that it has
 * gone through itself, and none leaves anything to do for one before it.
 */
export function optimize(
  graph: Graph,
  see: (stage: Stage) => void = () => {},
  passes: readonly Pass[] = PASSES,
): Graph {
  let present = graph;
  for (const pass of passes) {
    present = pass.run(present);
    see({ pass: pass.name, graph: present });
  }
  return present;
}

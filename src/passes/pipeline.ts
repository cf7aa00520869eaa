/** The passes over a graph, in order, until nothing changes. */

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

/** Rounds are over when one leaves the number of operations as it was; there are never more than this. */
const MOST_ROUNDS = 8;

/** The graph after all passes; every stage on the way is shown to `see`. */
export function optimize(
  graph: Graph,
  see: (stage: Stage) => void = () => {},
  passes: readonly Pass[] = PASSES,
): Graph {
  let present = graph;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = present.nodes.length;
    for (const pass of passes) {
      present = pass.run(present);
      see({ pass: pass.name, graph: present });
    }
    if (present.nodes.length === before) break;
  }
  return present;
}

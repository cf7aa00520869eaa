/** Graphs made ready to run: optimized once, then run as often as is asked for. */

import { unrecorded } from "../core/dispatch.js";
import type { Graph } from "../core/graph.js";
import type { RandomStream } from "../core/lowering.js";
import { inCall } from "../core/random-use.js";
import type { Tensor } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import { fuse } from "../kernel/fuse.js";
import { canMakeCode } from "../kernel/fused-code.js";
import { optimize, type Stage } from "../passes/pipeline.js";
import { drawsAnew } from "./draws.js";

/** A graph that closes over nothing, and what it is run as. */
export class Executable {
  readonly graph: Graph;
  #optimized: Graph | undefined;
  #draws: boolean | undefined;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** The graph after all passes, with elementwise operations fused where code can be made. */
  get optimized(): Graph {
    this.#optimized ??= canMakeCode() ? fuse(optimize(this.graph)) : optimize(this.graph);
    return this.#optimized;
  }

  /** The graph as it was, and after each pass. */
  stages(): readonly Stage[] {
    const stages: Stage[] = [{ pass: "trace", graph: this.graph }];
    optimize(this.graph, (stage) => void stages.push(stage));
    stages.push({ pass: "fuse", graph: this.optimized });
    return stages;
  }

  /** Whether it draws random numbers that differ from call to call. */
  get draws(): boolean {
    this.#draws ??= drawsAnew(this.graph);
    return this.#draws;
  }

  /**
   * The outputs for concrete inputs; nobody is told of the operations.
   *
   * @param place what the call has taken of the shared stream of random numbers, if it draws any
   */
  run(inputs: readonly Tensor[], place: RandomStream | undefined): readonly Tensor[] {
    const run = (): readonly Tensor[] => unrecorded(() => runGraph(this.optimized, inputs));
    return place === undefined ? run() : inCall(place, run);
  }
}

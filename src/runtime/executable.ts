/** Graphs made ready to run: optimized and compiled once, then run as often as is asked for. */

import { unrecorded } from "../core/dispatch.js";
import type { TypedArray } from "../core/dtype.js";
import type { Graph } from "../core/graph.js";
import type { HeldValue } from "../core/held-value.js";
import type { RandomStream } from "../core/lowering.js";
import { inCall } from "../core/random-use.js";
import { copyLayout, hostValues } from "../core/reading.js";
import { contiguousStrides } from "../core/shape.js";
import { Tensor } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import { drawsAnew } from "./draws.js";
import type { CompiledGraphProgram } from "./kernel-compiler.js";
import { kernelCompiler } from "./load-compiler.js";

/** A graph that closes over nothing, and what it is run as. */
export class Executable {
  readonly graph: Graph;
  #program: CompiledGraphProgram | undefined;
  #draws: boolean | undefined;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** The graph in WebAssembly; undefined where there is none, or not yet. */
  get program(): CompiledGraphProgram | undefined {
    this.#program ??= kernelCompiler()?.compile(this.graph);
    return this.#program;
  }

  /** Gives back the memory of the program, which is compiled again should it be run. */
  release(): void {
    this.#program?.release();
    this.#program = undefined;
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
    const { program } = this;
    const run = (): readonly Tensor[] =>
      program === undefined ? unrecorded(() => runGraph(this.graph, inputs)) : program.run(inputs);
    return place === undefined ? run() : inCall(place, run);
  }

  /**
   * Writes the first outputs into arrays of their dtypes and sizes, and gives the others: tensors, or values that stay in memory.
   *
   * @param kept by output: the input that it is likely to be in the next call
   */
  runWith(
    inputs: readonly (Tensor | HeldValue)[],
    targets: readonly TypedArray[],
    kept: ReadonlyMap<number, number>,
    place: RandomStream | undefined,
  ): readonly (Tensor | HeldValue)[] {
    const { program } = this;
    const run = (): readonly (Tensor | HeldValue)[] => {
      if (program !== undefined) return program.runWith(inputs, targets, kept);
      const tensors = inputs.map((input) => (input instanceof Tensor ? input : input.read()));
      const outputs = unrecorded(() => runGraph(this.graph, tensors));
      targets.forEach((target, index) => {
        const output = outputs[index]!;
        const { shape } = output;
        const layout = { shape, strides: contiguousStrides(shape), offset: 0 };
        copyLayout(hostValues(output, "compile"), layout, target);
      });
      return outputs.slice(targets.length);
    };
    return place === undefined ? run() : inCall(place, run);
  }
}

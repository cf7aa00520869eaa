/** The compiler to WebAssembly, as far as the rest of the library knows it. */

import type { TypedArray } from "../core/dtype.js";
import type { Graph } from "../core/graph.js";
import type { HeldValue } from "../core/held-value.js";
import type { Op } from "../core/op.js";
import type { PartialProductEvaluator } from "../core/partial-products.js";
import type { Tensor } from "../core/tensor.js";

/** A graph in WebAssembly. */
export interface CompiledGraphProgram {
  /** The outputs, in arrays of their own. */
  run(inputs: readonly Tensor[]): readonly Tensor[];
  /**
   * Writes the first outputs into arrays of their dtypes and sizes, and gives the others: tensors, or values that stay where the next
   * call finds them as inputs.
   *
   * @param kept by output: the input that it is likely to be in the next call
   */
  runWith(
    inputs: readonly (Tensor | HeldValue)[],
    targets: readonly TypedArray[],
    kept: ReadonlyMap<number, number>,
  ): readonly (Tensor | HeldValue)[];
  /** Gives the memory back at once; it cannot be run any more. */
  release(): void;
  /** What the compiler made of the graph on the way. */
  inspect(): ProgramInspection;
  /** The module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a compiler makes of a graph. */
export interface ProgramInspection {
  /** The graph as it was, and after each pass that changed it. */
  readonly stages: readonly { readonly pass: string; readonly graph: Graph }[];
  /** The loop nests and kernels that it is made of, a line each. */
  readonly statements: readonly string[];
  /** The module as text. */
  readonly wat: string;
}

/** Compiles graphs that close over nothing. */
export interface KernelCompiler {
  /** Why nothing can be compiled here; undefined where it can. */
  readonly obstacle: string | undefined;
  compile(graph: Graph): CompiledGraphProgram;
  /** The result of a single operation on large operands; undefined where it has no kernel that pays. */
  evaluate(op: Op, inputs: readonly Tensor[], attributes: unknown): Tensor | undefined;
  /** A partial derivative times a large cotangent or tangent; undefined where it is not made of several elementwise operations. */
  readonly evaluatePartialProduct: PartialProductEvaluator;
}

let compiler: KernelCompiler | undefined;
let isWarned = false;

/** Makes a compiler the one that is used from now on. */
export function useKernelCompiler(one: KernelCompiler): void {
  compiler = one;
}

/** Whether a compiler has been loaded. */
export function hasKernelCompiler(): boolean {
  return compiler !== undefined;
}

/** The compiler, if it has been loaded and works. */
export function workingCompiler(): KernelCompiler | undefined {
  if (compiler === undefined) return undefined;
  if (compiler.obstacle === undefined) return compiler;
  warnOnce(compiler.obstacle);
  return undefined;
}

/** Says once why compiled functions run without WebAssembly. */
export function warnOnce(reason: string): void {
  if (isWarned) return;
  isWarned = true;
  console.warn(`gradtape: computes without WebAssembly here, and slower: ${reason}`);
}

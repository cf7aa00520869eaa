/** Where the compiler to WebAssembly comes from: it is large, so pages load it when they first need it. */

import type { TypedArray } from "../core/dtype.js";
import type { Graph } from "../core/graph.js";
import type { Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";

/** A graph in WebAssembly. */
export interface CompiledGraphProgram {
  /** The outputs, in arrays of their own. */
  run(inputs: readonly Tensor[]): readonly Tensor[];
  /** Writes the first outputs into arrays of their dtypes and sizes, and gives the others. */
  runInto(inputs: readonly Tensor[], targets: readonly TypedArray[]): readonly Tensor[];
  /** The loop nests and kernels that it is made of, a line each. */
  statements(): readonly string[];
  /** The module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Compiles graphs that close over nothing. */
export interface KernelCompiler {
  /** Why nothing can be compiled here; undefined where it can. */
  readonly obstacle: string | undefined;
  compile(graph: Graph): CompiledGraphProgram;
  /** The result of a single operation on large operands; undefined where it has no kernel that pays. */
  evaluate(op: Op, inputs: readonly Tensor[], attributes: unknown): Tensor | undefined;
}

let compiler: KernelCompiler | undefined;
let loading: Promise<void> | undefined;
let isWarned = false;

/** Makes a compiler the one that is used from now on. */
export function useKernelCompiler(one: KernelCompiler): void {
  compiler = one;
}

/** The compiler, if it is there and works; otherwise it begins to be loaded. */
export function kernelCompiler(): KernelCompiler | undefined {
  if (compiler === undefined) {
    loadCompiler().catch((error: unknown) => warnOnce(`it could not be loaded (${String(error)})`));
    return undefined;
  }
  if (compiler.obstacle === undefined) return compiler;
  warnOnce(compiler.obstacle);
  return undefined;
}

/**
 * Loads the compiler to WebAssembly. Until it is there, compiled functions do the same without it, slower. Node has it from the
 * beginning.
 *
 * @example
 * await tf.loadCompiler();
 *
 * @throws whatever the page's loader throws when a part of the library cannot be fetched.
 */
export function loadCompiler(): Promise<void> {
  if (compiler !== undefined) return Promise.resolve();
  loading ??= import("../backends/wasm/kernel-compiler.js").then(
    (module) => useKernelCompiler(module.wasmCompiler),
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** Says once why compiled functions run without WebAssembly. */
export function warnOnce(reason: string): void {
  if (isWarned) return;
  isWarned = true;
  console.warn(`gradtape: computes without WebAssembly here, and slower: ${reason}`);
}

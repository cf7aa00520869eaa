/** Where the compiler to WebAssembly comes from: it is large, so pages load it when they first need it. */

import {
  hasKernelCompiler,
  type KernelCompiler,
  useKernelCompiler,
  warnOnce,
  workingCompiler,
} from "./kernel-compiler.js";

let loading: Promise<void> | undefined;

/** The compiler, if it is there and works; otherwise it begins to be loaded. */
export function kernelCompiler(): KernelCompiler | undefined {
  if (!hasKernelCompiler()) {
    loadCompiler().catch((error: unknown) => warnOnce(`it could not be loaded (${String(error)})`));
    return undefined;
  }
  return workingCompiler();
}

/**
 * Loads the compiler to WebAssembly, for compiled functions and for single operations on large tensors. Until it is there, they do the
 * same without it, slower. Node has it from the beginning; a page begins to load it when a compiled function is first called.
 *
 * @example
 * await tf.loadCompiler();
 *
 * @throws whatever the page's loader throws when a part of the library cannot be fetched.
 */
export function loadCompiler(): Promise<void> {
  if (hasKernelCompiler()) return Promise.resolve();
  loading ??= import("../backends/wasm/kernel-compiler.js").then(
    (module) => useKernelCompiler(module.wasmCompiler),
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

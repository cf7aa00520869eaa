/** Which extensions of WebAssembly the engine has, found by asking it to validate tiny modules. */

import { ModuleBuilder } from "./assembler.js";
import { FunctionBuilder } from "./function-builder.js";

/** What generated code may use. */
export interface Features {
  /** Vectors of 128 bits; without them nothing is compiled. */
  readonly simd: boolean;
  /** a·b + c with one rounding, where the machine has it. */
  readonly relaxedSimd: boolean;
  /** Memory shared between threads. */
  readonly threads: boolean;
}

let detected: Features | undefined;

/**
 * The engine's features; all false where there is no WebAssembly. A content security policy that forbids compilation shows only
 * when something is compiled.
 */
export function detectFeatures(): Features {
  detected ??= {
    simd: accepts((body) => body.splat("f64", 0).op("drop")),
    relaxedSimd: accepts((body) => {
      for (let operand = 0; operand < 3; operand++) body.splat("f64", 0);
      body.op("f64x2.relaxed_madd").op("drop");
    }),
    threads: typeof SharedArrayBuffer === "function" && accepts(() => {}, true),
  };
  return detected;
}

function accepts(write: (body: FunctionBuilder) => void, sharedMemory = false): boolean {
  if (typeof WebAssembly !== "object") return false;
  const module = new ModuleBuilder();
  if (sharedMemory) {
    module.importMemory({ module: "m", name: "m" }, { minimum: 1, maximum: 1, shared: true });
  }
  const body = new FunctionBuilder([], []);
  write(body);
  module.addFunction(body);
  try {
    return WebAssembly.validate(module.encode());
  } catch {
    return false;
  }
}

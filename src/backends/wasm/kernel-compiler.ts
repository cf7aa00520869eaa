/** The compiler to WebAssembly as the rest of the library sees it. */

import type { Graph } from "../../core/graph.js";
import type { Op } from "../../core/op.js";
import type { Tensor } from "../../core/tensor.js";
import { lower } from "../../kernel/lower.js";
import { printProgram } from "../../kernel/print-program.js";
import { ModuleBuilder } from "./assembler.js";
import { CompiledProgram } from "./compiled-program.js";
import { evaluateBlocks } from "./eager-elementwise.js";
import { detectFeatures } from "./features.js";
import { FunctionBuilder } from "./function-builder.js";

let obstacle: string | undefined | null = null;

/** Compiling and running the smallest module shows what `WebAssembly.validate` does not: whether a policy allows it. */
function findObstacle(): string | undefined {
  if (typeof WebAssembly !== "object") return "there is no WebAssembly";
  if (!detectFeatures().simd) return "WebAssembly has no SIMD here";
  try {
    const module = new ModuleBuilder();
    module.addFunction(new FunctionBuilder([], []));
    new WebAssembly.Instance(new WebAssembly.Module(module.encode()));
    return undefined;
  } catch (error) {
    return `a content security policy without 'wasm-unsafe-eval' forbids it (${String(error)})`;
  }
}

/** Single operations on large operands: elementwise ones in blocks. */
function evaluate(op: Op, inputs: readonly Tensor[], attributes: unknown): Tensor | undefined {
  const type = op.outputType(inputs, attributes);
  return op.lowering.kind === "elementwise" ? evaluateBlocks(op, inputs, type) : undefined;
}

export const wasmCompiler = {
  evaluate,
  get obstacle(): string | undefined {
    if (obstacle === null) obstacle = findObstacle();
    return obstacle;
  },
  compile: (graph: Graph) => {
    const program = lower(graph);
    const compiled = new CompiledProgram(program);
    return Object.assign(compiled, { statements: () => printProgram(program) });
  },
};

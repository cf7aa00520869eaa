/** The compiler to WebAssembly as the rest of the library sees it. */

import type { Graph } from "../../core/graph.js";
import type { Op } from "../../core/op.js";
import type { Tensor } from "../../core/tensor.js";
import { lower } from "../../kernel/lower.js";
import { printProgram } from "../../kernel/print-program.js";
import { optimize } from "../../passes/pipeline.js";
import { ModuleBuilder } from "./assembler.js";
import { CompiledProgram } from "./compiled-program.js";
import { evaluateBlocks } from "./eager-elementwise.js";
import { evaluatePartialProduct } from "./eager-partial-product.js";
import { evaluateByProgram } from "./eager-program.js";
import { detectFeatures } from "./features.js";
import { FunctionBuilder } from "./function-builder.js";
import { moduleText } from "./text.js";

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

/** Kinds whose kernels are worth a program for every type of operands. */
const PROGRAM_KINDS: ReadonlySet<string> = new Set([
  "matmul",
  "convolution",
  "maxPool",
  "averagePool",
]);

/** Elements of the largest result of a single operation, half of what fits into memory. */
const LARGEST = 2 ** 27;

/** Single operations on large operands: elementwise ones in blocks. */
function evaluate(op: Op, inputs: readonly Tensor[], attributes: unknown): Tensor | undefined {
  const type = op.outputType(inputs, attributes);
  // What does not fit into memory is not computed here; the reference says which operation it is.
  if (type.size > LARGEST) return undefined;
  const { kind } = op.lowering;
  if (kind === "elementwise") return evaluateBlocks(op, inputs, type);
  return PROGRAM_KINDS.has(kind) ? evaluateByProgram(op, inputs, attributes, type) : undefined;
}

export const wasmCompiler = {
  evaluate,
  evaluatePartialProduct,
  get obstacle(): string | undefined {
    if (obstacle === null) obstacle = findObstacle();
    return obstacle;
  },
  compile: (graph: Graph) => inspectable(graph, new CompiledProgram(lower(optimize(graph)))),
};

/** A compiled program with what the compiler made of the graph, which is made again when it is asked for, since it takes memory. */
function inspectable(graph: Graph, compiled: CompiledProgram) {
  const inspect = () => {
    const stages = [{ pass: "trace", graph }];
    const optimized = optimize(graph, (stage) => void stages.push(stage));
    return { stages, statements: printProgram(lower(optimized)), wat: moduleText(compiled.bytes) };
  };
  return Object.assign(compiled, { inspect });
}

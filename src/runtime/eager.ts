/** Installs the evaluator in dispatch: importing this module is what makes operations compute. */

import { evaluate } from "../backends/reference/evaluate.js";
import { installEvaluator, runOp } from "../core/dispatch.js";
import type { Graph } from "../core/graph.js";
import type { Call, Op } from "../core/op.js";
import { installPartialProducts, type PartialProduct } from "../core/partial-products.js";
import type { Tensor } from "../core/tensor.js";
import { traceGraph } from "../graph/trace.js";
import { workingCompiler } from "./kernel-compiler.js";

/**
 * From so many elements on, what an operation costs in JavaScript is more than what it costs to copy its operands into the memory of
 * compiled functions and its result out of it; measured for 13 operations on float32 and float64.
 */
const CROSSOVER = 1024;

/** Products of matrices and convolutions do more for each element. */
const CROSSOVER_OF_PRODUCTS = 256;

const PRODUCTS: ReadonlySet<string> = new Set(["matmul", "convolution", "maxPool", "averagePool"]);

function evaluateBySize(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
): Tensor | readonly Tensor[] {
  const first = inputs[0];
  if (first !== undefined && first.size >= CROSSOVER_OF_PRODUCTS) {
    const { kind } = op.lowering;
    const isLarge = kind === "elementwise" ? first.size >= CROSSOVER : PRODUCTS.has(kind);
    const result = isLarge ? workingCompiler()?.evaluate(op, inputs, attributes) : undefined;
    if (result !== undefined) return result;
  }
  return evaluate(op, inputs, attributes);
}

/** The partial derivative and its product with a cotangent or tangent, as one kernel. */
function evaluatePartialProduct(
  { partial, product }: PartialProduct,
  { inputs, outputs }: Call,
  factor: Tensor,
): Tensor | undefined {
  const operands = [...inputs, outputs[0]!, factor];
  const trace = (): Graph | undefined => {
    let isNumber = false;
    const types = operands.map(({ type }) => type);
    const doing = "a partial derivative is compiled";
    const graph = traceGraph(
      "partialProduct",
      types,
      (...all) => {
        const slope = partial(all.slice(0, inputs.length), all[inputs.length]!);
        isNumber = typeof slope === "number";
        return typeof slope === "number" ? [] : runOp(product, [slope, all.at(-1)!], undefined);
      },
      doing,
    );
    return isNumber ? undefined : graph;
  };
  return workingCompiler()?.evaluateTogether(partial, trace, operands, factor.type);
}

installEvaluator(evaluateBySize);
installPartialProducts(evaluatePartialProduct, CROSSOVER);

/** Installs the evaluator in dispatch: importing this module is what makes operations compute. */

import { evaluate } from "../backends/reference/evaluate.js";
import { installEvaluator } from "../core/dispatch.js";
import type { Op } from "../core/op.js";
import { LARGE } from "../core/partial-products.js";
import type { Tensor } from "../core/tensor.js";
import { workingCompiler } from "./kernel-compiler.js";

/** Products of matrices and convolutions do more for each element. */
const LARGE_PRODUCT = 256;

const PRODUCTS = /^(matmul|convolution|.*Pool)$/;

function evaluateBySize(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
): Tensor | readonly Tensor[] {
  const first = inputs[0];
  if (first !== undefined && first.size >= LARGE_PRODUCT) {
    const { kind } = op.lowering;
    const isLarge = kind === "elementwise" ? first.size >= LARGE : PRODUCTS.test(kind);
    const result = isLarge && workingCompiler()?.evaluate(op, inputs, attributes);
    if (result) return result;
  }
  return evaluate(op, inputs, attributes);
}

installEvaluator(evaluateBySize, (...product) =>
  workingCompiler()?.evaluatePartialProduct(...product),
);

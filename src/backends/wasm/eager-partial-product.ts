/** Products of a partial derivative and a large cotangent or tangent, each as one kernel. */

import { runOp } from "../../core/dispatch.js";
import type { Graph } from "../../core/graph.js";
import type { Call, Op, PartialRule } from "../../core/op.js";
import type { Tensor } from "../../core/tensor.js";
import { traceGraph } from "../../graph/trace.js";
import type { CodeBuilder } from "../../kernel/code-builder.js";
import { graphCode } from "../../kernel/graph-code.js";
import type { Value } from "../../kernel/scalar-code.js";
import { optimize } from "../../passes/pipeline.js";
import { type ElementProgram, evaluateElements, MOST_OPERANDS } from "./eager-elementwise.js";

/** A product as a program, and which of the operands, the output and the factor it reads. */
interface ProductProgram {
  readonly program: ElementProgram;
  readonly inputs: readonly number[];
}

/** By rule, product and dtypes of the operands: nothing where single operations are as good. */
const programs = new WeakMap<PartialRule, Map<string, ProductProgram | undefined>>();

/** The product; undefined where it is not made of several elementwise operations. Operands that the rule does not read have no values. */
export function evaluatePartialProduct(
  partial: PartialRule,
  product: Op,
  { inputs, outputs }: Call,
  factor: Tensor,
): Tensor | undefined {
  const all = [...inputs, outputs[0]!, factor];
  let known = programs.get(partial);
  if (known === undefined) {
    known = new Map();
    programs.set(partial, known);
  }
  const key = [product.name, ...all.map(({ dtype }) => dtype)].join();
  if (!known.has(key)) known.set(key, programOf(partial, product, all));
  const found = known.get(key);
  if (found === undefined) return undefined;
  const read = found.inputs.map((input) => all[input]!);
  return evaluateElements(found.program, read, factor.type);
}

function programOf(
  partial: PartialRule,
  product: Op,
  all: readonly Tensor[],
): ProductProgram | undefined {
  const graph = graphOf(partial, product, all);
  const found = graph && graphCode(optimize(graph));
  if (found === undefined || found.operations < 2 || found.inputs.length > MOST_OPERANDS) {
    return undefined;
  }
  const append = (code: CodeBuilder, operands: readonly Value[]): Value =>
    code.inline(found.code, operands)[found.value]!;
  return { program: { name: "gradient", key: found, append }, inputs: found.inputs };
}

/** The product as a graph; undefined where the partial derivative is a number. */
function graphOf(partial: PartialRule, product: Op, all: readonly Tensor[]): Graph | undefined {
  let isNumber = false;
  const multiplied = (...own: Tensor[]): readonly Tensor[] => {
    const slope = partial(own.slice(0, -2), own.at(-2)!);
    isNumber = typeof slope === "number";
    return typeof slope === "number" ? [] : runOp(product, [slope, own.at(-1)!], undefined);
  };
  const types = all.map(({ type }) => type);
  const graph = traceGraph("partial", types, multiplied, "a partial derivative is compiled");
  return isNumber ? undefined : graph;
}

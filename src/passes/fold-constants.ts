/** Constant folding: what depends on nothing but constants is computed once, when the graph is compiled. */

import { runOp, unrecorded } from "../core/dispatch.js";
import { graphsIn } from "../core/graph.js";
import { tensorOf } from "../core/literals.js";
import type { Op } from "../core/op.js";
import { isAbstract, type Tensor } from "../core/tensor.js";
import { rewritePass } from "./rewrite.js";

/** Larger results stay operations: they would be held as long as the graph, and views of one element are as good. */
const LARGEST = 4096;

/** Whether an operation gives the same whenever it is run. */
export function isPure({ lowering, name }: Op, attributes: unknown): boolean {
  // checkNumerics is run for its error.
  if (lowering.kind === "random" || name === "checkNumerics") return false;
  return graphsIn(attributes).every(({ nodes }) =>
    nodes.every((node) => isPure(node.op, node.attributes)),
  );
}

export const foldConstants = /* @__PURE__ */ rewritePass(
  "fold constants",
  "Computes what depends on constants and types alone.",
  () =>
    ({ op, attributes }, operands) => {
      if (op.lowering.kind === "typeOnly") {
        const { dtype, shape, size } = op.outputTypes(operands, attributes)[0]!;
        if (dtype !== "int32" || size > LARGEST) return undefined;
        return [tensorOf(Int32Array.from(op.lowering.values(operands[0]!.type)), dtype, shape)];
      }
      const known = (tensor: Tensor): boolean => !isAbstract(tensor);
      if (operands.length === 0 || !operands.every(known) || !isPure(op, attributes)) {
        return undefined;
      }
      const types = op.outputTypes(operands, attributes);
      if (types.some(({ size }) => size > LARGEST)) return undefined;
      return unrecorded(() => runOp(op, operands, attributes));
    },
);

/** Fused operations: several elementwise operations on tensors of one shape as one, with a scalar body of their own. */

import { defineOp, type Op } from "../core/op.js";
import type { FusedBody } from "./fused-body.js";
import { runFused } from "./fused-run.js";

/** Attributes of `fused`. */
export interface FusedAttributes {
  readonly body: FusedBody;
}

/** Operands have the shape of the results, or one element that counts everywhere. */
export const fusedOp: Op<FusedAttributes> = /* @__PURE__ */ defineOp<FusedAttributes>({
  name: "fused",
  summary: "Several elementwise operations in one loop.",
  inputs: ["operands…"],
  outputTypes: (_, { body }) => body.types,
  // Graphs are fused after they have been differentiated.
  derivative: { kind: "none" },
  lowering: { kind: "program", run: (operands, { body }) => runFused(body, operands) },
  samples: [],
});

/** The loop: one operation that holds the graphs of its bodies, behind `whileLoop`, `scan` and `mapFn` while a function is traced. */

import { defineOp, type Op } from "../core/op.js";
import { tensorType } from "../core/tensor.js";
import { batchLoop } from "./loop-batching.js";
import { loopPullback } from "./loop-pullback.js";
import { loopPushforward } from "./loop-pushforward.js";
import { runLoop } from "./loop-run.js";
import { carryTypes, emitTypes, type LoopAttributes } from "./loop-types.js";

export const loopOp: Op<LoopAttributes> = /* @__PURE__ */ defineOp<LoopAttributes>({
  name: "loop",
  summary: "Iterations of graphs, whose results are carried from one to the next.",
  inputs: ["operands…"],
  outputTypes: (_, { passes, stacked, trip }) => [
    ...passes.flatMap(carryTypes),
    ...stacked.map(({ pass, index }) => {
      const { dtype, shape } = emitTypes(passes[pass]!)[index]!;
      return tensorType(dtype, [trip.kind === "count" ? trip.count : 0, ...shape]);
    }),
  ],
  derivative: {
    kind: "explicit",
    pullback: (cotangents, call, needed) => loopPullback(loopOp, cotangents, call, needed),
    pushforward: (tangents, call) => loopPushforward(loopOp, tangents, call),
  },
  batching: { kind: "explicit", batch: (call) => batchLoop(loopOp, call) },
  lowering: { kind: "program", run: runLoop },
  samples: [],
});

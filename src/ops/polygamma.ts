/** Derivatives of digamma. */

import { run } from "../core/dispatch.js";
import { literalTensor } from "../core/literals.js";
import type { ScalarFunction } from "../core/lowering.js";
import { polygamma as polygammaOf } from "../core/numerics/polygamma.js";
import { defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { add } from "./arithmetic.js";
import { broadcastView } from "./broadcast.js";
import { checkDomain } from "./declare.js";

/** The order is an int32 operand of the shape of x; as such it has no derivative. */
export const polygammaOp: Op<undefined> = /* @__PURE__ */ defineOp<undefined>({
  name: "polygamma",
  summary: "The derivative of the given order of digamma.",
  inputs: ["order", "x"],
  outputTypes: ([_order, x]) => {
    checkDomain(x!, "floating", "polygamma", "x");
    return [x!.type];
  },
  derivative: {
    kind: "partials",
    partials: [() => 0, ([order, x]) => run(polygammaOp, [add(order!, 1), x!], undefined)],
    singular: true,
  },
  lowering: { kind: "elementwise", scalar: polygammaOf as ScalarFunction },
  samples: [
    {
      operands: [
        { shape: [4], values: [0, 1, 2, 3], dtype: "int32" },
        { shape: [4], values: [0.7, 1.3, 2.5, 3.1] },
      ],
      attributes: undefined,
    },
  ],
});

/** The first derivative of digamma. */
export function trigamma(x: Tensor): Tensor {
  const order = broadcastView(literalTensor(1, "int32", "polygamma"), x.shape);
  return run(polygammaOp, [order, x], undefined);
}

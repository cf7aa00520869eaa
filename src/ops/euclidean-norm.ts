/** Euclidean length along axes, with gradient 0 where it is 0. */

import { run } from "../core/dispatch.js";
import { defineOp } from "../core/op.js";
import { reducedShape } from "../core/shape.js";
import { tensorType } from "../core/tensor.js";
import { behindRows, type ReduceAttributes, reduceSumOp, spread } from "./broadcast.js";
import { checkDomain } from "./declare.js";
import { divideNoNan } from "./no-nan.js";
import { zeroProduct } from "./zero-product.js";

export const euclideanNormOp = /* @__PURE__ */ defineOp<ReduceAttributes>({
  name: "reduceEuclideanNorm",
  summary: "√(Σ x²) along some axes.",
  inputs: ["x"],
  outputTypes: ([x], { axes, keepdims }) => {
    checkDomain(x!, "floating", "reduceEuclideanNorm", "x");
    return [tensorType(x!.dtype, reducedShape(x!.shape, axes, keepdims))];
  },
  derivative: {
    kind: "explicit",
    pullback: ([cotangent], { inputs: [x], outputs: [y], attributes }) => {
      const direction = divideNoNan(x!, spread(y!, x!.shape, attributes));
      const spreadCotangent = spread(cotangent!, x!.shape, attributes);
      return [zeroProduct(direction, spreadCotangent)];
    },
    pushforward: ([tangent], { inputs: [x], outputs: [y], attributes }) => {
      const direction = divideNoNan(x!, spread(y!, x!.shape, attributes));
      return [run(reduceSumOp, [zeroProduct(direction, tangent!)], attributes)];
    },
  },
  batching: behindRows,
  lowering: { kind: "norm", axes: ({ axes }) => axes },
  samples: [
    {
      operands: [{ shape: [2, 3], from: -2, to: 2 }],
      attributes: { axes: [0, 1], keepdims: false },
    },
    {
      operands: [{ shape: [2, 3, 2], from: -2, to: 2 }],
      attributes: { axes: [0, 2], keepdims: true },
    },
    { operands: [{ shape: [2, 0], from: -2, to: 2 }], attributes: { axes: [1], keepdims: false } },
  ],
});

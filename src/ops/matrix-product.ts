/** The product of batches of matrices, which is linear in both, so that its transposes are products again. */

import { describe } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { InternalError } from "../core/errors.js";
import { defineOp } from "../core/op.js";
import { sameShape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { checkDomain } from "./declare.js";
import { moveAxis } from "./permute.js";

export const matmulOp = /* @__PURE__ */ defineOp<undefined>({
  name: "matmul",
  summary: "Products of the matrices in the last two axes, for each position along the others.",
  inputs: ["a", "b"],
  outputTypes: ([a, b]) => {
    checkDomain(a!, "numeric", "matmul", "a");
    const batch = a!.rank - 2;
    const fits =
      sameShape(a!.shape.slice(0, batch), b!.shape.slice(0, -2)) &&
      a!.shape[batch + 1] === b!.shape[batch];
    if (!fits) throw new InternalError(`matmul: ${describe(a)} and ${describe(b)} do not match`);
    return [tensorType(a!.dtype, [...a!.shape.slice(0, -1), b!.shape[batch + 1]!])];
  },
  derivative: {
    kind: "bilinear",
    transpose: (cotangent, position, { inputs: [a, b] }) =>
      position === 0
        ? matrixProduct(cotangent, transposeMatrices(b!))
        : matrixProduct(transposeMatrices(a!), cotangent),
  },
  lowering: { kind: "matmul" },
  samples: [
    {
      operands: [
        { shape: [2, 2], from: -2, to: 2 },
        { shape: [2, 2], from: -2, to: 2 },
      ],
      attributes: undefined,
    },
    {
      operands: [
        { shape: [2, 3], from: -2, to: 2 },
        { shape: [3, 4], from: -2, to: 2 },
      ],
      attributes: undefined,
    },
    {
      operands: [
        { shape: [2, 1, 3], from: -2, to: 2 },
        { shape: [2, 3, 2], from: -2, to: 2 },
      ],
      attributes: undefined,
    },
    {
      operands: [
        { shape: [2, 0], from: -2, to: 2 },
        { shape: [0, 3], from: -2, to: 2 },
      ],
      attributes: undefined,
    },
    {
      operands: [
        { shape: [1, 2], values: [65537, 65537], dtype: "int32" },
        { shape: [2, 1], values: [65537, 65539], dtype: "int32" },
      ],
      attributes: undefined,
    },
  ],
});

/** The product of matrices whose axes before the last two are equal. */
export function matrixProduct(a: Tensor, b: Tensor): Tensor {
  return run(matmulOp, [a, b], undefined);
}

/** The operand with its last two axes exchanged, as a view. */
export function transposeMatrices(x: Tensor): Tensor {
  return moveAxis(x, x.rank - 1, x.rank - 2);
}

/** The product of batches of matrices, which is linear in both, so that its transposes are products again. */

import { describe } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { InternalError } from "../core/errors.js";
import { type BatchedCall, defineOp, type Op } from "../core/op.js";
import { sameShape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { rowsOf } from "./batching.js";
import { checkDomain } from "./declare.js";
import { moveAxis, permute } from "./permute.js";
import { reshapeTo } from "./reshape.js";

export const matmulOp: Op<undefined> = /* @__PURE__ */ defineOp<undefined>({
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
  batching: { kind: "explicit", batch: (call) => [productOfRows(call)] },
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

/** One large product where only one operand differs from row to row, else one for every row. */
function productOfRows(call: BatchedCall<undefined>): Tensor {
  const { inputs, batched, size } = call;
  const [a, b] = inputs as readonly [Tensor, Tensor];
  if (!batched[1] && b.rank === 2) {
    const [, rows, depth] = a.shape as readonly [number, number, number];
    const product = matrixProduct(reshapeTo(a, [size * rows, depth]), b);
    return reshapeTo(product, [size, rows, b.shape[1]!]);
  }
  if (!batched[0] && a.rank === 2) {
    const [, depth, columns] = b.shape as readonly [number, number, number];
    const sideBySide = reshapeTo(permute(b, [1, 0, 2]), [depth, size * columns]);
    const product = matrixProduct(a, sideBySide);
    return permute(reshapeTo(product, [a.shape[0]!, size, columns]), [1, 0, 2]);
  }
  return matrixProduct(rowsOf(call, 0), rowsOf(call, 1));
}

/** The product of matrices whose axes before the last two are equal. */
export function matrixProduct(a: Tensor, b: Tensor): Tensor {
  return run(matmulOp, [a, b], undefined);
}

/** The operand with its last two axes exchanged, as a view. */
export function transposeMatrices(x: Tensor): Tensor {
  return moveAxis(x, x.rank - 1, x.rank - 2);
}

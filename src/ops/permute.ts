/** Permutation of axes, a view: what transposes and moves axes. */

import { run } from "../core/dispatch.js";
import { defineOp } from "../core/op.js";
import { axesBehindRows } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";

/** Attributes of `transpose`: axis k of the result is axis perm[k] of the operand. */
export interface TransposeAttributes {
  readonly perm: readonly number[];
}

export const transposeOp = /* @__PURE__ */ defineOp<TransposeAttributes>({
  name: "transpose",
  summary: "The operand with its axes in another order, without a copy.",
  inputs: ["x"],
  outputTypes: ([x], { perm }) => [
    tensorType(
      x!.dtype,
      perm.map((axis) => x!.shape[axis]!),
    ),
  ],
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { attributes: { perm } }) =>
      permute(cotangent, inversePermutation(perm)),
  },
  batching: {
    kind: "attributes",
    attributes: ({ perm }) => ({ perm: [0, ...axesBehindRows(perm)] }),
  },
  lowering: {
    kind: "view",
    layout: ({ strides, offset }, { perm }, shape) => ({
      shape,
      strides: perm.map((axis) => strides[axis]!),
      offset,
    }),
  },
  samples: [
    { operands: [{ shape: [2, 3], from: -2, to: 2 }], attributes: { perm: [1, 0] } },
    { operands: [{ shape: [2, 3, 4], from: -2, to: 2 }], attributes: { perm: [2, 0, 1] } },
    { operands: [{ shape: [0, 2], from: -2, to: 2 }], attributes: { perm: [1, 0] } },
  ],
});

/** The permutation that undoes another. */
export function inversePermutation(perm: readonly number[]): number[] {
  const inverse = new Array<number>(perm.length);
  perm.forEach((axis, position) => {
    inverse[axis] = position;
  });
  return inverse;
}

/** The operand with its axes in the order of `perm`; itself where they are in order. */
export function permute(x: Tensor, perm: readonly number[]): Tensor {
  return perm.every((axis, position) => axis === position) ? x : run(transposeOp, [x], { perm });
}

/** The operand with one axis moved to another place and the others in order. */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  const perm = Array.from({ length: x.rank }, (_, axis) => axis);
  perm.splice(to, 0, ...perm.splice(from, 1));
  return permute(x, perm);
}

/** Reshaping, which most rules need: the same elements under another shape. */

import { run } from "../core/dispatch.js";
import { InternalError } from "../core/errors.js";
import { defineOp } from "../core/op.js";
import { contiguousStrides, formatShape, type Shape, sameShape, sizeOf } from "../core/shape.js";
import { isContiguous, type Layout } from "../core/storage.js";
import { type Tensor, tensorType } from "../core/tensor.js";

/** Attributes of `reshape`. */
export interface ReshapeAttributes {
  readonly shape: Shape;
}

export const reshapeOp = /* @__PURE__ */ defineOp<ReshapeAttributes>({
  name: "reshape",
  summary: "The same elements in row-major order under another shape.",
  inputs: ["x"],
  outputTypes: ([x], { shape }) => {
    if (sizeOf(shape) !== x!.size) {
      throw new InternalError(
        `reshape: ${formatShape(x!.shape)} and ${formatShape(shape)} differ in size`,
      );
    }
    return [tensorType(x!.dtype, shape)];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { inputs }) => reshapeTo(cotangent, inputs[0]!.shape),
  },
  batching: { kind: "attributes", attributes: ({ shape }, size) => ({ shape: [size, ...shape] }) },
  lowering: { kind: "view", layout: (operand, { shape }) => reshapeLayout(operand, shape) },
  samples: [
    { operands: [{ shape: [2, 3], from: -2, to: 2 }], attributes: { shape: [3, 1, 2] } },
    { operands: [{ shape: [1], from: -2, to: 2 }], attributes: { shape: [] } },
    { operands: [{ shape: [0, 3], from: -2, to: 2 }], attributes: { shape: [2, 0] } },
  ],
});

/** The layout without a copy, where there is one: contiguous elements, or only axes of length 1 come and go. */
function reshapeLayout(operand: Layout, shape: Shape): Layout | undefined {
  const { strides, offset } = operand;
  if (isContiguous(operand.shape, strides)) {
    return { shape, strides: contiguousStrides(shape), offset };
  }
  const long = (length: number): boolean => length !== 1;
  if (!sameShape(operand.shape.filter(long), shape.filter(long))) return undefined;
  const kept = strides.filter((_, axis) => operand.shape[axis] !== 1);
  let next = 0;
  return { shape, strides: shape.map((length) => (length === 1 ? 0 : kept[next++]!)), offset };
}

/** The operand under a shape of equal size; itself where it has that shape. */
export function reshapeTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : run(reshapeOp, [x], { shape });
}

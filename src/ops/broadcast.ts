/** Broadcasting and its transpose, the sum: the pair under every elementwise operation whose shapes differ. */

import { run } from "../core/dispatch.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import { type BatchingRule, defineOp, type Op } from "../core/op.js";
import { axesBehindRows, formatShape, reducedShape, type Shape, sameShape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { reshapeTo } from "./reshape.js";

/** Attributes of `broadcastTo`. */
export interface BroadcastAttributes {
  readonly shape: Shape;
}

/** Attributes of a reduction; axes ascend and are counted from the front. */
export interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

/** How every reduction is batched. */
export const behindRows: BatchingRule<ReduceAttributes> = {
  kind: "attributes",
  attributes: ({ axes, keepdims }) => ({ axes: axesBehindRows(axes), keepdims }),
};

/** Stretches axes of length 1, and adds axes in front. */
export const broadcastToOp: Op<BroadcastAttributes> = /* @__PURE__ */ defineOp<BroadcastAttributes>(
  {
    name: "broadcastTo",
    summary:
      "The operand repeated along axes of length 1 and along new axes in front, without a copy.",
    inputs: ["x"],
    outputTypes: ([x], { shape }) => {
      checkBroadcast(x!.shape, shape);
      return [tensorType(x!.dtype, shape)];
    },
    derivative: {
      kind: "linear",
      transpose: (cotangent, _position, { inputs }) => sumToShape(cotangent, inputs[0]!.shape),
    },
    batching: {
      kind: "explicit",
      batch: ({ inputs: [x], size, attributes: { shape } }) => {
        const [, ...row] = x!.shape;
        const added = new Array<number>(shape.length - row.length).fill(1);
        return [broadcastView(reshapeTo(x!, [size, ...added, ...row]), [size, ...shape])];
      },
    },
    lowering: {
      kind: "view",
      layout: (operand, { shape }) => {
        const added = shape.length - operand.shape.length;
        const strides = shape.map((length, axis) =>
          axis < added || (operand.shape[axis - added] === 1 && length !== 1)
            ? 0
            : operand.strides[axis - added]!,
        );
        return { shape, strides, offset: operand.offset };
      },
    },
    samples: [
      { operands: [{ shape: [2, 1, 3], from: -2, to: 2 }], attributes: { shape: [2, 2, 4, 3] } },
      { operands: [{ shape: [], from: -2, to: 2 }], attributes: { shape: [3, 2] } },
      { operands: [{ shape: [1], from: -2, to: 2 }], attributes: { shape: [0] } },
    ],
  },
);

function checkBroadcast(from: Shape, to: Shape): void {
  const added = to.length - from.length;
  const fits = from.every((length, axis) => length === 1 || length === to[axis + added]);
  if (added < 0 || !fits) {
    throw new ShapeError(
      `broadcastTo: shape ${formatShape(from)} does not broadcast to ${formatShape(to)}`,
    );
  }
}

/** Adds elements along axes. */
export const reduceSumOp = /* @__PURE__ */ defineOp<ReduceAttributes>({
  name: "reduceSum",
  summary: "The sum of the elements along some axes, accumulated in float64; 0 over an empty axis.",
  inputs: ["x"],
  outputTypes: ([x], { axes, keepdims }) => {
    if (x!.dtype === "bool") {
      throw new DTypeError("reduceSum: x is bool; cast it to a numeric dtype first");
    }
    return [tensorType(x!.dtype, reducedShape(x!.shape, axes, keepdims))];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { inputs, attributes }) =>
      spread(cotangent, inputs[0]!.shape, attributes),
  },
  batching: behindRows,
  lowering: { kind: "reduce", reducer: "sum", axes: ({ axes }) => axes },
  samples: [
    {
      operands: [{ shape: [2, 3], from: -2, to: 2 }],
      attributes: { axes: [0, 1], keepdims: false },
    },
    {
      operands: [{ shape: [2, 3, 2], from: -2, to: 2 }],
      attributes: { axes: [1], keepdims: true },
    },
    { operands: [{ shape: [2, 0], from: -2, to: 2 }], attributes: { axes: [1], keepdims: false } },
    {
      operands: [{ shape: [3], values: [2147483647, 1, 5], dtype: "int32" }],
      attributes: { axes: [0], keepdims: false },
    },
  ],
});

/** The cotangent of a sum spread over the axes that were summed. */
export function spread(
  cotangent: Tensor,
  shape: Shape,
  { axes, keepdims }: ReduceAttributes,
): Tensor {
  if (cotangent.size === 1) return broadcastView(cotangent, shape);
  const kept = keepdims ? cotangent : reshapeTo(cotangent, reducedShape(shape, axes, true));
  return broadcastView(kept, shape);
}

/** The operand broadcast to a shape; itself where it has that shape. */
export function broadcastView(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : run(broadcastToOp, [x], { shape });
}

/** The sum over all axes that broadcasting stretched or added: the transpose of `broadcastView`. */
export function sumToShape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < x.rank; axis++) {
    if (axis < added || (shape[axis - added] === 1 && x.shape[axis] !== 1)) axes.push(axis);
  }
  return reshapeTo(run(reduceSumOp, [x], { axes, keepdims: true }), shape);
}

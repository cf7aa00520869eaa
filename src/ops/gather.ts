/** Slices picked by index along one axis, or along several that count as one. */

import { RowsCotangent } from "../core/cotangent.js";
import { run } from "../core/dispatch.js";
import { defineOp, type Op } from "../core/op.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { pickedBack, pickedFirst, positionsInRows, rowShape } from "./batching.js";
import { moveAxis } from "./permute.js";

/** Attributes of `gather`; the axis is counted from the front. */
export interface GatherAttributes {
  readonly axis: number;
  /** How many axes from `axis` on the indices count as one, in row-major order. Default 1. */
  readonly span?: number;
}

export const gatherOp: Op<GatherAttributes> = /* @__PURE__ */ defineOp<GatherAttributes>({
  name: "gather",
  summary: "The slices of x at the given indices along an axis, or along neighbouring axes as one.",
  inputs: ["x", "indices"],
  outputTypes: ([x, indices], { axis, span = 1 }) => [
    tensorType(x!.dtype, [
      ...x!.shape.slice(0, axis),
      ...indices!.shape,
      ...x!.shape.slice(axis + span),
    ]),
  ],
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { inputs, attributes: { axis, span = 1 } }) =>
      new RowsCotangent(inputs[0]!.type, cotangent, inputs[1]!, axis, span),
  },
  batching: {
    kind: "explicit",
    batch: (call) => {
      const { inputs, batched, attributes } = call;
      const [x, indices] = inputs as readonly [Tensor, Tensor];
      const { axis, span = 1 } = attributes;
      if (!batched[1]) return [run(gatherOp, [x, indices], { axis: axis + 1, span })];
      if (!batched[0]) {
        const picked = run(gatherOp, [x, indices], { axis, span });
        return [moveAxis(picked, axis, 0)];
      }
      const positions = positionsInRows(indices, rowShape(call, 0), {
        axis,
        span,
        operation: "gather",
      });
      const source = pickedFirst(x, axis, span);
      const picked = run(gatherOp, [source, positions], { axis: 0, span: span + 1 });
      return [pickedBack(picked, axis, indices.rank - 1)];
    },
  },
  lowering: { kind: "gather", axis: ({ axis }) => axis, span: ({ span = 1 }) => span },
  samples: [
    {
      operands: [
        { shape: [3, 4], from: -2, to: 2 },
        { shape: [2, 2], values: [2, 0, 2, 1], dtype: "int32" },
      ],
      attributes: { axis: 0 },
    },
    {
      operands: [
        { shape: [2, 3, 2], from: -2, to: 2 },
        { shape: [], values: [1], dtype: "int32" },
      ],
      attributes: { axis: 1 },
    },
    {
      operands: [
        { shape: [2, 3, 2], from: -2, to: 2 },
        { shape: [2, 2], values: [1, 2, 0, 1], dtype: "int32" },
      ],
      attributes: { axis: 1 },
    },
    {
      operands: [
        { shape: [2, 2, 3, 2], from: -2, to: 2 },
        { shape: [3], values: [5, 0, 5], dtype: "int32" },
      ],
      attributes: { axis: 1, span: 2 },
    },
  ],
});

/** Slices picked by index along one axis, or along several that count as one. */

import { RowsCotangent } from "../core/cotangent.js";
import { defineOp } from "../core/op.js";
import { tensorType } from "../core/tensor.js";

/** Attributes of `gather`; the axis is counted from the front. */
export interface GatherAttributes {
  readonly axis: number;
  /** How many axes from `axis` on the indices count as one, in row-major order. Default 1. */
  readonly span?: number;
}

export const gatherOp = /* @__PURE__ */ defineOp<GatherAttributes>({
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
        { shape: [2, 2, 3, 2], from: -2, to: 2 },
        { shape: [3], values: [5, 0, 5], dtype: "int32" },
      ],
      attributes: { axis: 1, span: 2 },
    },
  ],
});

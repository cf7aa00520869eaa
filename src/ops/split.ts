/** Cutting a tensor along an axis: one operation with as many outputs as there are parts. */

import { RegionCotangent } from "../core/cotangent.js";
import { runOp } from "../core/dispatch.js";
import { defineOp, type Op } from "../core/op.js";
import type { Shape } from "../core/shape.js";
import { tensorType } from "../core/tensor.js";
import { accumulate } from "./accumulate.js";
import { reshapeTo } from "./reshape.js";

/** Attributes of `split`; the axis is counted from the front. */
export interface SplitAttributes {
  readonly axis: number;
  /** Lengths of the parts, which make up the axis. */
  readonly sizes: readonly number[];
  /** Whether the parts have the axis; they can do without it where all sizes are 1. */
  readonly keepAxis: boolean;
}

function partShape(shape: Shape, axis: number, size: number, keepAxis: boolean): Shape {
  return [...shape.slice(0, axis), ...(keepAxis ? [size] : []), ...shape.slice(axis + 1)];
}

export const splitOp: Op<SplitAttributes> = /* @__PURE__ */ defineOp<SplitAttributes>({
  name: "split",
  summary: "The parts of a tensor that is cut along an axis, without a copy.",
  inputs: ["x"],
  outputTypes: ([x], { axis, sizes, keepAxis }) =>
    sizes.map((size) => tensorType(x!.dtype, partShape(x!.shape, axis, size, keepAxis))),
  derivative: {
    kind: "explicit",
    pullback: (cotangents, { inputs, attributes: { axis, sizes } }) => {
      const { type, shape } = inputs[0]!;
      const strides = new Array<number>(shape.length).fill(1);
      const regions: RegionCotangent[] = [];
      let start = 0;
      cotangents.forEach((cotangent, part) => {
        if (cotangent !== undefined) {
          const begin = new Array<number>(shape.length).fill(0);
          begin[axis] = start;
          const block = reshapeTo(cotangent, partShape(shape, axis, sizes[part]!, true));
          regions.push(new RegionCotangent(type, block, begin, strides));
        }
        start += sizes[part]!;
      });
      // Of no parts, nothing comes back.
      if (regions.length === 0) return [undefined];
      return [regions.length === 1 ? regions[0] : accumulate(type, regions)];
    },
    pushforward: ([tangent], { attributes }) => runOp(splitOp, [tangent!], attributes),
  },
  batching: {
    kind: "attributes",
    attributes: (attributes) => ({ ...attributes, axis: attributes.axis + 1 }),
  },
  lowering: { kind: "split", axis: ({ axis }) => axis, sizes: ({ sizes }) => sizes },
  samples: [
    {
      operands: [{ shape: [2, 4], from: -2, to: 2 }],
      attributes: { axis: 1, sizes: [1, 3], keepAxis: true },
    },
    {
      operands: [{ shape: [3, 2], from: -2, to: 2 }],
      attributes: { axis: 0, sizes: [1, 1, 1], keepAxis: false },
    },
    {
      operands: [{ shape: [3], from: -2, to: 2 }],
      attributes: { axis: 0, sizes: [0, 1, 2], keepAxis: true },
    },
  ],
});

/** The operations under pooling: positions of the largest elements of windows, and means over windows with their adjoint. */

import { run } from "../core/dispatch.js";
import type { Windows } from "../core/lowering.js";
import { defineOp, type Op } from "../core/op.js";
import { tensorType } from "../core/tensor.js";

/** Attributes of the pooling operations: how windows lie over the images. */
export interface PoolAttributes {
  readonly windows: Windows;
}

/** Overlapping windows 2×3 over an image 3×4, some of them cut off at the edge. */
const sampleWindows: Windows = {
  input: [3, 4],
  window: [2, 3],
  output: [2, 4],
  strides: [2, 1],
  dilations: [1, 1],
  before: [0, 1],
};

/** The values are `gather`ed at the positions, so the gradient goes where the largest element was. */
export const maxPoolPositionsOp = /* @__PURE__ */ defineOp<PoolAttributes>({
  name: "maxPoolPositions",
  summary:
    "The position, among all elements of the images, of the first largest element of each window.",
  inputs: ["x"],
  outputTypes: ([x], { windows: { output } }) => [
    tensorType("int32", [...x!.shape.slice(0, -3), ...output, x!.shape.at(-1)!]),
  ],
  derivative: { kind: "none" },
  lowering: { kind: "maxPool", windows: ({ windows }) => windows },
  samples: [
    {
      operands: [{ shape: [2, 3, 4, 2], from: -2, to: 2 }],
      attributes: { windows: sampleWindows },
    },
  ],
});

export const avgPoolOp: Op<PoolAttributes> = /* @__PURE__ */ defineOp<PoolAttributes>({
  name: "avgPool2d",
  summary: "The mean of the elements of each window that lie inside the image.",
  inputs: ["x"],
  outputTypes: ([x], { windows: { output } }) => [
    tensorType(x!.dtype, [...x!.shape.slice(0, -3), ...output, x!.shape.at(-1)!]),
  ],
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { attributes }) =>
      run(avgPoolGradientOp, [cotangent], attributes),
  },
  lowering: { kind: "averagePool", adjoint: false, windows: ({ windows }) => windows },
  samples: [
    {
      operands: [{ shape: [2, 3, 4, 2], from: -2, to: 2 }],
      attributes: { windows: sampleWindows },
    },
  ],
});

export const avgPoolGradientOp: Op<PoolAttributes> = /* @__PURE__ */ defineOp<PoolAttributes>({
  name: "avgPool2dGradient",
  summary: "Each window's element shared equally among the elements of the image that it covers.",
  inputs: ["cotangent"],
  outputTypes: ([cotangent], { windows: { input } }) => [
    tensorType(cotangent!.dtype, [
      ...cotangent!.shape.slice(0, -3),
      ...input,
      cotangent!.shape.at(-1)!,
    ]),
  ],
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { attributes }) => run(avgPoolOp, [cotangent], attributes),
  },
  lowering: { kind: "averagePool", adjoint: true, windows: ({ windows }) => windows },
  samples: [
    {
      operands: [{ shape: [2, 2, 4, 2], from: -2, to: 2 }],
      attributes: { windows: sampleWindows },
    },
  ],
});

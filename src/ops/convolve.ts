/** The three convolution operations: each is linear in both of its operands, and each one's transposes are the others. */

import { run } from "../core/dispatch.js";
import type { Windows } from "../core/lowering.js";
import { type BatchedCall, defineOp, type Op, type Sample } from "../core/op.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { allRows } from "./batching.js";
import { reshapeTo } from "./reshape.js";

/** Attributes of the convolutions: how windows lie over the images. */
export interface ConvolutionAttributes {
  readonly windows: Windows;
}

/** Two rows of an image 4×5 under a window 2×3, with strides, dilations and padding all different. */
const sampleWindows: Windows = {
  input: [4, 5],
  window: [2, 3],
  output: [2, 3],
  strides: [2, 1],
  dilations: [1, 2],
  before: [0, 1],
};

/** The windows of the samples over images, a filter or results of one and two channels. */
function samplesOf(
  first: readonly number[],
  second: readonly number[],
): readonly Sample<ConvolutionAttributes>[] {
  return [
    {
      operands: [
        { shape: first, from: -2, to: 2 },
        { shape: second, from: -2, to: 2 },
      ],
      attributes: { windows: sampleWindows },
    },
  ];
}

/** Rows that share the filter are more images; rows with filters of their own are convolutions of their own. */
function imagesOfRows(
  op: Op<ConvolutionAttributes>,
  call: BatchedCall<ConvolutionAttributes>,
): Tensor {
  const { inputs, batched, size, attributes } = call;
  const [images, filter] = inputs as readonly [Tensor, Tensor];
  if (batched[1] || filter.rank !== 4) return run(op, allRows(call), attributes);
  const [, batch, ...image] = images.shape;
  const result = run(op, [reshapeTo(images, [size * batch!, ...image]), filter], attributes);
  return reshapeTo(result, [size, batch!, ...result.shape.slice(1)]);
}

export const conv2dOp: Op<ConvolutionAttributes> = /* @__PURE__ */ defineOp<ConvolutionAttributes>({
  name: "conv2d",
  summary: "Convolution of images [batch, height, width, channels] with a filter.",
  inputs: ["x", "w"],
  outputTypes: ([x, w], { windows: { output } }) => [
    tensorType(x!.dtype, [...x!.shape.slice(0, -3), ...output, w!.shape.at(-1)!]),
  ],
  derivative: {
    kind: "bilinear",
    transpose: (cotangent, position, { inputs: [x, w], attributes }) =>
      position === 0
        ? run(conv2dInputGradientOp, [cotangent, w!], attributes)
        : run(conv2dFilterGradientOp, [x!, cotangent], attributes),
  },
  batching: { kind: "explicit", batch: (call) => [imagesOfRows(conv2dOp, call)] },
  lowering: { kind: "convolution", form: "output", windows: ({ windows }) => windows },
  samples: /* @__PURE__ */ samplesOf([2, 4, 5, 1], [2, 3, 1, 2]),
});

export const conv2dInputGradientOp: Op<ConvolutionAttributes> =
  /* @__PURE__ */ defineOp<ConvolutionAttributes>({
    name: "conv2dInputGradient",
    summary: "The cotangent of a convolution carried back to its images.",
    inputs: ["cotangent", "w"],
    outputTypes: ([cotangent, w], { windows: { input } }) => [
      tensorType(cotangent!.dtype, [...cotangent!.shape.slice(0, -3), ...input, w!.shape.at(-2)!]),
    ],
    derivative: {
      kind: "bilinear",
      transpose: (cotangent, position, { inputs: [y, w], attributes }) =>
        position === 0
          ? run(conv2dOp, [cotangent, w!], attributes)
          : run(conv2dFilterGradientOp, [cotangent, y!], attributes),
    },
    batching: { kind: "explicit", batch: (call) => [imagesOfRows(conv2dInputGradientOp, call)] },
    lowering: { kind: "convolution", form: "inputGradient", windows: ({ windows }) => windows },
    samples: /* @__PURE__ */ samplesOf([2, 2, 3, 2], [2, 3, 1, 2]),
  });

export const conv2dFilterGradientOp: Op<ConvolutionAttributes> =
  /* @__PURE__ */ defineOp<ConvolutionAttributes>({
    name: "conv2dFilterGradient",
    summary: "The cotangent of a convolution carried back to its filter.",
    inputs: ["x", "cotangent"],
    outputTypes: ([x, cotangent], { windows: { window } }) => [
      tensorType(x!.dtype, [
        ...x!.shape.slice(0, -4),
        ...window,
        x!.shape.at(-1)!,
        cotangent!.shape.at(-1)!,
      ]),
    ],
    derivative: {
      kind: "bilinear",
      transpose: (cotangent, position, { inputs: [x, y], attributes }) =>
        position === 0
          ? run(conv2dInputGradientOp, [y!, cotangent], attributes)
          : run(conv2dOp, [x!, cotangent], attributes),
    },
    lowering: { kind: "convolution", form: "filterGradient", windows: ({ windows }) => windows },
    samples: /* @__PURE__ */ samplesOf([2, 4, 5, 1], [2, 2, 3, 2]),
  });

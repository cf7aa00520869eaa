/** Calls of functions of neural networks. */

import * as tf from "gradtape";
import { between, type Composite, distinct, given } from "./composite.js";

const LOGITS = between(-2, 2, 2, 4);
const IMAGES = between(-2, 2, 1, 5, 4, 2);
const SEQUENCES = between(-2, 2, 2, 6, 1);

export const NETWORKS: readonly Composite[] = [
  ...[false, true].map(
    (approximate): Composite => ({
      covers: tf.nn.gelu,
      operands: [between(-3, 3, 6)],
      call: (x) => tf.nn.gelu(x!, { approximate }),
      pointwise: true,
    }),
  ),
  {
    covers: tf.nn.leakyRelu,
    operands: [distinct(6)],
    call: (x) => tf.nn.leakyRelu(x!, { alpha: 0.3 }),
    pointwise: true,
  },
  ...[-1, 0].flatMap((axis): Composite[] => [
    { covers: tf.nn.softmax, operands: [LOGITS], call: (x) => tf.nn.softmax(x!, { axis }) },
    { covers: tf.nn.logSoftmax, operands: [LOGITS], call: (x) => tf.nn.logSoftmax(x!, { axis }) },
    {
      covers: tf.nn.softmaxCrossEntropyWithLogits,
      operands: [between(0.1, 0.9, 2, 4), LOGITS],
      call: (labels, logits) => tf.nn.softmaxCrossEntropyWithLogits(labels!, logits!, { axis }),
    },
  ]),
  {
    covers: tf.nn.sparseSoftmaxCrossEntropyWithLogits,
    operands: [given([3, 0], [2], "int32"), LOGITS],
    call: (labels, logits) => tf.nn.sparseSoftmaxCrossEntropyWithLogits(labels!, logits!),
  },
  {
    covers: tf.nn.sigmoidCrossEntropyWithLogits,
    operands: [between(0.1, 0.9, 2, 4), LOGITS],
    call: (labels, logits) => tf.nn.sigmoidCrossEntropyWithLogits(labels!, logits!),
  },
  {
    covers: tf.nn.biasAdd,
    operands: [between(-2, 2, 2, 2, 3), between(-2, 2, 3)],
    call: (x, bias) => tf.nn.biasAdd(x!, bias!),
  },
  { covers: tf.nn.l2Loss, operands: [LOGITS], call: (x) => tf.nn.l2Loss(x!) },
  {
    covers: tf.nn.moments,
    operands: [between(-2, 2, 2, 3, 2)],
    call: (x) => tf.nn.moments(x!, [0, 2], { keepdims: true }),
  },
  {
    covers: tf.nn.dropout,
    operands: [between(-2, 2, 3, 4)],
    call: (x) => tf.nn.dropout(x!, 0.4, { seed: 7 }),
    drawsByDType: true,
  },
  ...(["SAME", "VALID"] as const).flatMap((padding): Composite[] => [
    {
      covers: tf.nn.conv2d,
      finiteOnly: true,
      operands: [IMAGES, between(-2, 2, 3, 2, 2, 2)],
      call: (x, w) => tf.nn.conv2d(x!, w!, { strides: [2, 1], padding }),
    },
    {
      covers: tf.nn.conv2d,
      finiteOnly: true,
      operands: [IMAGES, between(-2, 2, 2, 2, 2, 1)],
      call: (x, w) => tf.nn.conv2d(x!, w!, { padding, dilations: 2 }),
    },
    {
      covers: tf.nn.conv1d,
      finiteOnly: true,
      operands: [SEQUENCES, between(-2, 2, 3, 1, 2)],
      call: (x, w) => tf.nn.conv1d(x!, w!, { strides: 2, padding }),
    },
    {
      covers: tf.nn.maxPool2d,
      operands: [distinct(1, 4, 5, 1)],
      call: (x) => tf.nn.maxPool2d(x!, { ksize: [2, 3], strides: [1, 2], padding }),
    },
    {
      covers: tf.nn.avgPool2d,
      operands: [IMAGES],
      call: (x) => tf.nn.avgPool2d(x!, { ksize: 2, strides: 2, padding }),
    },
    {
      covers: tf.nn.maxPool1d,
      operands: [distinct(2, 6, 1)],
      call: (x) => tf.nn.maxPool1d(x!, { ksize: 3, strides: 2, padding }),
    },
    {
      covers: tf.nn.avgPool1d,
      operands: [SEQUENCES],
      call: (x) => tf.nn.avgPool1d(x!, { ksize: 3, strides: 2, padding }),
    },
  ]),
  {
    covers: tf.nn.conv2d,
    finiteOnly: true,
    operands: [IMAGES, between(-2, 2, 2, 2, 2, 1)],
    call: (x, w) =>
      tf.nn.conv2d(x!, w!, {
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
  },
  {
    covers: tf.nn.conv2d,
    finiteOnly: true,
    operands: [between(-2, 2, 0, 3, 3, 1), between(-2, 2, 2, 2, 1, 2)],
    call: (x, w) => tf.nn.conv2d(x!, w!, { padding: "SAME" }),
  },
];

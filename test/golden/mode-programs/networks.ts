/** Softmax, losses, convolutions and pooling. */
import * as tf from "gradtape";
import { indices, type Programs, squared } from "./program.js";

const losses: Programs = {
  softmax: (x) => tf.nn.softmax(x),
  softmaxOfColumns: (x) => tf.nn.softmax(x, { axis: 0 }),
  logSoftmax: (x) => tf.nn.logSoftmax(x),
  logSoftmaxOfColumns: (x) => tf.nn.logSoftmax(x, { axis: 0 }),
  sigmoidCrossEntropy: (z, x) => tf.nn.sigmoidCrossEntropyWithLogits(z, x),
  softmaxCrossEntropy: (z, x) => tf.nn.softmaxCrossEntropyWithLogits(z, x),
  softmaxCrossEntropyOfColumns: (z, x) => tf.nn.softmaxCrossEntropyWithLogits(z, x, { axis: 0 }),
  sparseCrossEntropy: (x) => tf.nn.sparseSoftmaxCrossEntropyWithLogits(indices([2, 0]), x),
};

const convolutions: Programs = {
  conv1d: (x, w) => tf.nn.conv1d(x, w, { padding: "VALID" }),
  conv1dSame: (x, w) => tf.nn.conv1d(x, w, { padding: "SAME", strides: 2 }),
  conv1dDilated: (x, w) => tf.nn.conv1d(x, w, { padding: "SAME", dilations: 2 }),
  conv2d: (x, w) => tf.nn.conv2d(x, w, { padding: "VALID" }),
  conv2dSame: (x, w) => tf.nn.conv2d(x, w, { padding: "SAME" }),
  conv2dStrides: (x, w) => tf.nn.conv2d(x, w, { padding: "SAME", strides: [2, 1] }),
  conv2dDilated: (x, w) => tf.nn.conv2d(x, w, { padding: "VALID", dilations: [2, 1] }),
  conv2dExplicit: (x, w) =>
    tf.nn.conv2d(x, w, {
      padding: [
        [1, 0],
        [0, 2],
      ],
      strides: 2,
    }),
  conv2dTwice: (x, w) =>
    tf.nn.conv2d(tf.tanh(tf.nn.conv2d(x, w, { padding: "SAME" })), w, { padding: "SAME" }),
};

const pooling: Programs = {
  maxPool1d: squared((x) => tf.nn.maxPool1d(x, { ksize: 2, strides: 2, padding: "VALID" })),
  maxPool2d: squared((x) => tf.nn.maxPool2d(x, { ksize: 2, strides: 2, padding: "VALID" })),
  maxPool2dOverlap: squared((x) => tf.nn.maxPool2d(x, { ksize: 2, strides: 1, padding: "VALID" })),
  maxPool2dSame: squared((x) => tf.nn.maxPool2d(x, { ksize: 2, strides: 2, padding: "SAME" })),
  avgPool1d: squared((x) => tf.nn.avgPool1d(x, { ksize: 3, strides: 1, padding: "VALID" })),
  avgPool2d: squared((x) => tf.nn.avgPool2d(x, { ksize: 2, strides: 2, padding: "VALID" })),
  avgPool2dOverlap: squared((x) =>
    tf.nn.avgPool2d(x, { ksize: [2, 3], strides: 1, padding: "VALID" }),
  ),
  avgPool2dSame: squared((x) => tf.nn.avgPool2d(x, { ksize: 2, strides: 2, padding: "SAME" })),
};

export const networks: Programs = { ...losses, ...convolutions, ...pooling };

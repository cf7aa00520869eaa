/** One step of training a small convolutional network on a batch with gradient descent, as users of each library write it. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor, Tensor4D } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { EAGER, type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";
import {
  gradtapeStepOf,
  jaxJsStepOf,
  labelsOf,
  type Step,
  stepMetrics,
  tensorFlowJsStepOf,
} from "./training.js";

const BATCH = 32;
const SIDE = 28;
const CLASSES = 10;
const CHANNELS = [1, 16, 32] as const;
/** Both poolings halve the side. */
const LAST_SIDE = SIDE / 4;
const FEATURES = LAST_SIDE * LAST_SIDE * CHANNELS[2];
const RATE = 0.02;

/** Filters, weights and biases in the order of our layers: height, width, channels, result channels. */
const SHAPES: readonly (readonly number[])[] = [
  [3, 3, CHANNELS[0], CHANNELS[1]],
  [CHANNELS[1]],
  [3, 3, CHANNELS[1], CHANNELS[2]],
  [CHANNELS[2]],
  [FEATURES, CLASSES],
  [CLASSES],
];
const SCALES = [0.4, 0, 0.15, 0, 0.05, 0];

function parameters(): readonly Float32Array[] {
  return SHAPES.map((shape, place) => {
    const size = shape.reduce((product, length) => product * length);
    return noise(size, SCALES[place]!, 2 + place);
  });
}

const pictures = () => noise(BATCH * SIDE * SIDE, 1, 1);

/** The losses before each of the first steps, computed in float64. */
const LOSSES = [2.528110742, 2.31911079, 2.274262508] as const;

function check(step: Step): void {
  for (const loss of LOSSES) expectClose(step(), loss, 1e-4);
}

async function measure(opened: Promise<Step>): Promise<Figures> {
  const step = await opened;
  check(step);
  return { step: warmMilliseconds(step) };
}

/** Our step. */
export async function gradtapeConvolutionStep(compiled: boolean): Promise<Step> {
  const tf = await import("gradtape");
  const variables = parameters().map(
    (values, place) => new tf.Variable(tf.constant(values, { shape: SHAPES[place]! })),
  );
  const [k1, b1, k2, b2, w, b] = variables;
  const halved = (images: Tensor) =>
    tf.nn.maxPool2d(images, { ksize: 2, strides: 2, padding: "VALID" });
  return gradtapeStepOf(tf, {
    x: tf.constant(pictures(), { shape: [BATCH, SIDE, SIDE, 1] }),
    labels: tf.constant(labelsOf(BATCH, CLASSES), { shape: [BATCH, CLASSES] }),
    variables,
    rate: RATE,
    compiled,
    logits: (inputs) => {
      const first = halved(tf.nn.relu(tf.nn.conv2d(inputs, k1!, { padding: "SAME" }).add(b1!)));
      const second = halved(tf.nn.relu(tf.nn.conv2d(first, k2!, { padding: "SAME" }).add(b2!)));
      return tf.matmul(second.reshape([BATCH, FEATURES]), w!).add(b!);
    },
  });
}

/** Its wasm backend has no kernel for the gradient of a convolution by its filter. */
async function tensorFlowJsStep(): Promise<Step> {
  const tf = await openTensorFlowJs("cpu");
  const x = tf.tensor4d(pictures(), [BATCH, SIDE, SIDE, 1]);
  const [k1, b1, k2, b2, w, b] = parameters().map(
    (values, place): PeerTensor => tf.variable(tf.tensor(values, [...SHAPES[place]!])),
  );
  const layer = (images: Tensor4D, kernel: PeerTensor, bias: PeerTensor): Tensor4D =>
    tf.maxPool(tf.relu(tf.conv2d(images, kernel as Tensor4D, 1, "same").add(bias)), 2, 2, "valid");
  return tensorFlowJsStepOf(tf, {
    labels: tf.tensor2d(labelsOf(BATCH, CLASSES), [BATCH, CLASSES]),
    rate: RATE,
    logits: () => {
      const second = layer(layer(x, k1!, b1!), k2!, b2!);
      return tf.matMul(second.reshape([BATCH, FEATURES]), w!).add(b!);
    },
  });
}

/** Its layout is batch, channels, space, which the filters and the last weights follow. */
async function jaxJsStep(compiled: boolean): Promise<Step> {
  const jax = await openJaxJs();
  const { lax, nn, numpy } = jax;
  const layer = (images: JaxArray, kernel: JaxArray, bias: JaxArray): JaxArray => {
    const convolved = lax.conv(images, kernel, [1, 1], "SAME");
    const active = nn.relu(convolved.add(bias.reshape([-1, 1, 1])));
    return lax.reduceWindow(active, numpy.max, [2, 2], [2, 2]);
  };
  const inLayout = (values: Float32Array, place: number): JaxArray => {
    const array = numpy.array(values, { shape: [...SHAPES[place]!] });
    if (place === 4) {
      return numpy
        .transpose(array.reshape([LAST_SIDE, LAST_SIDE, CHANNELS[2], CLASSES]), [2, 0, 1, 3])
        .reshape([FEATURES, CLASSES]);
    }
    return SHAPES[place]!.length === 4 ? numpy.transpose(array, [3, 2, 0, 1]) : array;
  };
  return jaxJsStepOf(jax, {
    x: numpy.array(pictures(), { shape: [BATCH, 1, SIDE, SIDE] }),
    labels: numpy.array(labelsOf(BATCH, CLASSES), { shape: [BATCH, CLASSES] }),
    parameters: parameters().map(inLayout),
    rate: RATE,
    compiled,
    logits: ([k1, b1, k2, b2, w, b], inputs) => {
      const second = layer(layer(inputs, k1!, b1!), k2!, b2!);
      return numpy.matmul(second.reshape([BATCH, FEATURES]), w!).add(b!);
    },
  });
}

export const convolutionStep: Row = {
  name: "convolution-step",
  title: `a training step of a network with two 3×3 convolutions on ${BATCH} pictures, gradient descent`,
  processes: 1,
  contenders: {
    [OURS]: () => measure(gradtapeConvolutionStep(true)),
    [EAGER]: () => measure(gradtapeConvolutionStep(false)),
    "tfjs cpu": () => measure(tensorFlowJsStep()),
    "jax-js": () => measure(jaxJsStep(false)),
    "jax-js jit": () => measure(jaxJsStep(true)),
  },
  metrics: stepMetrics(20),
};

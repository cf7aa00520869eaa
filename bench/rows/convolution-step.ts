/** One step of training a small convolutional network on a batch with gradient descent, as users of each library write it. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor, Tensor4D } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { EAGER, type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

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
const labelsOfBatch = () =>
  Float32Array.from({ length: BATCH * CLASSES }, (_, index) =>
    index % CLASSES === Math.floor(index / CLASSES) % CLASSES ? 1 : 0,
  );

/** The losses before each of the first steps, computed in float64. */
const LOSSES = [2.528110742, 2.31911079, 2.274262508] as const;

/** `step` trains once and gives the loss that there was before. */
function measure(step: () => number): Figures {
  for (const loss of LOSSES) expectClose(step(), loss, 1e-4);
  return { step: warmMilliseconds(step) };
}

async function gradtape(compiled: boolean): Promise<Figures> {
  const tf = await import("gradtape");
  const x = tf.constant(pictures(), { shape: [BATCH, SIDE, SIDE, 1] });
  const labels = tf.constant(labelsOfBatch(), { shape: [BATCH, CLASSES] });
  const variables = parameters().map(
    (values, place) => new tf.Variable(tf.constant(values, { shape: SHAPES[place]! })),
  );
  const [k1, b1, k2, b2, w, b] = variables;
  const optimizer = new tf.optimizers.SGD({ learningRate: RATE });
  const halved = (images: Tensor) =>
    tf.nn.maxPool2d(images, { ksize: 2, strides: 2, padding: "VALID" });
  const plain = (inputs: Tensor, targets: Tensor): Tensor => {
    const tape = new tf.GradientTape();
    const first = halved(tf.nn.relu(tf.nn.conv2d(inputs, k1!, { padding: "SAME" }).add(b1!)));
    const second = halved(tf.nn.relu(tf.nn.conv2d(first, k2!, { padding: "SAME" }).add(b2!)));
    const logits = tf.matmul(second.reshape([BATCH, FEATURES]), w!).add(b!);
    const loss = tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(targets, logits));
    const gradients = tape.gradient(loss, variables);
    optimizer.applyGradients(gradients.map((gradient, place) => [gradient, variables[place]!]));
    return loss;
  };
  const step = compiled ? tf.compile(plain) : plain;
  return measure(() => step(x, labels).item());
}

/** Its wasm backend has no kernel for the gradient of a convolution by its filter. */
async function tensorFlowJs(): Promise<Figures> {
  const tf = await openTensorFlowJs("cpu");
  const x = tf.tensor4d(pictures(), [BATCH, SIDE, SIDE, 1]);
  const labels = tf.tensor2d(labelsOfBatch(), [BATCH, CLASSES]);
  const [k1, b1, k2, b2, w, b] = parameters().map(
    (values, place): PeerTensor => tf.variable(tf.tensor(values, [...SHAPES[place]!])),
  );
  const optimizer = tf.train.sgd(RATE);
  const layer = (images: Tensor4D, kernel: PeerTensor, bias: PeerTensor): Tensor4D =>
    tf.maxPool(tf.relu(tf.conv2d(images, kernel as Tensor4D, 1, "same").add(bias)), 2, 2, "valid");
  return measure(() =>
    tf.tidy(() => {
      const loss = optimizer.minimize(() => {
        const second = layer(layer(x, k1!, b1!), k2!, b2!);
        const logits = tf.matMul(second.reshape([BATCH, FEATURES]), w!).add(b!);
        return tf.losses.softmaxCrossEntropy(labels, logits).asScalar();
      }, true);
      return loss!.dataSync()[0]!;
    }),
  );
}

/** Its layout is batch, channels, space, which the filters and the last weights follow. */
async function jaxJs(compiled: boolean): Promise<Figures> {
  const { jit, lax, nn, numpy, valueAndGrad } = await openJaxJs();
  const x = numpy.array(pictures(), { shape: [BATCH, 1, SIDE, SIDE] });
  const labels = numpy.array(labelsOfBatch(), { shape: [BATCH, CLASSES] });
  const layer = (images: JaxArray, kernel: JaxArray, bias: JaxArray): JaxArray => {
    const convolved = lax.conv(images, kernel, [1, 1], "SAME");
    const active = nn.relu(convolved.add(bias.reshape([-1, 1, 1])));
    return lax.reduceWindow(active, numpy.max, [2, 2], [2, 2]);
  };
  const differentiated = valueAndGrad(
    ([k1, b1, k2, b2, w, b]: JaxArray[], inputs: JaxArray, targets: JaxArray) => {
      const second = layer(layer(inputs, k1!, b1!), k2!, b2!);
      const logits = numpy.matmul(second.reshape([BATCH, FEATURES]), w!).add(b!);
      return targets
        .mul(nn.logSoftmax(logits))
        .sum()
        .mul(-1 / BATCH);
    },
  );
  const train = (held: JaxArray[], inputs: JaxArray, targets: JaxArray): [JaxArray, JaxArray[]] => {
    const before = held.map((parameter) => parameter.ref);
    const [loss, gradients] = differentiated(held, inputs, targets);
    return [loss, before.map((parameter, place) => parameter.sub(gradients[place]!.mul(RATE)))];
  };
  const step = compiled ? jit(train) : train;
  let held = parameters().map((values, place) => {
    const array = numpy.array(values, { shape: [...SHAPES[place]!] });
    if (place === 4) {
      return numpy
        .transpose(array.reshape([LAST_SIDE, LAST_SIDE, CHANNELS[2], CLASSES]), [2, 0, 1, 3])
        .reshape([FEATURES, CLASSES]);
    }
    return SHAPES[place]!.length === 4 ? numpy.transpose(array, [3, 2, 0, 1]) : array;
  });
  return measure(() => {
    const [loss, updated] = step(held, x.ref, labels.ref);
    held = updated;
    return loss.item();
  });
}

export const convolutionStep: Row = {
  name: "convolution-step",
  title: `a training step of a network with two 3×3 convolutions on ${BATCH} pictures, gradient descent`,
  processes: 1,
  contenders: {
    [OURS]: () => gradtape(true),
    [EAGER]: () => gradtape(false),
    "tfjs cpu": tensorFlowJs,
    "jax-js": () => jaxJs(false),
    "jax-js jit": () => jaxJs(true),
  },
  metrics: [
    {
      name: "step",
      label: "a step",
      unit: "ms",
      bars: [{ kind: "atMost", limit: 20 }],
      compare: true,
    },
  ],
};

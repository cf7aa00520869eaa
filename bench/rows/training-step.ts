/** One step of training a small network on a batch, with gradient descent. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor2D, Variable } from "@tensorflow/tfjs";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const BATCH = 64;
const PIXELS = 784;
const HIDDEN = 128;
const CLASSES = 10;
const RATE = 0.1;

const PICTURES = noise(BATCH * PIXELS, 1, 1);
const FIRST_WEIGHTS = noise(PIXELS * HIDDEN, 0.05, 2);
const SECOND_WEIGHTS = noise(HIDDEN * CLASSES, 0.1, 3);
const LABELS = Float32Array.from({ length: BATCH * CLASSES }, (_, index) =>
  index % CLASSES === Math.floor(index / CLASSES) % CLASSES ? 1 : 0,
);

/** The loss after ten steps, computed in float64. */
const LOSS_AFTER_TEN = 1.527995609;

/** `step` trains once and gives the loss that there was before. */
function measure(step: () => number): Figures {
  for (let count = 0; count < 10; count++) step();
  expectClose(step(), LOSS_AFTER_TEN, 1e-4);
  return { step: warmMilliseconds(step) };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const x = tf.constant(PICTURES, { shape: [BATCH, PIXELS] });
  const labels = tf.constant(LABELS, { shape: [BATCH, CLASSES] });
  const w1 = new tf.Variable(tf.constant(FIRST_WEIGHTS, { shape: [PIXELS, HIDDEN] }));
  const b1 = new tf.Variable(tf.zeros([HIDDEN]));
  const w2 = new tf.Variable(tf.constant(SECOND_WEIGHTS, { shape: [HIDDEN, CLASSES] }));
  const b2 = new tf.Variable(tf.zeros([CLASSES]));
  const variables = [w1, b1, w2, b2];
  return measure(() => {
    const tape = new tf.GradientTape();
    const hidden = tf.nn.relu(tf.add(tf.matmul(x, w1), b1));
    const logits = tf.add(tf.matmul(hidden, w2), b2);
    const loss = tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(labels, logits));
    const gradients = tape.gradient(loss, variables);
    variables.forEach((variable, place) => {
      variable.assignSub(tf.multiply(gradients[place]!, RATE));
    });
    return loss.item();
  });
}

async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const x = tf.tensor2d(PICTURES, [BATCH, PIXELS]);
  const labels = tf.tensor2d(LABELS, [BATCH, CLASSES]);
  const matrix = (values: Float32Array, shape: [number, number]): Variable =>
    tf.variable(tf.tensor2d(values, shape));
  const w1 = matrix(FIRST_WEIGHTS, [PIXELS, HIDDEN]);
  const b1 = tf.variable(tf.zeros([HIDDEN]));
  const w2 = matrix(SECOND_WEIGHTS, [HIDDEN, CLASSES]);
  const b2 = tf.variable(tf.zeros([CLASSES]));
  const optimizer = tf.train.sgd(RATE);
  return measure(() =>
    tf.tidy(() => {
      const loss = optimizer.minimize(() => {
        const hidden = tf.relu(tf.add(tf.matMul(x, w1 as Tensor2D), b1));
        const logits = tf.add(tf.matMul(hidden, w2), b2);
        return tf.losses.softmaxCrossEntropy(labels, logits).asScalar();
      }, true);
      return loss!.dataSync()[0]!;
    }),
  );
}

async function jaxJs(compiled: boolean): Promise<Figures> {
  const { jit, nn, numpy, valueAndGrad } = await openJaxJs();
  const x = numpy.array(PICTURES, { shape: [BATCH, PIXELS] });
  const labels = numpy.array(LABELS, { shape: [BATCH, CLASSES] });
  const differentiated = valueAndGrad(
    ([w1, b1, w2, b2]: JaxArray[], inputs: JaxArray, targets: JaxArray) => {
      const hidden = nn.relu(numpy.matmul(inputs, w1!).add(b1!));
      const logits = numpy.matmul(hidden, w2!).add(b2!);
      return targets
        .mul(nn.logSoftmax(logits))
        .sum()
        .mul(-1 / BATCH);
    },
  );
  const train = (
    parameters: JaxArray[],
    inputs: JaxArray,
    targets: JaxArray,
  ): [JaxArray, JaxArray[]] => {
    const held = parameters.map((parameter) => parameter.ref);
    const [loss, gradients] = differentiated(parameters, inputs, targets);
    return [loss, held.map((parameter, place) => parameter.sub(gradients[place]!.mul(RATE)))];
  };
  const step = compiled ? jit(train) : train;
  let parameters = [
    numpy.array(FIRST_WEIGHTS, { shape: [PIXELS, HIDDEN] }),
    numpy.zeros([HIDDEN]),
    numpy.array(SECOND_WEIGHTS, { shape: [HIDDEN, CLASSES] }),
    numpy.zeros([CLASSES]),
  ];
  return measure(() => {
    const [loss, updated] = step(parameters, x.ref, labels.ref);
    parameters = updated;
    return loss.item();
  });
}

export const trainingStep: Row = {
  name: "training-step",
  title: `a training step of a ${PIXELS}-${HIDDEN}-${CLASSES} network on ${BATCH} pictures`,
  processes: 1,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": () => jaxJs(false),
    "jax-js jit": () => jaxJs(true),
  },
  metrics: [{ name: "step", label: "a step", unit: "ms", compare: true }],
};

/** One step of training a dense network on a batch with gradient descent, as users of each library write it. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { EAGER, type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const BATCH = 64;
const WIDTHS = [784, 256, 128, 10] as const;
const CLASSES = WIDTHS[3];
const RATE = 0.1;

interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The weights and biases of every layer, by turns. */
function parameters(): readonly Parameter[] {
  const scales = [0.05, 0.1, 0.1];
  return scales.flatMap((scale, layer) => {
    const shape = [WIDTHS[layer]!, WIDTHS[layer + 1]!] as const;
    return [
      { shape, values: noise(shape[0] * shape[1], scale, 2 + layer) },
      { shape: shape.slice(1), values: new Float32Array(shape[1]) },
    ];
  });
}

const pictures = () => noise(BATCH * WIDTHS[0], 1, 1);
const labelsOfBatch = () =>
  Float32Array.from({ length: BATCH * CLASSES }, (_, index) =>
    index % CLASSES === Math.floor(index / CLASSES) % CLASSES ? 1 : 0,
  );

/** A function that trains once and gives the loss that there was before. */
export type Step = () => number;

/** The loss after ten steps, computed in float64. */
export const LOSS_AFTER_TEN = 1.89396367;

function check(step: Step): void {
  for (let count = 0; count < 10; count++) step();
  expectClose(step(), LOSS_AFTER_TEN, 1e-4);
}

async function measure(opened: Promise<Step>): Promise<Figures> {
  const step = await opened;
  check(step);
  return { step: warmMilliseconds(step) };
}

/** Our step. */
export async function gradtapeStep(compiled: boolean): Promise<Step> {
  const tf = await import("gradtape");
  const x = tf.constant(pictures(), { shape: [BATCH, WIDTHS[0]] });
  const labels = tf.constant(labelsOfBatch(), { shape: [BATCH, CLASSES] });
  const variables = parameters().map(
    ({ values, shape }) => new tf.Variable(tf.constant(values, { shape })),
  );
  const [w1, b1, w2, b2, w3, b3] = variables;
  const optimizer = new tf.optimizers.SGD({ learningRate: RATE });
  const plain = (inputs: Tensor, targets: Tensor): Tensor => {
    const tape = new tf.GradientTape();
    const first = tf.nn.relu(tf.matmul(inputs, w1!).add(b1!));
    const second = tf.nn.relu(tf.matmul(first, w2!).add(b2!));
    const logits = tf.matmul(second, w3!).add(b3!);
    const loss = tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(targets, logits));
    const gradients = tape.gradient(loss, variables);
    optimizer.applyGradients(gradients.map((gradient, place) => [gradient, variables[place]!]));
    return loss;
  };
  const step = compiled ? tf.compile(plain) : plain;
  return () => step(x, labels).item();
}

async function tensorFlowJsStep(backend: "cpu" | "wasm"): Promise<Step> {
  const tf = await openTensorFlowJs(backend);
  const x = tf.tensor2d(pictures(), [BATCH, WIDTHS[0]]);
  const labels = tf.tensor2d(labelsOfBatch(), [BATCH, CLASSES]);
  const [w1, b1, w2, b2, w3, b3] = parameters().map(
    ({ values, shape }): PeerTensor => tf.variable(tf.tensor(values, [...shape])),
  );
  const optimizer = tf.train.sgd(RATE);
  return () =>
    tf.tidy(() => {
      const loss = optimizer.minimize(() => {
        const first = tf.relu(tf.add(tf.matMul(x, w1!), b1!));
        const second = tf.relu(tf.add(tf.matMul(first, w2!), b2!));
        const logits = tf.add(tf.matMul(second, w3!), b3!);
        return tf.losses.softmaxCrossEntropy(labels, logits).asScalar();
      }, true);
      return loss!.dataSync()[0]!;
    });
}

/** The step of jax-js. */
export async function jaxJsStep(compiled: boolean): Promise<Step> {
  const { jit, nn, numpy, valueAndGrad } = await openJaxJs();
  const x = numpy.array(pictures(), { shape: [BATCH, WIDTHS[0]] });
  const labels = numpy.array(labelsOfBatch(), { shape: [BATCH, CLASSES] });
  const differentiated = valueAndGrad(
    ([w1, b1, w2, b2, w3, b3]: JaxArray[], inputs: JaxArray, targets: JaxArray) => {
      const first = nn.relu(numpy.matmul(inputs, w1!).add(b1!));
      const second = nn.relu(numpy.matmul(first, w2!).add(b2!));
      const logits = numpy.matmul(second, w3!).add(b3!);
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
  let held = parameters().map(({ values, shape }) => numpy.array(values, { shape: [...shape] }));
  return () => {
    const [loss, updated] = step(held, x.ref, labels.ref);
    held = updated;
    return loss.item();
  };
}

export const trainingStep: Row = {
  name: "training-step",
  title: `a training step of a ${WIDTHS.join("-")} network on ${BATCH} pictures, gradient descent`,
  processes: 1,
  contenders: {
    [OURS]: () => measure(gradtapeStep(true)),
    [EAGER]: () => measure(gradtapeStep(false)),
    "tfjs cpu": () => measure(tensorFlowJsStep("cpu")),
    "tfjs wasm": () => measure(tensorFlowJsStep("wasm")),
    "jax-js": () => measure(jaxJsStep(false)),
    "jax-js jit": () => measure(jaxJsStep(true)),
  },
  metrics: [
    {
      name: "step",
      label: "a step",
      unit: "ms",
      bars: [{ kind: "atMost", limit: 2.8 }],
      compare: true,
    },
  ],
};

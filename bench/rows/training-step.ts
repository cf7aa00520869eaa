/** One step of training a dense network on a batch with gradient descent, as users of each library write it. */

import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
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
  const variables = parameters().map(
    ({ values, shape }) => new tf.Variable(tf.constant(values, { shape })),
  );
  const [w1, b1, w2, b2, w3, b3] = variables;
  return gradtapeStepOf(tf, {
    x: tf.constant(pictures(), { shape: [BATCH, WIDTHS[0]] }),
    labels: tf.constant(labelsOf(BATCH, CLASSES), { shape: [BATCH, CLASSES] }),
    variables,
    rate: RATE,
    compiled,
    logits: (inputs) => {
      const first = tf.nn.relu(tf.matmul(inputs, w1!).add(b1!));
      const second = tf.nn.relu(tf.matmul(first, w2!).add(b2!));
      return tf.matmul(second, w3!).add(b3!);
    },
  });
}

async function tensorFlowJsStep(backend: "cpu" | "wasm"): Promise<Step> {
  const tf = await openTensorFlowJs(backend);
  const x = tf.tensor2d(pictures(), [BATCH, WIDTHS[0]]);
  const [w1, b1, w2, b2, w3, b3] = parameters().map(
    ({ values, shape }): PeerTensor => tf.variable(tf.tensor(values, [...shape])),
  );
  return tensorFlowJsStepOf(tf, {
    labels: tf.tensor2d(labelsOf(BATCH, CLASSES), [BATCH, CLASSES]),
    rate: RATE,
    logits: () => {
      const first = tf.relu(tf.add(tf.matMul(x, w1!), b1!));
      const second = tf.relu(tf.add(tf.matMul(first, w2!), b2!));
      return tf.add(tf.matMul(second, w3!), b3!);
    },
  });
}

/** The step of jax-js. */
export async function jaxJsStep(compiled: boolean): Promise<Step> {
  const jax = await openJaxJs();
  const { nn, numpy } = jax;
  return jaxJsStepOf(jax, {
    x: numpy.array(pictures(), { shape: [BATCH, WIDTHS[0]] }),
    labels: numpy.array(labelsOf(BATCH, CLASSES), { shape: [BATCH, CLASSES] }),
    parameters: parameters().map(({ values, shape }) => numpy.array(values, { shape: [...shape] })),
    rate: RATE,
    compiled,
    logits: ([w1, b1, w2, b2, w3, b3], inputs) => {
      const first = nn.relu(numpy.matmul(inputs, w1!).add(b1!));
      const second = nn.relu(numpy.matmul(first, w2!).add(b2!));
      return numpy.matmul(second, w3!).add(b3!);
    },
  });
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
  metrics: stepMetrics(2.8),
};

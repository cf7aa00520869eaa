/** What a gradient costs beside its function: the time of `valueAndGrad` as a multiple of that of the function alone. */

import type { Tensor } from "gradtape";
import { byTurns } from "../by-turns.js";
import { noise } from "../noise.js";
import { type Figures, type Metric, OURS, type Row } from "../row.js";
import { expectClose } from "../timing.js";

type Library = typeof import("gradtape");

/** A function of parameters that gives a number, and the parameters. */
interface Program {
  readonly f: (parameters: readonly Tensor[]) => Tensor;
  readonly parameters: readonly Tensor[];
}

function labelsFor(tf: Library, batch: number): Tensor {
  return tf.constant(
    Array.from({ length: batch }, (_, index) => index % 10),
    { dtype: "int32" },
  );
}

/** A 784-256-128-10 network on 64 pictures. */
function network(tf: Library): Program {
  const x = tf.constant(noise(64 * 784, 1, 1), { shape: [64, 784] });
  const labels = labelsFor(tf, 64);
  return {
    f: ([w1, b1, w2, b2, w3, b3]) => {
      const first = tf.nn.relu(tf.matmul(x, w1!).add(b1!));
      const second = tf.nn.relu(tf.matmul(first, w2!).add(b2!));
      const logits = tf.matmul(second, w3!).add(b3!);
      return tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits(labels, logits));
    },
    parameters: [
      tf.constant(noise(784 * 256, 0.05, 2), { shape: [784, 256] }),
      tf.zeros([256]),
      tf.constant(noise(256 * 128, 0.1, 3), { shape: [256, 128] }),
      tf.zeros([128]),
      tf.constant(noise(128 * 10, 0.1, 4), { shape: [128, 10] }),
      tf.zeros([10]),
    ],
  };
}

/** Two convolutions, each with pooling, and a dense layer, on 16 pictures of 28×28. */
function convolutions(tf: Library): Program {
  const x = tf.constant(noise(16 * 28 * 28, 1, 1), { shape: [16, 28, 28, 1] });
  const labels = labelsFor(tf, 16);
  const halved = (images: Tensor) =>
    tf.nn.maxPool2d(images, { ksize: 2, strides: 2, padding: "VALID" });
  return {
    f: ([k1, b1, k2, b2, w, b]) => {
      const first = halved(tf.nn.relu(tf.nn.conv2d(x, k1!, { padding: "SAME" }).add(b1!)));
      const second = halved(tf.nn.relu(tf.nn.conv2d(first, k2!, { padding: "SAME" }).add(b2!)));
      const logits = tf.matmul(second.reshape([16, -1]), w!).add(b!);
      return tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits(labels, logits));
    },
    parameters: [
      tf.constant(noise(3 * 3 * 8, 0.4, 2), { shape: [3, 3, 1, 8] }),
      tf.zeros([8]),
      tf.constant(noise(3 * 3 * 8 * 16, 0.2, 3), { shape: [3, 3, 8, 16] }),
      tf.zeros([16]),
      tf.constant(noise(7 * 7 * 16 * 10, 0.1, 4), { shape: [7 * 7 * 16, 10] }),
      tf.zeros([10]),
    ],
  };
}

/** Σ tanh x over 10⁶ elements. */
function elementwise(tf: Library): Program {
  return { f: ([x]) => tf.reduceSum(tf.tanh(x!)), parameters: [tf.constant(noise(1e6, 4, 1))] };
}

/** Milliseconds of the function, and how many times that its value and gradient take. */
function cost(tf: Library, { f, parameters }: Program): { forward: number; ratio: number } {
  const both = tf.valueAndGrad(f);
  const [value, gradients] = both(parameters);
  expectClose(value.item(), f(parameters).item(), 1e-6);
  // Forward mode along the gradient gives its square.
  const [, slope] = tf.jvp(f, [parameters], [gradients]);
  const squares = gradients.map((gradient) => gradient.square().sum().item());
  expectClose(
    slope.item(),
    squares.reduce((sum, square) => sum + square),
    1e-4,
  );
  const { base, ratio } = byTurns(
    () => f(parameters).item(),
    () => both(parameters)[0].item(),
  );
  return { forward: base, ratio };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const mlp = cost(tf, network(tf));
  const cnn = cost(tf, convolutions(tf));
  const tanh = cost(tf, elementwise(tf));
  return {
    mlpForward: mlp.forward,
    mlp: mlp.ratio,
    cnnForward: cnn.forward,
    cnn: cnn.ratio,
    tanhForward: tanh.forward,
    tanh: tanh.ratio,
  };
}

function metrics(name: string, program: string): Metric[] {
  return [
    { name: `${name}Forward`, label: `${program}: the function`, unit: "ms" },
    {
      name,
      label: "  value and gradient, as a multiple",
      unit: "",
      bars: [{ kind: "atMost", limit: 4 }],
    },
  ];
}

export const gradientCost: Row = {
  name: "gradient-cost",
  title: "value and gradient as a multiple of the function, by turns in one process",
  processes: 1,
  contenders: { [OURS]: gradtape },
  metrics: [
    ...metrics("mlp", "784-256-128-10 network on 64 pictures"),
    ...metrics("cnn", "two convolutions with pooling on 16 pictures"),
    ...metrics("tanh", "Σ tanh over 10⁶ elements"),
  ],
};

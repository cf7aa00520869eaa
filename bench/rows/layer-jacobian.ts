/** The Jacobian of a layer tanh(W·x + b) with regard to x, by forward and by reverse mode. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs, readTidily } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const LENGTH = 100;
const WEIGHTS = noise(LENGTH * LENGTH, 0.2, 1);
const BIASES = noise(LENGTH, 0.5, 2);
const POINT = noise(LENGTH, 1, 3);

/** (1 − tanh²(W·x + b)) W, row by row. */
function expected(): Float64Array {
  const matrix = Float64Array.from(WEIGHTS);
  for (let row = 0; row < LENGTH; row++) {
    const weights = matrix.subarray(row * LENGTH, (row + 1) * LENGTH);
    const sum = weights.reduce((part, weight, place) => part + weight * POINT[place]!, 0);
    const slope = 1 - Math.tanh(sum + BIASES[row]!) ** 2;
    weights.set(weights.map((weight) => slope * weight));
  }
  return matrix;
}

function warmJacobian(jacobian: () => ArrayLike<number>): number {
  const values = jacobian();
  expectClose(values.length, LENGTH * LENGTH, 0);
  expected().forEach((element, index) => {
    expectClose(values[index]!, element, 1e-6);
  });
  return warmMilliseconds(jacobian);
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const w = tf.constant(WEIGHTS, { shape: [LENGTH, LENGTH] });
  const b = tf.constant(BIASES);
  const x = tf.constant(POINT);
  const layer = (operand: Tensor) => tf.tanh(tf.linalg.matvec(w, operand).add(b));
  const forward = tf.jacobian(layer, { mode: "forward" });
  const reverse = tf.jacobian(layer, { mode: "reverse" });
  return {
    forward: warmJacobian(() => forward(x).data({ copy: false })),
    reverse: warmJacobian(() => reverse(x).data({ copy: false })),
  };
}

/** TensorFlow.js has no Jacobian and no forward mode; the rows are gradients along the axes of the result. */
async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const w = tf.tensor2d(WEIGHTS, [LENGTH, LENGTH]);
  const b = tf.tensor1d(BIASES);
  const x = tf.tensor1d(POINT);
  const axes = tf.unstack(tf.eye(LENGTH));
  const row = tf.grad((operand: PeerTensor) => tf.tanh(tf.dot(w, operand).add(b)));
  return {
    reverse: warmJacobian(
      () => readTidily(tf, () => [tf.stack(axes.map((axis) => row(x, axis)))])[0]!,
    ),
  };
}

/** What `jacfwd` of jax-js 0.1.25 gives is the transpose of the Jacobian, which is turned back. */
async function jaxJs(): Promise<Figures> {
  const { jacfwd, jacrev, numpy } = await openJaxJs();
  const w = numpy.array(WEIGHTS, { shape: [LENGTH, LENGTH] });
  const b = numpy.array(BIASES);
  const x = numpy.array(POINT);
  const layer = (operand: JaxArray) => numpy.tanh(numpy.matmul(w.ref, operand).add(b.ref));
  const forward = jacfwd(layer);
  const reverse = jacrev(layer);
  return {
    forward: warmJacobian(() => numpy.transpose(forward(x.ref)).dataSync()),
    reverse: warmJacobian(() => reverse(x.ref).dataSync()),
  };
}

export const layerJacobian: Row = {
  name: "layer-jacobian",
  title: `the Jacobian of a ${LENGTH}→${LENGTH} layer tanh(W·x + b) with regard to x, float32`,
  processes: 1,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": jaxJs,
  },
  metrics: [
    { name: "forward", label: "by forward mode", unit: "ms", compare: true },
    { name: "reverse", label: "by reverse mode", unit: "ms", compare: true },
  ],
};

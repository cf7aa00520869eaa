/** A whole Hessian: that of the Rosenbrock function, which is tridiagonal, as a dense matrix. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const LENGTH = 50;
const POINT = Float32Array.from({ length: LENGTH }, (_, index) => ((index % 7) - 3) / 4);

/** ∂²/∂x[row]∂x[column] of Σ 100 (x[i+1] − x[i]²)² + (1 − x[i])². */
function expected(row: number, column: number): number {
  const isFirst = row === 0;
  const isLast = row === LENGTH - 1;
  if (row !== column) {
    return Math.abs(row - column) === 1 ? -400 * POINT[Math.min(row, column)]! : 0;
  }
  const asLower = isLast ? 0 : 1200 * POINT[row]! ** 2 - 400 * POINT[row + 1]! + 2;
  return asLower + (isFirst ? 0 : 200);
}

/** `hessian` gives the matrix, row by row. */
function measure(hessian: () => ArrayLike<number>): Figures {
  const values = hessian();
  expectClose(values.length, LENGTH * LENGTH, 0);
  for (let index = 0; index < LENGTH * LENGTH; index++) {
    expectClose(values[index]!, expected(Math.floor(index / LENGTH), index % LENGTH), 1e-5);
  }
  return { hessian: warmMilliseconds(hessian) };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const rosenbrock = (x: Tensor) => {
    const lower = x.slice([0], [LENGTH - 1]);
    const upper = x.slice([1], [LENGTH - 1]);
    const valley = upper.sub(lower.square()).square().mul(100);
    return valley.add(tf.subtract(1, lower).square()).sum();
  };
  const x = tf.constant(POINT);
  const hessian = tf.hessian(rosenbrock);
  return measure(() => hessian(x).data({ copy: false }));
}

/** TensorFlow.js has no Hessian; the rows are gradients of the gradient along the axes. */
async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const rosenbrock = (x: PeerTensor) => {
    const lower = x.slice([0], [LENGTH - 1]);
    const upper = x.slice([1], [LENGTH - 1]);
    const valley = upper.sub(lower.square()).square().mul(100);
    return valley.add(tf.sub(1, lower).square()).sum();
  };
  const x = tf.tensor1d(POINT);
  const axes = tf.unstack(tf.eye(LENGTH));
  const row = tf.grad(tf.grad(rosenbrock));
  return measure(() => tf.tidy(() => tf.stack(axes.map((axis) => row(x, axis))).dataSync()));
}

async function jaxJs(): Promise<Figures> {
  const { hessian, numpy } = await openJaxJs();
  const rosenbrock = (x: JaxArray) => {
    const lower = x.ref.slice([0, LENGTH - 1]);
    const upper = x.slice([1, LENGTH]);
    const valley = numpy.square(upper.sub(numpy.square(lower.ref))).mul(100);
    return valley.add(numpy.square(numpy.subtract(1, lower))).sum();
  };
  const x = numpy.array(POINT);
  const matrix = hessian(rosenbrock);
  return measure(() => matrix(x.ref).dataSync());
}

export const hessian: Row = {
  name: "hessian",
  title: `the ${LENGTH}×${LENGTH} Hessian of the Rosenbrock function, float32`,
  processes: 1,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": jaxJs,
  },
  metrics: [
    {
      name: "hessian",
      label: "the matrix",
      unit: "ms",
      bars: [{ kind: "atMost", limit: 2 }],
      compare: true,
    },
  ],
};

/** A whole Hessian: that of the Rosenbrock function, which is tridiagonal, as a dense matrix. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { openJaxJs, openTensorFlowJs, readTidily } from "../peers.js";
import { type Bar, type Figures, type Metric, OURS, type Row } from "../row.js";
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
  const milliseconds = warmMilliseconds(hessian);
  return { milliseconds, microseconds: 1000 * milliseconds };
}

async function gradtape(compiled: boolean): Promise<Figures> {
  const tf = await import("gradtape");
  const rosenbrock = (x: Tensor) => {
    const lower = x.slice([0], [LENGTH - 1]);
    const upper = x.slice([1], [LENGTH - 1]);
    const valley = upper.sub(lower.square()).square().mul(100);
    return valley.add(tf.subtract(1, lower).square()).sum();
  };
  const x = tf.constant(POINT);
  const plain = tf.hessian(rosenbrock);
  const hessian = compiled ? tf.compile(plain) : plain;
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
  return measure(() => readTidily(tf, () => [tf.stack(axes.map((axis) => row(x, axis)))])[0]!);
}

async function jaxJs(compiled: boolean): Promise<Figures> {
  const { hessian, jit, numpy } = await openJaxJs();
  const rosenbrock = (x: JaxArray) => {
    const lower = x.ref.slice([0, LENGTH - 1]);
    const upper = x.slice([1, LENGTH]);
    const valley = numpy.square(upper.sub(numpy.square(lower.ref))).mul(100);
    return valley.add(numpy.square(numpy.subtract(1, lower))).sum();
  };
  const x = numpy.array(POINT);
  const plain = hessian(rosenbrock);
  const matrix = compiled ? jit(plain) : plain;
  return measure(() => matrix(x.ref).dataSync());
}

const TITLE = `the ${LENGTH}×${LENGTH} Hessian of the Rosenbrock function, float32`;
const PEERS: Row["contenders"] = {
  "tfjs cpu": () => tensorFlowJs("cpu"),
  "tfjs wasm": () => tensorFlowJs("wasm"),
  "jax-js": () => jaxJs(false),
};

function metric(name: string, unit: string, limit: number): Metric {
  const bars: readonly Bar[] = [{ kind: "atMost", limit }];
  return { name, label: "the matrix", unit, bars, compare: true };
}

export const hessian: Row = {
  name: "hessian",
  title: TITLE,
  processes: 1,
  contenders: { [OURS]: () => gradtape(false), ...PEERS },
  metrics: [metric("milliseconds", "ms", 2)],
};

export const hessianCompiled: Row = {
  name: "hessian-compiled",
  title: `${TITLE}, compiled`,
  processes: 1,
  contenders: { [OURS]: () => gradtape(true), ...PEERS, "jax-js jit": () => jaxJs(true) },
  metrics: [metric("microseconds", "µs", 60)],
};

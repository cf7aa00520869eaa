/** Throughput of an elementwise function on a large array. */

import type { Array as JaxArray } from "@jax-js/jax";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const SIZE = 1_000_000;
const VALUES = Float32Array.from({ length: SIZE }, (_, index) => (8 * index) / SIZE - 4);
const LAST = 1 - Math.tanh(VALUES[SIZE - 1]!) ** 2;

/** `lastOfGradient` computes Σ tanh x and its gradient, and gives the last element of that. */
function nanosecondsPerElement(lastOfGradient: () => number): Figures {
  expectClose(lastOfGradient(), LAST, 1e-5);
  return { perElement: (1e6 * warmMilliseconds(lastOfGradient)) / SIZE };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const x = tf.constant(VALUES);
  return nanosecondsPerElement(() => {
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.reduceSum(tf.tanh(x));
    return tape.gradient(y, x).data({ copy: false })[SIZE - 1]!;
  });
}

async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const x = tf.tensor1d(VALUES);
  const gradient = tf.grad((operand) => tf.sum(tf.tanh(operand)));
  return nanosecondsPerElement(() => tf.tidy(() => gradient(x).dataSync()[SIZE - 1]!));
}

async function jaxJs(compiled: boolean): Promise<Figures> {
  const { grad, jit, numpy } = await openJaxJs();
  const x = numpy.array(VALUES);
  const plain = grad((operand: JaxArray) => numpy.tanh(operand).sum());
  const gradient = compiled ? jit(plain) : plain;
  return nanosecondsPerElement(() => gradient(x.ref).dataSync()[SIZE - 1]!);
}

export const elementwise: Row = {
  name: "elementwise",
  title: `Σ tanh x over ${SIZE} float32 elements, forward and gradient`,
  processes: 1,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": () => jaxJs(false),
    "jax-js jit": () => jaxJs(true),
  },
  metrics: [{ name: "perElement", label: "per element", unit: "ns", compare: true }],
};

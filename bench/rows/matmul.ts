/** Throughput of a product of two square matrices. */

import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const LENGTH = 512;
const VALUES = Float32Array.from({ length: LENGTH * LENGTH }, (_, index) => (index % 13) / 13);

/** The first element of VALUES · VALUES. */
const FIRST = Array.from(
  { length: LENGTH },
  (_, index) => VALUES[index]! * VALUES[index * LENGTH]!,
).reduce((sum, product) => sum + product);

function measure(firstOfProduct: () => number): Figures {
  expectClose(firstOfProduct(), FIRST, 1e-4);
  const product = warmMilliseconds(firstOfProduct);
  return { product, throughput: (2 * LENGTH ** 3) / (1e6 * product) };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const x = tf.constant(VALUES, { shape: [LENGTH, LENGTH] });
  return measure(() => tf.matmul(x, x).data({ copy: false })[0]!);
}

async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const x = tf.tensor2d(VALUES, [LENGTH, LENGTH]);
  return measure(() => tf.tidy(() => tf.matMul(x, x).dataSync()[0]!));
}

async function jaxJs(): Promise<Figures> {
  const { numpy } = await openJaxJs();
  const x = numpy.array(VALUES, { shape: [LENGTH, LENGTH] });
  return measure(() => numpy.matmul(x.ref, x.ref).dataSync()[0]!);
}

export const matmul: Row = {
  name: "matmul",
  title: `product of two ${LENGTH}×${LENGTH} float32 matrices`,
  processes: 1,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": jaxJs,
  },
  metrics: [
    { name: "product", label: "a product", unit: "ms", compare: true },
    { name: "throughput", label: "throughput", unit: "GFLOP/s" },
  ],
};

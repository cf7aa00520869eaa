/** A product of matrices with its gradients: the value of Σ tanh(a·b) and its gradients with regard to a and b. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs, readTidily } from "../peers.js";
import { EAGER, type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";
import { throughput, throughputMetrics } from "./references/gigaflops.js";

const LENGTH = 512;
const SHAPE: [number, number] = [LENGTH, LENGTH];
/** Three products of matrices; what tanh and the sum take beside them is not counted. */
const OPERATIONS = 6 * LENGTH ** 3;

/** The products are of the order of 1, so that tanh is not flat. */
function operands(): readonly [a: Float32Array, b: Float32Array] {
  return [noise(LENGTH * LENGTH, 1, 1), noise(LENGTH * LENGTH, 0.1, 2)];
}

/** tanh(a·b) in float64. */
function hidden(a: Float32Array, b: Float32Array): Float64Array {
  const product = new Float64Array(LENGTH * LENGTH);
  for (let row = 0; row < LENGTH; row++) {
    for (let inner = 0; inner < LENGTH; inner++) {
      const factor = a[row * LENGTH + inner]!;
      for (let column = 0; column < LENGTH; column++) {
        product[row * LENGTH + column]! += factor * b[inner * LENGTH + column]!;
      }
    }
  }
  return product.map(Math.tanh);
}

/** `run` gives the value and both gradients. */
function measure(
  run: () => readonly [value: number, byA: ArrayLike<number>, byB: ArrayLike<number>],
): Figures {
  const [a, b] = operands();
  const tanh = hidden(a, b);
  const [value, byA, byB] = run();
  expectClose(value / LENGTH, tanh.reduce((sum, term) => sum + term) / LENGTH, 1e-4);
  expectClose(byA.length, a.length, 0);
  expectClose(byB.length, b.length, 0);
  for (const [row, column] of [
    [0, 0],
    [1, LENGTH - 1],
    [LENGTH - 1, 7],
  ] as const) {
    let rightOfA = 0;
    let rightOfB = 0;
    for (let index = 0; index < LENGTH; index++) {
      rightOfA += (1 - tanh[row * LENGTH + index]! ** 2) * b[column * LENGTH + index]!;
      rightOfB += (1 - tanh[index * LENGTH + column]! ** 2) * a[index * LENGTH + row]!;
    }
    expectClose(byA[row * LENGTH + column]!, rightOfA, 1e-4);
    expectClose(byB[row * LENGTH + column]!, rightOfB, 1e-4);
  }
  return throughput(OPERATIONS, warmMilliseconds(run));
}

async function gradtape(compiled: boolean): Promise<Figures> {
  const tf = await import("gradtape");
  const plain = tf.valueAndGrad((a: Tensor, b: Tensor) => tf.reduceSum(tf.tanh(tf.matmul(a, b))), {
    argnums: [0, 1],
  });
  const all = compiled ? tf.compile(plain) : plain;
  const [a, b] = operands().map((values) => tf.constant(values, { shape: SHAPE }));
  return measure(() => {
    const [value, [byA, byB]] = all(a!, b!);
    return [value.item(), byA.data({ copy: false }), byB.data({ copy: false })];
  });
}

async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const all = tf.valueAndGrads((a: PeerTensor, b: PeerTensor) => tf.sum(tf.tanh(tf.matMul(a, b))));
  const inputs = operands().map((values) => tf.tensor2d(values, SHAPE));
  return measure(() => {
    const [value, byA, byB] = readTidily(tf, () => {
      const { value, grads } = all(inputs);
      return [value, ...grads];
    });
    return [value![0]!, byA!, byB!];
  });
}

async function jaxJs(compiled: boolean): Promise<Figures> {
  const { jit, numpy, valueAndGrad } = await openJaxJs();
  const plain = valueAndGrad((a: JaxArray, b: JaxArray) => numpy.tanh(numpy.matmul(a, b)).sum(), {
    argnums: [0, 1],
  });
  const all = compiled ? jit(plain) : plain;
  const [a, b] = operands().map((values) => numpy.array(values, { shape: SHAPE }));
  return measure(() => {
    const [value, [byA, byB]] = all(a!.ref, b!.ref);
    return [value.item(), byA!.dataSync(), byB!.dataSync()];
  });
}

export const matmulGradient: Row = {
  name: "matmul-gradient",
  title: `value and both gradients of Σ tanh(a·b), ${LENGTH}×${LENGTH} float32 matrices, counted as 6N³`,
  processes: 1,
  contenders: {
    [OURS]: () => gradtape(true),
    [EAGER]: () => gradtape(false),
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": () => jaxJs(false),
    "jax-js jit": () => jaxJs(true),
  },
  metrics: throughputMetrics("value and gradients", OPERATIONS, 34),
};

/** An elementwise function that ends in one number, Σ (tanh(x·w) + x): its value and gradient, long and short. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs, readTidily } from "../peers.js";
import { type Bar, EAGER, type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";
import { hasCompiler, runCpp } from "./references/native.js";

/** The value, and the gradient with regard to x. */
export type ValueAndGradient = readonly [value: number, gradient: ArrayLike<number>];

export function operands(length: number): readonly [x: Float32Array, w: Float32Array] {
  return [noise(length, 2, 1), noise(length, 1, 2)];
}

function derivative(x: number, w: number): number {
  return (1 - Math.tanh(x * w) ** 2) * w + 1;
}

/** Checks the answer, and times it per call and per element. */
export function measure(length: number, run: () => ValueAndGradient): Figures {
  const [x, w] = operands(length);
  const [value, gradient] = run();
  expectClose(gradient.length, length, 0);
  for (const place of [0, length >> 1, length - 1]) {
    expectClose(gradient[place]!, derivative(x[place]!, w[place]!), 1e-5);
  }
  const sum = x.reduce(
    (part, element, place) => part + Math.tanh(element * w[place]!) + element,
    0,
  );
  // A million float32 numbers are added up, by some one after the other.
  expectClose(value, sum, 1e-3);
  return figures(length, warmMilliseconds(run));
}

function figures(length: number, milliseconds: number): Figures {
  return { call: 1000 * milliseconds, element: (1e6 * milliseconds) / length };
}

async function gradtape(length: number, compiled: boolean): Promise<Figures> {
  const tf = await import("gradtape");
  const plain = tf.valueAndGrad((x: Tensor, w: Tensor) => tf.reduceSum(tf.tanh(x.mul(w)).add(x)));
  const both = compiled ? tf.compile(plain) : plain;
  const [x, w] = operands(length);
  const inputs = [tf.constant(x), tf.constant(w)] as const;
  return measure(length, () => {
    const [value, gradient] = both(...inputs);
    return [value.item(), gradient.data({ copy: false })];
  });
}

async function tensorFlowJs(length: number, backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const [x, w] = operands(length).map((values) => tf.tensor1d(values));
  const both = tf.valueAndGrad((operand: PeerTensor) =>
    tf.sum(tf.tanh(operand.mul(w!)).add(operand)),
  );
  return measure(length, () => {
    const [value, gradient] = readTidily(tf, () => {
      const { value, grad } = both(x!);
      return [value, grad];
    });
    return [value![0]!, gradient!];
  });
}

async function jaxJs(length: number, compiled: boolean): Promise<Figures> {
  const { jit, numpy, valueAndGrad } = await openJaxJs();
  const plain = valueAndGrad((x: JaxArray, w: JaxArray) => numpy.tanh(x.ref.mul(w)).add(x).sum());
  const both = compiled ? jit(plain) : plain;
  const [x, w] = operands(length).map((values) => numpy.array(values));
  return measure(length, () => {
    const [value, gradient] = both(x!.ref, w!.ref);
    return [value.item(), gradient.dataSync()];
  });
}

async function cpp(length: number): Promise<Figures> {
  const { milliseconds, answer } = await runCpp(`
    const int n = ${length};
    auto x = noise(n, 2, 1), w = noise(n, 1, 2);
    std::vector<float> gradient(n);
    float value;
    report([&] {
      float sum = 0;
      for (int index = 0; index < n; index++) {
        float tanh = std::tanh(x[index] * w[index]);
        sum += tanh + x[index];
        gradient[index] = (1 - tanh * tanh) * w[index] + 1;
      }
      value = sum;
      asm volatile("" : : "m"(value));
    }, gradient[n - 1]);`);
  const [x, w] = operands(length);
  expectClose(answer, derivative(x[length - 1]!, w[length - 1]!), 1e-5);
  return figures(length, milliseconds);
}

function contenders(length: number): Row["contenders"] {
  return {
    [OURS]: () => gradtape(length, true),
    [EAGER]: () => gradtape(length, false),
    "tfjs cpu": () => tensorFlowJs(length, "cpu"),
    "tfjs wasm": () => tensorFlowJs(length, "wasm"),
    "jax-js": () => jaxJs(length, false),
    "jax-js jit": () => jaxJs(length, true),
    ...(hasCompiler ? { "C++": () => cpp(length) } : {}),
  };
}

const atMost = (limit: number): readonly Bar[] => [{ kind: "atMost", limit }];

export const LONG = 1_000_000;
const SHORT = 100;

export const tanhSum: Row = {
  name: "tanh-sum",
  title: `value and gradient of Σ (tanh(x·w) + x), ${LONG} float32 elements`,
  processes: 1,
  contenders: contenders(LONG),
  metrics: [{ name: "element", label: "per element", unit: "ns", bars: atMost(5), compare: true }],
};

export const tanhSumShort: Row = {
  name: "tanh-sum-short",
  title: `value and gradient of Σ (tanh(x·w) + x), ${SHORT} float32 elements`,
  processes: 3,
  contenders: contenders(SHORT),
  metrics: [{ name: "call", label: "a call", unit: "µs", bars: atMost(3), compare: true }],
};

/** Throughput of a product of two square matrices, large and small. */

import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs, readTidily } from "../peers.js";
import { EAGER, type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";
import { throughput, throughputMetrics } from "./references/gigaflops.js";
import { hasCompiler, numpyPython, runCpp, runNumpy } from "./references/native.js";
import { onnxRuntimes } from "./references/onnx-runtime.js";

export function operandsOf(length: number): readonly [Float32Array, Float32Array] {
  return [noise(length * length, 1, 1), noise(length * length, 1, 2)];
}

/** The side of the large product. */
export const LARGE = 512;
const SMALL = 64;

export const operationsOf = (length: number): number => 2 * length ** 3;

/** @throws Error when an element of the first or the last row is wrong. */
function check(length: number, product: ArrayLike<number>): void {
  const [a, b] = operandsOf(length);
  expectClose(product.length, length * length, 0);
  for (const [row, column] of [
    [0, 0],
    [length - 1, 1],
    [length - 1, length - 1],
  ] as const) {
    const sum = Array.from(
      { length },
      (_, index) => a[row * length + index]! * b[index * length + column]!,
    ).reduce((part, term) => part + term);
    expectClose(product[row * length + column]!, sum, 1e-4);
  }
}

export function measure(length: number, product: () => ArrayLike<number>): Figures {
  check(length, product());
  return throughput(operationsOf(length), warmMilliseconds(product));
}

async function gradtape(length: number, compiled: boolean): Promise<Figures> {
  const tf = await import("gradtape");
  const plain = (a: Tensor, b: Tensor) => tf.matmul(a, b);
  const product = compiled ? tf.compile(plain) : plain;
  const [a, b] = operandsOf(length).map((values) =>
    tf.constant(values, { shape: [length, length] }),
  );
  return measure(length, () => product(a!, b!).data({ copy: false }));
}

async function tensorFlowJs(length: number, backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const [a, b] = operandsOf(length).map((values) => tf.tensor2d(values, [length, length]));
  return measure(length, () => readTidily(tf, () => [tf.matMul(a!, b!)])[0]!);
}

async function jaxJs(length: number, compiled: boolean): Promise<Figures> {
  const { jit, numpy } = await openJaxJs();
  const product = compiled ? jit(numpy.matmul) : numpy.matmul;
  const [a, b] = operandsOf(length).map((values) =>
    numpy.array(values, { shape: [length, length] }),
  );
  return measure(length, () => product(a!.ref, b!.ref).dataSync());
}

/** Loops in the order in which a compiler vectorizes them, nothing blocked or packed. */
async function cpp(length: number): Promise<Figures> {
  const { milliseconds, answer } = await runCpp(`
    const int n = ${length};
    auto a = noise(n * n, 1, 1), b = noise(n * n, 1, 2);
    std::vector<float> c(n * n);
    report([&] {
      std::fill(c.begin(), c.end(), 0.0f);
      for (int row = 0; row < n; row++)
        for (int inner = 0; inner < n; inner++)
          for (int column = 0; column < n; column++)
            c[row * n + column] += a[row * n + inner] * b[inner * n + column];
    }, c[0]);`);
  return nativeFigures(length, milliseconds, answer);
}

/** NumPy calls OpenBLAS. */
async function openBlas(length: number, python: string): Promise<Figures> {
  const { milliseconds, answer } = await runNumpy(
    python,
    `
import numpy
def noise(seed):
    scattered = numpy.sin(12.9898 * numpy.arange(1, ${length ** 2} + 1) + seed) * 43758.5453
    return (2 * (scattered - numpy.floor(scattered)) - 1).astype(numpy.float32).reshape(${length}, ${length})
a, b, c = noise(1), noise(2), numpy.empty((${length}, ${length}), numpy.float32)
report(lambda: numpy.matmul(a, b, out=c)[0, 0])`,
  );
  return nativeFigures(length, milliseconds, answer);
}

function nativeFigures(length: number, milliseconds: number, first: number): Figures {
  const [a, b] = operandsOf(length);
  const sum = a.subarray(0, length).reduce((part, x, index) => part + x * b[index * length]!, 0);
  expectClose(first, sum, 1e-4);
  return throughput(operationsOf(length), milliseconds);
}

function row(name: string, length: number, leastGigaflops: number): Row {
  const onnx = onnxRuntimes(
    length,
    () => operandsOf(length),
    (product) => {
      check(length, product);
    },
  );
  return {
    name,
    title: `product of two ${length}×${length} float32 matrices`,
    processes: 1,
    contenders: {
      [OURS]: () => gradtape(length, true),
      [EAGER]: () => gradtape(length, false),
      "tfjs cpu": () => tensorFlowJs(length, "cpu"),
      "tfjs wasm": () => tensorFlowJs(length, "wasm"),
      "jax-js": () => jaxJs(length, false),
      "jax-js jit": () => jaxJs(length, true),
      ...Object.fromEntries(
        Object.entries(onnx).map(([contender, milliseconds]) => [
          contender,
          async () => throughput(operationsOf(length), await milliseconds()),
        ]),
      ),
      ...(hasCompiler ? { "C++ loops": () => cpp(length) } : {}),
      ...(numpyPython === undefined ? {} : { OpenBLAS: () => openBlas(length, numpyPython!) }),
    },
    metrics: throughputMetrics("a product", operationsOf(length), leastGigaflops),
  };
}

export const matmul = row("matmul", LARGE, 36);
export const matmulSmall = row("matmul-small", SMALL, 25);

/** What compiling costs: how much longer the first call of a compiled function takes than a later one. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs } from "../peers.js";
import { type Figures, type Metric, OURS, type Row } from "../row.js";
import { expectClose, median, milliseconds } from "../timing.js";
import { gradtapeStep, jaxJsStep, LOSS_AFTER_TEN } from "./training-step.js";

const BLOCKS = 100;
const OPERATIONS_OF_BLOCK = 10;
const ROWS = 8;
const WIDTH = 32;

/** How much of what a block computes is added; every block has another number. */
const share = (block: number): number => 0.02 + 0.0001 * block;

/** The sum of what the last block gives, computed in float64. */
const SUM = 36.73466001;

/** What `open` gives is compiled in its first call; its eleventh gives `expected`. The second one is made when the compiler is warm. */
async function measure(open: () => Promise<() => number>, expected: number): Promise<Figures> {
  const run = await open();
  const first = milliseconds(run);
  const later = median(Array.from({ length: 9 }, () => milliseconds(run)));
  expectClose(run(), expected, 1e-4);
  const again = milliseconds(await open());
  return { first, later, compile: first - later, again: again - later };
}

/** A product with a matrix, an activation, a normalization and a connection past them, again and again. */
async function gradtapeBlocks(): Promise<() => number> {
  const tf = await import("gradtape");
  const blocks = tf.compile((input: Tensor, weights: Tensor) => {
    let x = input;
    for (let block = 0; block < BLOCKS; block++) {
      const active = tf.tanh(tf.matmul(x, weights).add(0.1));
      const meanSquare = tf.reduceMean(tf.square(active), { axis: 1, keepdims: true });
      const normalized = active.div(tf.sqrt(meanSquare.add(1e-3)));
      x = x.add(normalized.mul(share(block)));
    }
    return tf.reduceSum(x);
  });
  const x = tf.constant(noise(ROWS * WIDTH, 1, 1), { shape: [ROWS, WIDTH] });
  const weights = tf.constant(noise(WIDTH * WIDTH, 0.3, 2), { shape: [WIDTH, WIDTH] });
  return () => blocks(x, weights).item();
}

async function jaxJsBlocks(): Promise<() => number> {
  const { jit, numpy } = await openJaxJs();
  const blocks = jit((input: JaxArray, weights: JaxArray) => {
    let x = input;
    for (let block = 0; block < BLOCKS; block++) {
      const active = numpy.tanh(numpy.matmul(x.ref, weights.ref).add(0.1));
      const meanSquare = numpy.square(active.ref).mean(1, { keepdims: true });
      const normalized = active.div(numpy.sqrt(meanSquare.add(1e-3)));
      x = x.add(normalized.mul(share(block)));
    }
    weights.dispose();
    return x.sum();
  });
  const x = numpy.array(noise(ROWS * WIDTH, 1, 1), { shape: [ROWS, WIDTH] });
  const weights = numpy.array(noise(WIDTH * WIDTH, 0.3, 2), { shape: [WIDTH, WIDTH] });
  return () => blocks(x.ref, weights.ref).item();
}

function metrics(limit: number): readonly Metric[] {
  return [
    { name: "first", label: "the first call", unit: "ms" },
    { name: "later", label: "a later call", unit: "ms" },
    {
      name: "compile",
      label: "the difference",
      unit: "ms",
      bars: [{ kind: "atMost", limit }],
      compare: true,
    },
    { name: "again", label: "the difference for another one like it in the process", unit: "ms" },
  ];
}

export const compileTime: Row = {
  name: "compile-time",
  title: "compiling the training step of a 784-256-128-10 network, in a fresh process",
  processes: 5,
  contenders: {
    [OURS]: () => measure(() => gradtapeStep(true), LOSS_AFTER_TEN),
    "jax-js jit": () => measure(() => jaxJsStep(true), LOSS_AFTER_TEN),
  },
  metrics: metrics(50),
};

export const compileTimeLong: Row = {
  name: "compile-time-long",
  title: `compiling a function of ${BLOCKS * OPERATIONS_OF_BLOCK} operations, in a fresh process`,
  processes: 5,
  contenders: {
    [OURS]: () => measure(gradtapeBlocks, SUM),
    "jax-js jit": () => measure(jaxJsBlocks, SUM),
  },
  metrics: metrics(150),
};

/** What threads gain: compiled functions on one thread as a multiple of the same on two, by turns in one process. */

import { availableParallelism } from "node:os";
import type { Tensor } from "gradtape";
import { byTurns } from "../by-turns.js";
import { noise } from "../noise.js";
import { type Figures, type Metric, OURS, type Row } from "../row.js";
import { expectClose } from "../timing.js";
import { gradtapeConvolutionStep } from "./convolution-step.js";
import { operandsOf } from "./matmul.js";
import { gradtapeStep } from "./training-step.js";

const SIDE = 1024;
const ELEMENTS = 10_000_000;

/** A program that gives a number, compiled in its first call. */
type Program = () => number;

/** What is measured, by the name of its figures; each call makes a program of its own. */
const PROGRAMS: Readonly<Record<string, { label: string; make: () => Promise<Program> }>> = {
  matmul: { label: `product of two ${SIDE}×${SIDE} matrices`, make: product },
  tanh: { label: `Σ tanh over ${ELEMENTS} elements`, make: sumOfTanh },
  dense: { label: "training-step", make: () => gradtapeStep(true) },
  convolutions: { label: "convolution-step", make: () => gradtapeConvolutionStep(true) },
};

async function product(): Promise<Program> {
  const tf = await import("gradtape");
  const multiply = tf.compile((a: Tensor, b: Tensor) => tf.matmul(a, b));
  const [a, b] = operandsOf(SIDE).map((values) => tf.constant(values, { shape: [SIDE, SIDE] }));
  return () => multiply(a!, b!).data({ copy: false })[SIDE * SIDE - 1]!;
}

async function sumOfTanh(): Promise<Program> {
  const tf = await import("gradtape");
  const sum = tf.compile((x: Tensor) => tf.reduceSum(tf.tanh(x)));
  const x = tf.constant(noise(ELEMENTS, 4, 1));
  return () => sum(x).item();
}

/** The program with so many threads, which it is compiled for as well. */
async function withThreads(count: number, make: () => Promise<Program>): Promise<Program> {
  const { setThreads } = await import("gradtape");
  const program = await make();
  return () => {
    setThreads(count);
    return program();
  };
}

async function gradtape(): Promise<Figures> {
  const figures: Record<string, number> = {};
  // Two threads on one processor would measure its scheduler.
  if (availableParallelism() < 2) return figures;
  for (const [name, { make }] of Object.entries(PROGRAMS)) {
    const one = await withThreads(1, make);
    const two = await withThreads(2, make);
    // The number of threads changes no bit of a result.
    for (let call = 0; call < 3; call++) expectClose(two(), one(), 0);
    const { base, other, ratio } = byTurns(two, one);
    Object.assign(figures, { [`${name}One`]: other, [`${name}Two`]: base, [name]: ratio });
  }
  return figures;
}

function metrics(name: string, label: string): Metric[] {
  return [
    { name: `${name}One`, label: `${label}, one thread`, unit: "ms" },
    { name: `${name}Two`, label: "  two threads", unit: "ms" },
    { name, label: "  one as a multiple of two", unit: "" },
  ];
}

export const threads: Row = {
  name: "threads",
  title: "what threads gain: compiled functions on one and on two, by turns in one process",
  processes: 1,
  once: true,
  contenders: { [OURS]: gradtape },
  metrics: Object.entries(PROGRAMS).flatMap(([name, { label }]) => metrics(name, label)),
};

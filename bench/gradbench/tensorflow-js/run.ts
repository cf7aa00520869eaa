/** The answer of a function in TensorFlow.js, with two times of every run: that of its operations, and that from numbers to numbers. */

import * as tf from "@tensorflow/tfjs";
import { type EvalFunction, type Evaluated, repetition, type Timing } from "../evaluation.js";

/** One run from the numbers of the input to those of the output. Nothing is left of it. */
function once(steps: EvalFunction, input: unknown): { output: unknown; times: readonly number[] } {
  tf.engine().startScope();
  try {
    const start = performance.now();
    const parameters = steps.prepare(input);
    const prepared = performance.now();
    const result = steps.timed(...parameters);
    const evaluated = performance.now();
    const output = steps.output(result);
    const end = performance.now();
    const times = [prepared - start, evaluated - prepared, end - start];
    return { output, times: times.map((milliseconds) => Math.round(milliseconds * 1e6)) };
  } finally {
    tf.engine().endScope();
  }
}

/** As often and as long as the eval asks, after a first run. */
export function run(steps: EvalFunction, input: unknown): Evaluated {
  const [prepare = 0, compile = 0] = once(steps, input).times;
  const timings: Timing[] = [
    { name: "prepare", nanoseconds: prepare },
    { name: "compile", nanoseconds: compile },
  ];
  const { runs, nanoseconds } = repetition(input);
  let output: unknown;
  let spent = 0;
  for (let count = 0; count < Math.max(1, runs) || spent < nanoseconds; count++) {
    const { output: own, times } = once(steps, input);
    const [, evaluate = 0, whole = 0] = times;
    timings.push(
      { name: "evaluate", nanoseconds: evaluate },
      { name: "whole", nanoseconds: whole },
    );
    output = own;
    spent += whole;
  }
  return { output, timings };
}

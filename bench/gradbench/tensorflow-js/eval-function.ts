/** The functions of the evals in TensorFlow.js, whose only floating-point numbers are float32, and helpers for them. */

import * as tf from "@tensorflow/tfjs";
import type { Steps, TimedSteps } from "../evaluation.js";

export type Tensor = tf.Tensor;

/** Checks that the steps fit each other; of an evaluation only the result is kept. */
export function evalFunction<I, A extends readonly unknown[], R extends tf.TensorContainer>(
  steps: Steps<I, A, R>,
): TimedSteps<I, A, R> {
  return { ...steps, timed: (...parameters) => tf.tidy(() => steps.evaluate(...parameters)) };
}

/** Rows of as many columns as are given. */
export function matrix(rows: readonly (readonly number[])[], columns: number): Tensor {
  return tf.tensor(rows.flat(), [rows.length, columns], "float32");
}

export function vector(values: readonly number[]): Tensor {
  return tf.tensor([...values], [values.length], "float32");
}

/** The parts of a tensor along its first axis; the gradient of `tf.unstack` fails where there is only one. */
export function unstack(x: Tensor): Tensor[] {
  return x.shape[0] === 1 ? [x.reshape(x.shape.slice(1))] : tf.unstack(x);
}

/** The number in a scalar. */
export function toNumber(x: Tensor): number {
  return x.dataSync()[0]!;
}

/** The numbers in a tensor, nested as its axes are. */
export function toArrays(x: Tensor): unknown {
  return x.arraySync();
}

/** The numbers in a tensor one after another. */
export function toList(x: Tensor): number[] {
  return Array.from(x.dataSync());
}

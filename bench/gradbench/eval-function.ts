/** The functions of the evals in gradtape, which are timed compiled. */

import * as tf from "gradtape";
import type { Again, Steps, TimedSteps } from "./evaluation.js";

/** Checks that the steps fit each other, and compiles what is timed, once for all inputs of one shape. */
export function evalFunction<I, A extends readonly unknown[], R>(
  steps: Steps<I, A, R>,
): TimedSteps<I, A, R> {
  const timed = tf.compile(steps.evaluate);
  return { ...steps, timed, again: (first) => intoArrays(timed, first) };
}

/**
 * Further runs write into the same arrays, as the C++ tools of GradBench do, which compute into one output again and again
 * (`function_main` in cpp/gradbench/main.hpp).
 */
function intoArrays<A extends readonly unknown[], R>(
  timed: tf.Compiled<A, R>,
  first: R,
): Again<A, R> {
  const arrays = new Map<tf.Tensor, tf.TypedArray>();
  const targets = mapTensors(first, (tensor) => {
    const array = arrays.get(tensor) ?? tensor.data().fill(0);
    arrays.set(tensor, array);
    return array;
  }) as tf.TargetArrays<R>;
  return {
    run: (...parameters) => timed.into(targets, ...parameters),
    result: () =>
      mapTensors(first, (tensor) =>
        tf.constant(arrays.get(tensor)!, { dtype: tensor.dtype, shape: tensor.shape }),
      ) as R,
  };
}

/** A nest with something else in the place of each tensor. */
function mapTensors(nest: unknown, f: (tensor: tf.Tensor) => unknown): unknown {
  if (nest instanceof tf.Tensor) return f(nest);
  if (Array.isArray(nest)) return nest.map((part) => mapTensors(part, f));
  if (typeof nest !== "object" || nest === null) return nest;
  return Object.fromEntries(Object.entries(nest).map(([key, part]) => [key, mapTensors(part, f)]));
}

/** The functions of the evals in gradtape, which are timed compiled. */

import * as tf from "gradtape";
import type { Steps, TimedSteps } from "./evaluation.js";

/** Checks that the steps fit each other, and compiles what is timed, once for all inputs of one shape. */
export function evalFunction<I, A extends readonly unknown[], R>(
  steps: Steps<I, A, R>,
): TimedSteps<I, A, R> {
  return { ...steps, timed: tf.compile(steps.evaluate) };
}

/** lse: the logarithm of a sum of exponentials, and its gradient. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toList, toNumber } from "../float64.js";

interface Input {
  readonly x: readonly number[];
}

function logSumExp(x: tf.Tensor): tf.Tensor {
  // Whatever is taken out and put back, the result is the same, so that nothing depends on it.
  const largest = tf.stopGradient(tf.reduceMax(x));
  return tf.math.log(tf.reduceSum(tf.exp(x.sub(largest)))).add(largest);
}

const prepare = ({ x }: Input): [x: tf.Tensor] => [float64(x)];

export const lse = {
  primal: evalFunction({ prepare, evaluate: logSumExp, output: toNumber }),
  gradient: evalFunction({ prepare, evaluate: tf.grad(logSumExp), output: toList }),
};

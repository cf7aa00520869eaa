/** lse: the logarithm of a sum of exponentials, and its gradient. */

import * as tf from "@tensorflow/tfjs";
import { evalFunction, type Tensor, toList, toNumber, vector } from "../eval-function.js";

interface Input {
  readonly x: readonly number[];
}

/** The result is the same whatever `shift` is, so that nothing depends on it. */
function logSumExp(x: Tensor, shift: Tensor): Tensor {
  return tf.log(tf.sum(tf.exp(x.sub(shift)))).add(shift);
}

function gradient(x: Tensor): Tensor {
  const largest = tf.max(x);
  return tf.grad((own) => logSumExp(own, largest))(x);
}

const prepare = ({ x }: Input): [x: Tensor] => [vector(x)];

export const lse = {
  primal: evalFunction({
    prepare,
    evaluate: (x: Tensor) => logSumExp(x, tf.max(x)),
    output: toNumber,
  }),
  gradient: evalFunction({ prepare, evaluate: gradient, output: toList }),
};

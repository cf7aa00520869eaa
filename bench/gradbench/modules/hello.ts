/** hello: the square of a number, and its derivative. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toNumber } from "../float64.js";

function square(x: tf.Tensor): tf.Tensor {
  return x.mul(x);
}

const prepare = (input: number): [x: tf.Tensor] => [float64(input)];

export const hello = {
  square: evalFunction({ prepare, evaluate: square, output: toNumber }),
  double: evalFunction({ prepare, evaluate: tf.grad(square), output: toNumber }),
};

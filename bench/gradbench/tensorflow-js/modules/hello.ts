/** hello: the square of a number, and its derivative. */

import * as tf from "@tensorflow/tfjs";
import { evalFunction, type Tensor, toNumber } from "../eval-function.js";

const prepare = (input: number): [x: Tensor] => [tf.scalar(input)];
const square = (x: Tensor): Tensor => tf.square(x);

export const hello = {
  square: evalFunction({ prepare, evaluate: square, output: toNumber }),
  double: evalFunction({ prepare, evaluate: tf.grad(square), output: toNumber }),
};

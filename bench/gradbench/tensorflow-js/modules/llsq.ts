/** llsq: a polynomial against the sign function by least squares, with Horner's rule, and the gradient by its coefficients. */

import * as tf from "@tensorflow/tfjs";
import { evalFunction, type Tensor, toList, toNumber, unstack, vector } from "../eval-function.js";

interface Input {
  readonly x: readonly number[];
  readonly n: number;
}

function objective(x: Tensor, n: number): Tensor {
  const t = tf
    .range(0, n)
    .mul(2 / (n - 1))
    .sub(1);
  // In an array of its own, since the tape keeps the one that it gave.
  const highestFirst = [...unstack(x)].reverse();
  const polynomial = highestFirst.reduce((sum, coefficient) => sum.mul(t).add(coefficient));
  return tf.sum(tf.square(tf.sub(tf.sign(t), polynomial))).div(2);
}

const gradient = (x: Tensor, n: number): Tensor => tf.grad((own) => objective(own, n))(x);

const prepare = ({ x, n }: Input): [x: Tensor, n: number] => [vector(x), n];

export const llsq = {
  primal: evalFunction({ prepare, evaluate: objective, output: toNumber }),
  gradient: evalFunction({ prepare, evaluate: gradient, output: toList }),
};

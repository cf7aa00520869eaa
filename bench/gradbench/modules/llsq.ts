/** llsq: how far a polynomial is from the sign function in the sense of least squares, and the gradient by its coefficients. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toList, toNumber } from "../float64.js";

interface Input {
  readonly x: readonly number[];
  readonly n: number;
}

function objective(x: tf.Tensor, n: number): tf.Tensor {
  const t = tf
    .range(0, n, { dtype: "float64" })
    .mul(2)
    .div(n - 1)
    .sub(1);
  const highestFirst = tf.unstack(x).reverse();
  const polynomial = highestFirst.reduce(
    (sum, coefficient) => sum.mul(t).add(coefficient),
    tf.zerosLike(t),
  );
  return tf.reduceSum(tf.square(tf.sign(t).sub(polynomial))).div(2);
}

const prepare = ({ x, n }: Input): [x: tf.Tensor, n: number] => [float64(x), n];

export const llsq = {
  primal: evalFunction({ prepare, evaluate: objective, output: toNumber }),
  gradient: evalFunction({ prepare, evaluate: tf.grad(objective), output: toList }),
};

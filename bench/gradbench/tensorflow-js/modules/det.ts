/** det: a determinant by expansion into minors, and its gradient. */

import * as tf from "@tensorflow/tfjs";
import { evalFunction, type Tensor, toList, toNumber } from "../eval-function.js";

interface Input {
  readonly A: readonly number[];
  readonly ell: number;
}

/** The determinants of all square matrices in a tensor together, by their first rows; every way to a minor makes one of its own. */
function determinants(matrices: Tensor): Tensor {
  const [count = 0, size = 0] = matrices.shape;
  if (size === 1) return matrices.reshape([count]);
  const row = matrices.slice([0, 0, 0], [count, 1, size]).reshape([count, size]);
  const below = matrices.slice([0, 1, 0], [count, size - 1, size]);
  const minors = Array.from({ length: size }, (_, column) => {
    const left = below.slice([0, 0, 0], [count, size - 1, column]);
    const right = below.slice([0, 0, column + 1], [count, size - 1, size - 1 - column]);
    if (column === 0) return right;
    return column === size - 1 ? left : tf.concat([left, right], 2);
  });
  const smaller = determinants(tf.stack(minors, 1).reshape([count * size, size - 1, size - 1]));
  const signs = Array.from({ length: size }, (_, column) => (column % 2 === 0 ? 1 : -1));
  return tf.sum(row.mul(smaller.reshape([count, size])).mul(tf.tensor1d(signs)), 1);
}

const determinant = (a: Tensor): Tensor => determinants(a.expandDims(0)).reshape([]);

const prepare = ({ A, ell }: Input): [a: Tensor] => [tf.tensor([...A], [ell, ell], "float32")];

export const det = {
  primal: evalFunction({ prepare, evaluate: determinant, output: toNumber }),
  gradient: evalFunction({ prepare, evaluate: tf.grad(determinant), output: toList }),
};

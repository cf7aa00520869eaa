/** det: a determinant by expansion into minors, without any minor being used twice, and its gradient. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { toList, toNumber } from "../float64.js";

interface Input {
  readonly A: readonly number[];
  readonly ell: number;
}

/** Minors of this size are expanded for all choices of columns at once; larger ones go through a loop over the choices. */
const BLOCK = 8;

/**
 * The columns of the minors that an expansion comes to, for each row of the matrix in turn: for every way in which columns can be
 * struck, one by each row before, the columns that are left.
 */
type Choices = readonly tf.Tensor[];

function determinant(a: tf.Tensor, ofMatrix: Choices, ofBlock: Choices): tf.Tensor {
  const [size = 0] = a.shape;
  const rows = tf.unstack(a);
  if (size <= BLOCK) return expand(rows, tf.ones([1], { dtype: "float64" }), ofBlock).reshape([]);
  const lower = a.slice([size - BLOCK, 0], [BLOCK, size]);
  const minorOf = tf.recomputeGrad((columns: tf.Tensor) =>
    determinant(tf.gather(lower, columns, { axis: 1 }), [], ofBlock),
  );
  const minors = tf.mapFn(minorOf, ofMatrix[size - BLOCK]!);
  return expand(rows.slice(0, size - BLOCK), minors, ofMatrix).reshape([]);
}

/** The minors below these rows, expanded by one row after another, the last one first. */
function expand(rows: readonly tf.Tensor[], minors: tf.Tensor, choices: Choices): tf.Tensor {
  return rows.reduceRight((smaller, row, index) => {
    const elements = tf.gather(row, choices[index]!);
    const size = elements.shape[1]!;
    const products = elements.mul(smaller.reshape([-1, size]));
    return tf.linalg.matvec(products, alternatingSigns(size));
  }, minors);
}

function alternatingSigns(size: number): tf.Tensor {
  const signs = Float64Array.from({ length: size }, (_, column) => (column % 2 === 0 ? 1 : -1));
  return tf.constant(signs);
}

/** The choices for minors from that of a whole matrix down to those with `least` columns. */
function choicesOf(size: number, least: number): Choices {
  const choices: tf.Tensor[] = [];
  let columns = Int32Array.from({ length: size }, (_, column) => column);
  for (let left = size; left >= least; left--) {
    choices.push(tf.constant(columns, { shape: [columns.length / left, left] }));
    columns = withoutEach(columns, left);
  }
  return choices;
}

/** Of every row of `length` columns the rows without the first, the second, … of them. */
function withoutEach(columns: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const shorter = new Int32Array(columns.length * (length - 1));
  let place = 0;
  for (let begin = 0; begin < columns.length; begin += length) {
    for (let struck = 0; struck < length; struck++) {
      for (let column = 0; column < length; column++) {
        if (column !== struck) shorter[place++] = columns[begin + column]!;
      }
    }
  }
  return shorter;
}

function prepare({ A, ell }: Input): [a: tf.Tensor, ofMatrix: Choices, ofBlock: Choices] {
  const a = tf.constant(A, { dtype: "float64", shape: [ell, ell] });
  return [a, choicesOf(ell, BLOCK), choicesOf(Math.min(ell, BLOCK), 1)];
}

export const det = {
  primal: evalFunction({ prepare, evaluate: determinant, output: toNumber }),
  gradient: evalFunction({ prepare, evaluate: tf.grad(determinant), output: toList }),
};

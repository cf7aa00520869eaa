/** Products summed over axes. */
import * as tf from "gradtape";
import type { Programs } from "./program.js";

export const contractions: Programs = {
  matmul: (a, b) => tf.matmul(a, b),
  matmulFirstTransposed: (a, b) => tf.matmul(a, b, { transposeA: true }),
  matmulSecondTransposed: (a, b) => tf.matmul(a, b, { transposeB: true }),
  matmulThree: (a, b, c) => tf.matmul(tf.matmul(a, b), c),
  gram: (a) => tf.matmul(a, a, { transposeA: true }),
  matvec: (a, b) => tf.linalg.matvec(a, b),
  matvecTransposed: (a, b) => tf.linalg.matvec(a, b, { transposeA: true }),
  tensordotOuter: (a, b) => tf.tensordot(a, b, 0),
  tensordot: (a, b) => tf.tensordot(a, b, 1),
  tensordotTwo: (a, b) => tf.tensordot(a, b, 2),
  tensordotNamed: (a, b) =>
    tf.tensordot(a, b, [
      [1, 0],
      [2, 0],
    ]),
  einsumProduct: (a, b) => tf.einsum("ij,jk->ki", a, b),
  einsumDiagonal: (a) => tf.square(tf.einsum("ii->i", a)),
  einsumTrace: (a) => tf.square(tf.einsum("ii->", a)),
  einsumOuter: (a, b) => tf.einsum("i,j->ij", a, b),
  einsumInner: (a, b) => tf.einsum("ij,ij->", a, b),
  einsumBilinear: (a, b, c) => tf.einsum("bi,ij,bj->b", a, b, c),
  einsumBatches: (a, b) => tf.einsum("...ij,jk->...ik", a, b),
  einsumScores: (a, b) => tf.einsum("bqhd,bkhd->bhqk", a, b),
  quadraticForm: (a, x) => tf.reduceSum(tf.multiply(x, tf.linalg.matvec(a, x))),
  matrixPower: (a) => tf.matmul(a, tf.matmul(a, a)),
};

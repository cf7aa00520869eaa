/** Calls of functions of arithmetic, reduction and linear algebra. */

import * as tf from "gradtape";
import { between, type Composite, distinct, given, vector } from "./composite.js";

const MATRIX = between(-2, 2, 2, 3);
const CUBE = between(-2, 2, 2, 3, 2);
const SQUARES = between(-2, 2, 2, 3, 3);
const EMPTY = between(-2, 2, 2, 0);

export const MATHEMATICS: readonly Composite[] = [
  { covers: tf.cast, operands: [MATRIX], call: (x) => tf.cast(x!, "float64") },
  { covers: tf.identity, operands: [MATRIX], call: (x) => tf.identity(x!) },
  { covers: tf.addN, operands: [MATRIX, MATRIX], call: (a, b) => tf.addN([a!, b!, a!]) },
  {
    covers: tf.clipByValue,
    operands: [vector(-2.5, -0.7, 0.4, 1.9), vector(-1), vector(1.2)],
    call: (x, min, max) => tf.clipByValue(x!, min!, max!),
    pointwise: true,
  },
  {
    covers: tf.math.multiplyNoNan,
    operands: [MATRIX, between(0.5, 2, 3)],
    call: (x, y) => tf.math.multiplyNoNan(x!, y!),
    pointwise: true,
  },
  {
    covers: tf.pow,
    operands: [vector(0, 0, 0, -1.5, -0.5)],
    call: (x) => [tf.pow(x!, 2), tf.pow(x!, 3), tf.pow(x!, 1), tf.pow(x!, 0)],
  },
  {
    covers: tf.divide,
    operands: [given([7, -3], [2], "int32"), between(1, 2, 2)],
    call: (count, x) => tf.multiply(tf.cast(tf.divide(count!, 2), x!.dtype), x!),
  },
  ...[undefined, 1, [0, -1]].flatMap((axis): Composite[] => {
    const options = axis === undefined ? {} : { axis, keepdims: true };
    return [
      { covers: tf.reduceSum, operands: [CUBE], call: (x) => tf.reduceSum(x!, options) },
      { covers: tf.reduceMean, operands: [CUBE], call: (x) => tf.reduceMean(x!, options) },
      { covers: tf.reduceProd, operands: [CUBE], call: (x) => tf.reduceProd(x!, options) },
      {
        covers: tf.reduceMax,
        operands: [distinct(2, 3, 2)],
        call: (x) => tf.reduceMax(x!, options),
      },
      {
        covers: tf.reduceMin,
        operands: [distinct(2, 3, 2)],
        call: (x) => tf.reduceMin(x!, options),
      },
      {
        covers: tf.reduceLogsumexp,
        operands: [CUBE],
        call: (x) => tf.reduceLogsumexp(x!, options),
      },
      {
        covers: tf.math.reduceVariance,
        operands: [CUBE],
        call: (x) => tf.math.reduceVariance(x!, options),
      },
      { covers: tf.math.reduceStd, operands: [CUBE], call: (x) => tf.math.reduceStd(x!, options) },
      {
        covers: tf.math.reduceEuclideanNorm,
        operands: [CUBE],
        call: (x) => tf.math.reduceEuclideanNorm(x!, options),
      },
    ];
  }),
  ...[
    tf.reduceSum,
    tf.reduceMean,
    tf.reduceProd,
    tf.reduceMax,
    tf.reduceMin,
    tf.reduceLogsumexp,
    tf.math.reduceEuclideanNorm,
  ].map(
    (reduce): Composite => ({
      covers: reduce,
      operands: [between(0.5, 2)],
      call: (x) => reduce(x!),
    }),
  ),
  { covers: tf.reduceMean, operands: [EMPTY], call: (x) => tf.reduceMean(x!, { axis: 0 }) },
  { covers: tf.reduceProd, operands: [EMPTY], call: (x) => tf.reduceProd(x!, { axis: 1 }) },
  {
    covers: tf.reduceProd,
    operands: [{ shape: [3, 3], values: [0, 2, 3, 0, 0, 3, 1, 0, 0] }],
    call: (x) => tf.reduceProd(x!, { axis: 1 }),
  },
  { covers: tf.reduceMax, operands: [EMPTY], call: (x) => tf.reduceMax(x!, { axis: 1 }) },
  { covers: tf.cumsum, operands: [CUBE], call: (x) => tf.cumsum(x!, { axis: 1 }) },
  {
    covers: tf.cumsum,
    operands: [CUBE],
    call: (x) => tf.cumsum(x!, { axis: -1, exclusive: true, reverse: true }),
  },
  {
    covers: tf.math.cumprod,
    operands: [{ shape: [2, 4], values: [1.5, 0, -2, 0, 0.5, 3, -1, 2] }],
    call: (x) => tf.math.cumprod(x!, { axis: 1, reverse: true }),
  },
  ...(["euclidean", 1, 2, 3, 2.5, Number.POSITIVE_INFINITY] as const).map(
    (ord): Composite => ({
      covers: tf.norm,
      operands: [distinct(2, 4)],
      call: (x) => tf.norm(x!, { ord, axis: 1 }),
    }),
  ),
  ...(["fro", 1, Number.POSITIVE_INFINITY] as const).map(
    (ord): Composite => ({
      covers: tf.norm,
      operands: [distinct(2, 3, 3)],
      call: (x) => tf.norm(x!, { ord, axis: [1, 2], keepdims: true }),
    }),
  ),
  {
    covers: tf.matmul,
    finiteOnly: true,
    operands: [between(-2, 2, 2, 3), between(-2, 2, 3, 2)],
    call: (a, b) => tf.matmul(a!, b!),
  },
  {
    covers: tf.matmul,
    finiteOnly: true,
    operands: [between(-2, 2, 2, 3, 2), between(-2, 2, 4, 3)],
    call: (a, b) => tf.matmul(a!, b!, { transposeA: true, transposeB: true }),
  },
  {
    covers: tf.matmul,
    finiteOnly: true,
    operands: [between(-2, 2, 2, 0), between(-2, 2, 0, 3)],
    call: (a, b) => tf.matmul(a!, b!),
  },
  {
    covers: tf.tensordot,
    finiteOnly: true,
    operands: [CUBE, between(-2, 2, 2, 3, 2)],
    call: (a, b) =>
      tf.tensordot(a!, b!, [
        [0, 1],
        [0, 1],
      ]),
  },
  {
    covers: tf.tensordot,
    finiteOnly: true,
    operands: [MATRIX, between(-2, 2, 3, 2)],
    call: (a, b) => tf.tensordot(a!, b!, 1),
  },
  {
    covers: tf.einsum,
    finiteOnly: true,
    operands: [CUBE, between(-2, 2, 2, 4, 2)],
    call: (a, b) => tf.einsum("bqd,bkd->bqk", a!, b!),
  },
  {
    covers: tf.einsum,
    finiteOnly: true,
    operands: [SQUARES],
    call: (x) => tf.einsum("bii->b", x!),
  },
  {
    covers: tf.einsum,
    finiteOnly: true,
    operands: [between(-2, 2, 2), between(-2, 2, 3), between(-2, 2, 2, 3)],
    call: (a, b, c) => tf.einsum("i,j,ij", a!, b!, c!),
  },
  {
    covers: tf.linalg.matvec,
    finiteOnly: true,
    operands: [SQUARES, between(-2, 2, 3)],
    call: (a, b) => tf.linalg.matvec(a!, b!, { transposeA: true }),
  },
  { covers: tf.linalg.diag, operands: [MATRIX], call: (x) => tf.linalg.diag(x!, { k: -1 }) },
  { covers: tf.linalg.diagPart, operands: [CUBE], call: (x) => tf.linalg.diagPart(x!, { k: -1 }) },
  {
    covers: tf.linalg.setDiag,
    operands: [SQUARES, between(-2, 2, 2, 2)],
    call: (x, diagonal) => tf.linalg.setDiag(x!, diagonal!, { k: 1 }),
  },
  { covers: tf.linalg.bandPart, operands: [SQUARES], call: (x) => tf.linalg.bandPart(x!, 1, 0) },
  { covers: tf.linalg.trace, operands: [SQUARES], call: (x) => tf.linalg.trace(x!) },
  {
    covers: tf.debugging.checkNumerics,
    finiteOnly: true,
    operands: [MATRIX],
    call: (x) => tf.debugging.checkNumerics(x!, "sample"),
  },
];

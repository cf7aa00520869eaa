/** Calls of functions that make, cut, join and rearrange tensors. */

import * as tf from "gradtape";
import { between, type Composite, given } from "./composite.js";

const MATRIX = between(-2, 2, 2, 3);
const CUBE = between(-2, 2, 2, 3, 2);
const SCALAR = between(-2, 2);

export const ARRAYS: readonly Composite[] = [
  { covers: tf.fill, operands: [SCALAR], call: (value) => tf.fill([2, 3], value!) },
  {
    covers: tf.linspace,
    operands: [SCALAR, between(3, 4)],
    call: (a, b) => tf.linspace(a!, b!, 5),
  },
  {
    covers: tf.linspace,
    operands: [between(-2, 2, 2), SCALAR],
    call: (a, b) => tf.linspace(a!, b!, 1),
  },
  { covers: tf.reshape, operands: [MATRIX], call: (x) => tf.reshape(x!, [-1, 2]) },
  { covers: tf.transpose, operands: [CUBE], call: (x) => tf.transpose(x!, [2, 0, 1]) },
  { covers: tf.transpose, operands: [CUBE], call: (x) => tf.transpose(x!) },
  {
    covers: tf.broadcastTo,
    operands: [between(-2, 2, 3, 1)],
    call: (x) => tf.broadcastTo(x!, [2, 3, 2]),
  },
  { covers: tf.expandDims, operands: [MATRIX], call: (x) => tf.expandDims(x!, -1) },
  { covers: tf.squeeze, operands: [between(-2, 2, 1, 3, 1)], call: (x) => tf.squeeze(x!) },
  { covers: tf.squeeze, operands: [between(-2, 2, 1, 3, 1)], call: (x) => tf.squeeze(x!, [2]) },
  { covers: tf.tile, operands: [MATRIX], call: (x) => tf.tile(x!, [2, 3]) },
  { covers: tf.tile, operands: [MATRIX], call: (x) => tf.tile(x!, [0, 1]) },
  { covers: tf.slice, operands: [CUBE], call: (x) => tf.slice(x!, [1, 0, 1], [1, -1, 1]) },
  { covers: tf.slice, operands: [MATRIX], call: (x) => tf.slice(x!, [0, 1], [2, 0]) },
  {
    covers: tf.stridedSlice,
    operands: [between(-2, 2, 4, 5)],
    call: (x) => tf.stridedSlice(x!, [3, 1], [0, 5], [-2, 2]),
  },
  { covers: tf.reverse, operands: [CUBE], call: (x) => tf.reverse(x!, [0, -1]) },
  {
    covers: tf.concat,
    operands: [between(-2, 2, 2, 1), MATRIX],
    call: (a, b) => tf.concat([a!, b!, a!], -1),
  },
  { covers: tf.stack, operands: [MATRIX, MATRIX], call: (a, b) => tf.stack([a!, b!, a!], -1) },
  { covers: tf.unstack, operands: [MATRIX], call: (x) => tf.unstack(x!, 1) },
  { covers: tf.split, operands: [between(-2, 2, 2, 6)], call: (x) => tf.split(x!, 3, 1) },
  { covers: tf.split, operands: [between(-2, 2, 5)], call: (x) => tf.split(x!, [1, 0, 4], 0) },
  {
    covers: tf.pad,
    operands: [MATRIX],
    call: (x) =>
      tf.pad(x!, [
        [1, 0],
        [2, 1],
      ]),
  },
  {
    covers: tf.pad,
    operands: [MATRIX, SCALAR],
    call: (x, constantValues) =>
      tf.pad(
        x!,
        [
          [0, 1],
          [1, 0],
        ],
        { constantValues: constantValues! },
      ),
  },
  {
    covers: tf.pad,
    operands: [MATRIX],
    call: (x) =>
      tf.pad(
        x!,
        [
          [1, 1],
          [2, 1],
        ],
        { mode: "REFLECT" },
      ),
  },
  {
    covers: tf.pad,
    operands: [MATRIX],
    call: (x) =>
      tf.pad(
        x!,
        [
          [2, 1],
          [0, 3],
        ],
        { mode: "SYMMETRIC" },
      ),
  },
  {
    covers: tf.pad,
    operands: [between(-2, 2, 0, 2)],
    call: (x) =>
      tf.pad(x!, [
        [1, 0],
        [0, 1],
      ]),
  },
  { covers: tf.roll, operands: [between(-2, 2, 3, 4)], call: (x) => tf.roll(x!, [1, -2], [0, 1]) },
  { covers: tf.roll, operands: [between(-2, 2, 0, 4)], call: (x) => tf.roll(x!, 1, 0) },
  {
    covers: tf.gather,
    operands: [between(-2, 2, 3, 4), given([2, 0, 2], [3], "int32")],
    call: (x, indices) => tf.gather(x!, indices!, { axis: -1 }),
  },
  {
    covers: tf.gather,
    operands: [between(-2, 2, 2, 3, 2), given([2, 2, 1, 0], [2, 2], "int32")],
    call: (x, indices) => tf.gather(x!, indices!, { batchDims: 1 }),
  },
  {
    covers: tf.gather,
    operands: [MATRIX, given([], [0], "int32")],
    call: (x, indices) => tf.gather(x!, indices!),
  },
  {
    covers: tf.gatherNd,
    operands: [between(-2, 2, 3, 4, 2), given([2, 3, 0, 1, 2, 3], [3, 2], "int32")],
    call: (x, indices) => tf.gatherNd(x!, indices!),
  },
  {
    covers: tf.scatterNd,
    operands: [given([1, 3, 1], [3, 1], "int32"), between(-2, 2, 3, 2)],
    call: (indices, updates) => tf.scatterNd(indices!, updates!, [5, 2]),
  },
  {
    covers: tf.tensorScatterNdUpdate,
    operands: [between(-2, 2, 4, 2), given([3, 0, 3], [3, 1], "int32"), between(-2, 2, 3, 2)],
    call: (x, indices, updates) => tf.tensorScatterNdUpdate(x!, indices!, updates!),
  },
  {
    covers: tf.tensorScatterNdAdd,
    operands: [between(-2, 2, 4, 2), given([3, 0, 3], [3, 1], "int32"), between(-2, 2, 3, 2)],
    call: (x, indices, updates) => tf.tensorScatterNdAdd(x!, indices!, updates!),
  },
  {
    covers: tf.booleanMask,
    operands: [between(-2, 2, 3, 2), given([1, 0, 1], [3], "bool")],
    call: (x, mask) => tf.booleanMask(x!, mask!),
    readsValues: true,
  },
  {
    covers: tf.booleanMask,
    operands: [MATRIX, given([0, 0, 0], [3], "bool")],
    call: (x, mask) => tf.booleanMask(x!, mask!, { axis: 1 }),
    readsValues: true,
  },
  {
    covers: tf.oneHot,
    operands: [given([1, 3, -1], [3], "int32"), SCALAR, SCALAR],
    call: (indices, onValue, offValue) =>
      tf.oneHot(indices!, 4, { onValue: onValue!, offValue: offValue!, axis: 0 }),
  },
  {
    covers: tf.where,
    operands: [given([1, 0], [2, 1], "bool"), MATRIX, SCALAR],
    call: (condition, a, b) => tf.where(condition!, a!, b!),
  },
  {
    covers: tf.random.shuffle,
    operands: [between(-2, 2, 5, 2)],
    call: (x) => tf.random.shuffle(x!, { seed: 3 }),
  },
  {
    covers: tf.random.uniform,
    operands: [SCALAR, between(3, 4)],
    call: (minval, maxval) =>
      tf.random.uniform([2, 3], {
        minval: minval!,
        maxval: maxval!,
        dtype: minval!.dtype === "float32" ? "float32" : "float64",
        seed: 4,
      }),
    drawsByDType: true,
  },
  ...[tf.random.normal, tf.random.truncatedNormal].map(
    (draw): Composite => ({
      covers: draw,
      operands: [SCALAR, between(0.5, 2)],
      call: (mean, stddev) =>
        draw([2, 3], {
          mean: mean!,
          stddev: stddev!,
          dtype: mean!.dtype === "float32" ? "float32" : "float64",
          seed: 5,
        }),
      drawsByDType: true,
    }),
  ),
];

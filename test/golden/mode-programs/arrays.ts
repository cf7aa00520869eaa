/** Shapes, joining, slicing, padding, diagonals, and elements picked or put by indices. */
import * as tf from "gradtape";
import { at, indices, type Programs, squared } from "./program.js";

const shapes: Programs = {
  broadcastTo: squared((x) => tf.multiply(tf.broadcastTo(x, [2, 2, 3]), [[1], [2]])),
  expandDims: squared((x) =>
    tf.multiply(tf.expandDims(x, 1), [
      [1, 2, 3],
      [-1, 1, 2],
    ]),
  ),
  reshape: squared((x) => tf.multiply(tf.reshape(x, [3, -1]), [1, -2])),
  squeeze: squared((x) => tf.squeeze(x, [0, 2])),
  tile: squared((x) => tf.multiply(tf.tile(x, [2, 2]), [1, 2, 3, 4])),
  transpose: squared((x) => tf.multiply(tf.transpose(x), [1, 2])),
  transposeCycle: squared((x) => tf.transpose(x, [2, 0, 1])),
  concat: squared((x, y) => tf.concat([x, y, x], 1)),
  concatRows: squared((x, y) => tf.concat([x, y], 0)),
  stack: squared((x, y) => tf.stack([x, y])),
  stackLast: squared((x, y) => tf.stack([x, y, x], -1)),
  unstack: (x) => tf.multiply(at(tf.unstack(x), 0), at(tf.unstack(x), 1)),
  unstackLast: (x) => {
    const [first, second, third] = tf.unstack(x, -1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return tf.multiply(tf.add(first, second), third);
  },
  split: (x) => {
    const [first, second] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor];
    return tf.multiply(first, tf.square(second));
  },
  splitSizes: (x) => {
    const [head, tail] = tf.split(x, [1, 3]) as [tf.Tensor, tf.Tensor];
    return tf.multiply(head, tf.square(tail));
  },
};

const slices: Programs = {
  at: (x) => tf.multiply(x.at(0, -1), x.at(1)),
  slice: squared((x) => tf.slice(x, [1, 0], [2, 2])),
  stridedSlice: squared((x) => tf.stridedSlice(x, [0, 0], [4, 3], [2, 2])),
  stridedSliceBack: squared((x) => tf.stridedSlice(x, [3, 2], [0, 0], [-2, -1])),
  overlaps: (x) => tf.multiply(tf.slice(x, [0], [3]), tf.slice(x, [1], [3])),
  reverse: (x) => tf.multiply(x, tf.reverse(x, [0, 1])),
  roll: (x) => tf.multiply(x, tf.roll(x, 2, 0)),
  rollBoth: (x) => tf.multiply(x, tf.roll(x, [1, -1], [0, 1])),
  pad: squared((x) =>
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  ),
  padWith: squared((x, y) =>
    tf.pad(
      x,
      [
        [1, 1],
        [0, 1],
      ],
      { constantValues: y },
    ),
  ),
  padReflect: squared((x) =>
    tf.pad(
      x,
      [
        [2, 1],
        [1, 2],
      ],
      { mode: "REFLECT" },
    ),
  ),
  padSymmetric: squared((x) =>
    tf.pad(
      x,
      [
        [2, 1],
        [0, 2],
      ],
      { mode: "SYMMETRIC" },
    ),
  ),
};

const diagonals: Programs = {
  bandPart: squared((x) => tf.linalg.bandPart(x, 1, 0)),
  diag: squared((x) => tf.linalg.diag(x)),
  diagAbove: squared((x) => tf.linalg.diag(x, { k: 1 })),
  diagPart: squared((x) => tf.linalg.diagPart(x)),
  setDiag: squared((x, y) => tf.linalg.setDiag(x, y)),
  trace: squared((x) => tf.linalg.trace(x)),
};

const indexing: Programs = {
  booleanMask: squared((x) => tf.booleanMask(x, [true, false, true])),
  gather: squared((x) => tf.gather(x, indices([2, 0, 2]))),
  gatherColumns: squared((x) =>
    tf.gather(
      x,
      indices([
        [1, 1],
        [0, 2],
      ]),
      { axis: 1 },
    ),
  ),
  gatherBatch: squared((x) =>
    tf.gather(
      x,
      indices([
        [2, 0],
        [1, 1],
      ]),
      { batchDims: 1 },
    ),
  ),
  gatherNd: squared((x) =>
    tf.gatherNd(
      x,
      indices([
        [0, 1],
        [1, 2],
        [0, 1],
      ]),
    ),
  ),
  oneHot: squared((x, y) => tf.oneHot(indices([1, 0, 3]), 3, { onValue: x, offValue: y })),
  scatterNd: squared((x) => tf.scatterNd(indices([[1], [3], [1]]), x, [4])),
  scatterAdd: squared((x, y) => tf.tensorScatterNdAdd(x, indices([[0], [2], [0]]), y)),
  scatterUpdate: squared((x, y) => tf.tensorScatterNdUpdate(x, indices([[2], [0]]), y)),
  fill: squared((x) => tf.multiply(tf.fill([3], x), [1, 2, 3])),
  linspace: squared((x, y) => tf.linspace(x, y, 4)),
};

export const arrays: Programs = { ...shapes, ...slices, ...diagonals, ...indexing };

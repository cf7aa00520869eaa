/** Steps that take and put elements by index, and parts of matrices. */

import * as tf from "gradtape";
import { sizeOf } from "../../src/core/shape.js";
import { type Draft, type Kind, kind } from "./kinds.js";
import { anyAxis, hasOneLargest, ofRank, shuffled } from "./values.js";

function indices(draft: Draft, count: number, length: number): number[] {
  return Array.from({ length: count }, () => draft.integer(0, length - 1));
}

const gather = kind<{ indices: number[] | number[][]; axis: number; batchDims: number }>({
  name: "gather",
  weight: 2,
  run: ({ operands: [x], attributes: { indices: at, axis, batchDims } }) =>
    tf.gather(x!, at, { axis, batchDims }),
  write: (draft) => {
    const x = draft.some(ofRank(1));
    if (x === undefined) return;
    const [rows, columns] = x.shape as readonly [number, number];
    if (x.shape.length === 2 && draft.chance(0.3)) {
      const perRow = Array.from({ length: rows }, () => indices(draft, 2, columns));
      draft.add("gather", [x], { indices: perRow, axis: 1, batchDims: 1 });
      return;
    }
    const axis = anyAxis(draft, x);
    const length = x.shape[axis]!;
    const count = draft.integer(1, 3);
    if ((sizeOf(x.shape) / length) * count > draft.limits.largestSize) return;
    draft.add("gather", [x], { indices: indices(draft, count, length), axis, batchDims: 0 });
  },
});

/** The slice of one value where another is largest. */
const gatherAtLargest = kind({
  name: "gatherAtLargest",
  run: ({ operands: [x, test], machine }) => {
    machine.demand((limits) => hasOneLargest(test!, [0], limits));
    return tf.gather(x!, tf.argmax(test!, { axis: 0 }));
  },
  write: (draft) => {
    const x = draft.some(({ shape }) => shape.length > 0 && shape[0]! > 1);
    const test =
      x &&
      draft.some(({ shape }) => shape.length === 1 && shape[0]! > 1 && shape[0]! <= x.shape[0]!);
    if (test !== undefined) draft.add("gatherAtLargest", [x!, test]);
  },
});

const gatherNd = kind<{ points: number[][] }>({
  name: "gatherNd",
  run: ({ operands: [x], attributes: { points } }) => tf.gatherNd(x!, points),
  write: (draft) => {
    const x = draft.some(ofRank(1));
    if (x === undefined) return;
    const depth = draft.integer(1, x.shape.length);
    const point = (): number[] =>
      x.shape.slice(0, depth).map((length) => draft.integer(0, length - 1));
    const count = draft.integer(1, 3);
    if (count * sizeOf(x.shape.slice(depth)) > draft.limits.largestSize) return;
    draft.add("gatherNd", [x], { points: Array.from({ length: count }, point) });
  },
});

interface Rows {
  readonly rows: number[];
}

function scattering(
  name: string,
  f: (x: tf.Tensor, indices: number[][], updates: tf.Tensor) => tf.Tensor,
  repeats: boolean,
): Kind {
  return kind<Rows>({
    name,
    run: ({ operands: [x, updates], attributes: { rows } }) =>
      f(
        x!,
        rows.map((row) => [row]),
        updates!,
      ),
    write: (draft) => {
      const x = draft.some(ofRank(1));
      if (x === undefined) return;
      const [length] = x.shape as readonly [number];
      const count = draft.integer(1, repeats ? 3 : length);
      const rows = repeats
        ? indices(draft, count, length)
        : shuffled(draft, length).slice(0, count);
      const taken = draft.add("gather", [x], { indices: rows, axis: 0, batchDims: 0 });
      const updates = taken && draft.add(draft.pick(["sin", "tanh", "negative"]), taken);
      if (updates !== undefined) draft.add(name, [x, updates[0]!], { rows });
    },
  });
}

const scatterNd = kind<Rows & { length: number }>({
  name: "scatterNd",
  run: ({ operands: [x], attributes: { rows, length } }) =>
    tf.scatterNd(
      rows.map((row) => [row]),
      x!,
      [length, ...x!.shape.slice(1)],
    ),
  write: (draft) => {
    const most = draft.limits.largestSize / 3;
    const x = draft.some(({ shape }) => shape.length > 0 && sizeOf(shape) <= most);
    if (x === undefined) return;
    const length = draft.integer(1, 3);
    draft.add("scatterNd", [x], { rows: indices(draft, x.shape[0]!, length), length });
  },
});

function matrices<A extends object>(
  name: string,
  f: (x: tf.Tensor, attributes: A) => tf.Tensor,
  attributes: (draft: Draft) => A,
): Kind {
  return kind<A>({
    name,
    weight: 0.5,
    run: ({ operands: [x], attributes: own }) => f(x!, own),
    write: (draft) => {
      const x = draft.some(ofRank(2));
      if (x !== undefined) draft.add(name, [x], attributes(draft));
    },
  });
}

export const indexKinds: readonly Kind[] = [
  gather,
  gatherAtLargest,
  gatherNd,
  scattering("scatterUpdate", tf.tensorScatterNdUpdate, false),
  scattering("scatterAdd", tf.tensorScatterNdAdd, true),
  scatterNd,
  matrices(
    "diagPart",
    (x) => tf.linalg.diagPart(x),
    () => ({}),
  ),
  matrices(
    "bandPart",
    (x, { lower, upper }: { lower: number; upper: number }) => tf.linalg.bandPart(x, lower, upper),
    (draft) => ({ lower: draft.integer(-1, 1), upper: draft.integer(-1, 1) }),
  ),
  kind({
    name: "diag",
    weight: 0.5,
    run: ({ operands: [x] }) => tf.linalg.diag(x!),
    write: (draft) => {
      const x = draft.some(({ shape }) => shape.length === 1 && shape[0]! <= 4);
      if (x !== undefined) draft.add("diag", [x]);
    },
  }),
];

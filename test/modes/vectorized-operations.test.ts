/** What runs inside of `vectorizedMap`, as each row by itself; random numbers differ from row to row without a seed. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { watching } from "../tape/tapes.js";
import { expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const rows = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);

/** The results of `f` for each row by itself, stacked. */
function mapped(f: (row: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.stack(tf.unstack(x).map(f));
}

describe("vectorizedMap: what runs inside", () => {
  const x = tf.random.normal([3, 4, 4], { seed: 3, dtype: "float64" });
  const w = tf.random.normal([4, 4], { seed: 4, dtype: "float64" });
  const filter = tf.random.normal([2, 2, 1, 3], { seed: 5, dtype: "float64" });
  const programs: readonly (readonly [string, (row: tf.Tensor) => tf.Tensor])[] = [
    ["products of the row with itself", (row) => tf.matmul(row, row, { transposeB: true })],
    [
      "products with a matrix from outside, on either side",
      (row) => tf.matmul(w, tf.matmul(row, w)),
    ],
    [
      "convolution and pooling",
      (row) =>
        tf.nn.maxPool2d(
          tf.nn.conv2d(row.reshape([1, 4, 4, 1]), filter, { strides: 1, padding: "SAME" }),
          { ksize: 2, strides: 2, padding: "VALID" },
        ),
    ],
    [
      "convolution of a fixed image with a filter from the row",
      (row) =>
        tf.nn.conv2d(x.reshape([1, 4, 4, 3]), row.slice([0, 0], [3, 4]).reshape([1, 1, 3, 4]), {
          strides: 1,
          padding: "VALID",
        }),
    ],
    ["gather with fixed indices", (row) => tf.gather(row, [3, 0, 0], { axis: 1 })],
    ["gather with indices from the row", (row) => tf.gather(w, tf.argmax(row, { axis: 1 }))],
    ["where", (row) => tf.where(row.greater(0), row, tf.exp(row))],
    [
      "reductions over all and some axes",
      (row) => tf.reduceMax(row, { axis: 0 }).sub(tf.reduceMean(row)),
    ],
    ["rows of the row by for…of", (row) => tf.addN([...row].map((part, index) => part.mul(index)))],
    [
      "at, slices and concatenation",
      (row) => tf.concat([row.at(-1), row.slice([0, 1], [1, 2]).reshape([2])], 0),
    ],
    [
      "cumulative sums, reversal and transposition",
      (row) => tf.cumsum(tf.transpose(tf.reverse(row, [0])), { axis: 1 }),
    ],
    ["einsum", (row) => tf.einsum("ij,jk,ik->i", row, w, row)],
    ["normalisation and softmax", (row) => tf.nn.softmax(row.div(tf.norm(row)))],
    [
      "a loop of the host",
      (row) => Array.from({ length: 3 }).reduce<tf.Tensor>((y) => tf.tanh(tf.matmul(y, w)), row),
    ],
  ];

  it.each(programs)("%s: as each row by itself", (_, f) => {
    expectClose(tf.vectorizedMap(f, x), mapped(f, x), 1e-12);
  });

  it("maps in maps, over the row and over something else", () => {
    const f = (matrix: tf.Tensor): tf.Tensor =>
      tf.vectorizedMap((row: tf.Tensor) => row.mul(tf.reduceSum(matrix)), matrix);
    expectClose(tf.vectorizedMap(f, x), mapped(f, x), 1e-12);
    const outer = (row: tf.Tensor): tf.Tensor =>
      tf.vectorizedMap((other: tf.Tensor) => tf.linalg.matvec(row, other), w);
    expectClose(tf.vectorizedMap(outer, x), mapped(outer, x), 1e-12);
    const three = (matrix: tf.Tensor): tf.Tensor =>
      tf.vectorizedMap(
        (row: tf.Tensor) =>
          tf.vectorizedMap((one: tf.Tensor) => one.mul(row).add(matrix.at(0)), row),
        matrix,
      );
    expectClose(tf.vectorizedMap(three, x), mapped(three, x), 1e-12);
  });

  it("a product table of two vectors by two maps", () => {
    const a = tf.constant([1, 2, 3]);
    const b = tf.constant([10, 20]);
    const table = tf.vectorizedMap(
      (one: tf.Tensor) => tf.vectorizedMap((other: tf.Tensor) => one.mul(other), b),
      a,
    );
    expect(table.toArray()).toEqual([
      [10, 20],
      [20, 40],
      [30, 60],
    ]);
  });

  it("values that are known outside can be read inside", () => {
    const power = tf.constant(2);
    const result = tf.vectorizedMap((row: tf.Tensor) => tf.pow(row, power.item()), rows);
    expect(result.toArray()).toEqual([
      [1, 4, 9],
      [16, 25, 36],
    ]);
  });

  it("shapes and dtypes of rows are known inside", () => {
    tf.vectorizedMap((row: tf.Tensor) => {
      expect([row.shape, row.dtype, row.rank, row.size]).toEqual([[3], "float32", 1, 3]);
      expect(String(row)).toContain("float32");
      return row;
    }, rows);
  });
});

const ROWS = tf.ones([4, 3]);

/** How many of the rows of a matrix are different. */
function distinctRows(x: tf.Tensor): number {
  return new Set(tf.unstack(x).map((row) => Array.from(row.data()).join())).size;
}

const DRAWS: readonly (readonly [string, (seed?: number) => tf.Tensor])[] = [
  ["uniform", (seed) => tf.random.uniform([5], seed === undefined ? {} : { seed })],
  ["normal", (seed) => tf.random.normal([5], seed === undefined ? {} : { seed })],
  ["truncatedNormal", (seed) => tf.random.truncatedNormal([5], seed === undefined ? {} : { seed })],
  [
    "integers",
    (seed) =>
      tf.random.uniform([9], {
        maxval: 1000,
        dtype: "int32",
        ...(seed === undefined ? {} : { seed }),
      }),
  ],
];

describe.each(DRAWS)("vectorizedMap: %s", (_, draw) => {
  it("differs from row to row, also where the row is not used", () => {
    tf.random.setSeed(1);
    const drawn = tf.vectorizedMap((__: tf.Tensor) => draw(), ROWS);
    expect(drawn.shape[0]).toBe(4);
    expect(distinctRows(drawn)).toBe(4);
  });

  it("repeats with setSeed, and goes on otherwise", () => {
    const all = (): unknown => tf.vectorizedMap((__: tf.Tensor) => draw(), ROWS).toArray();
    tf.random.setSeed(7);
    const first = all();
    const second = all();
    tf.random.setSeed(7);
    expect(all()).toEqual(first);
    expect(all()).toEqual(second);
    expect(second).not.toEqual(first);
    tf.random.setSeed(8);
    expect(all()).not.toEqual(first);
  });

  it("with a seed is the same in all rows, and the same as outside", () => {
    const drawn = tf.vectorizedMap((__: tf.Tensor) => draw(3), ROWS);
    const outside = draw(3);
    for (const row of tf.unstack(drawn)) expect(row.toArray()).toEqual(outside.toArray());
  });

  it("two draws in one row differ, and so do maps in maps", () => {
    tf.random.setSeed(2);
    const [a, b] = tf.vectorizedMap((__: tf.Tensor) => [draw(), draw()] as const, ROWS);
    expect(distinctRows(tf.concat([a, b], 0))).toBe(8);
    const nested = tf.vectorizedMap(
      (row: tf.Tensor) => tf.vectorizedMap((__: tf.Tensor) => draw(), row),
      ROWS,
    );
    expect(distinctRows(nested.reshape([12, -1]))).toBe(12);
  });

  it("what comes after the map does not repeat what is in it", () => {
    tf.random.setSeed(5);
    const drawn = tf.vectorizedMap((__: tf.Tensor) => draw(), ROWS);
    const after = draw();
    expect(distinctRows(tf.concat([drawn, after.reshape([1, -1])], 0))).toBe(5);
  });
});

describe("vectorizedMap: dropout", () => {
  it("leaves out other elements in every row, and passes gradients by the same mask", () => {
    tf.random.setSeed(3);
    const x = tf.ones([6, 40]);
    const tape = watching(x);
    const y = tf.vectorizedMap((row: tf.Tensor) => tf.nn.dropout(row, 0.5), x);
    expect(distinctRows(y)).toBe(6);
    expect(new Set(y.data())).toEqual(new Set([0, 2]));
    expect(tape.gradient(y, x).toArray()).toEqual(y.toArray());
  });

  it("a shuffle of each row keeps its elements", () => {
    tf.random.setSeed(4);
    const x = tf.reshape(tf.range(40, { dtype: "float32" }), [2, 20]);
    const shuffled = tf.vectorizedMap((row: tf.Tensor) => tf.random.shuffle(row), x);
    expect(tf.unstack(shuffled).map((row) => Array.from(row.data()).sort((a, b) => a - b))).toEqual(
      x.toArray(),
    );
    const [first, second] = tf.unstack(shuffled);
    expect(first!.toArray()).not.toEqual(second!.sub(20).toArray());
  });

  it("Jacobians of what was drawn do not draw again", () => {
    tf.random.setSeed(6);
    const x = tf.ones([10]);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const y = tf.nn.dropout(x, 0.5);
    const noisy = x.mul(tf.random.normal([10]));
    tape.stop();
    const before = tf.random.normal([3]).toArray();
    expect(tape.jacobian(y, x).toArray()).toEqual(tf.linalg.diag(y).toArray());
    expectClose(tape.jacobian(noisy, x), tf.linalg.diag(noisy));
    tf.random.setSeed(6);
    tf.nn.dropout(x, 0.5);
    tf.random.normal([10]);
    expect(tf.random.normal([3]).toArray()).toEqual(before);
  });
});

/** `vectorizedMap`: structures in and out, and bad input. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { untyped } from "../tape/tapes.js";
import { double, errorOf, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const rows = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);

/** The results of `f` for each row by itself, stacked. */
function mapped(f: (row: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.stack(tf.unstack(x).map(f));
}

describe("vectorizedMap: structures", () => {
  it("one tensor in, one out", () => {
    const result = tf.vectorizedMap((row: tf.Tensor) => tf.reduceSum(row.mul(row)), rows);
    expectTypeOf(result).toEqualTypeOf<tf.Tensor>();
    expect(result.toArray()).toEqual([14, 77]);
  });

  it("nests in and nests out", () => {
    const result = tf.vectorizedMap(
      ({ a, b }) => {
        expectTypeOf(a).toEqualTypeOf<tf.Tensor>();
        expectTypeOf(b).toEqualTypeOf<[tf.Tensor, tf.Tensor]>();
        expect(a.shape).toEqual([3]);
        expect(b[0].shape).toEqual([]);
        return { sum: a.mul(b[0]), list: [b[1], tf.reduceMax(a)] as const };
      },
      { a: rows, b: [tf.constant([10, 100]), tf.constant([[[1]], [[2]]])] } as const,
    );
    expectTypeOf(result).toEqualTypeOf<{ sum: tf.Tensor; list: [tf.Tensor, tf.Tensor] }>();
    expect(result.sum.toArray()).toEqual([
      [10, 20, 30],
      [400, 500, 600],
    ]);
    expect(result.list[0].toArray()).toEqual([[[1]], [[2]]]);
    expect(result.list[1].toArray()).toEqual([3, 6]);
  });

  it("the function is called once, whatever the number of rows", () => {
    let calls = 0;
    tf.vectorizedMap(
      (row: tf.Tensor) => {
        calls++;
        return row.mul(2);
      },
      tf.ones([50, 2]),
    );
    expect(calls).toBe(1);
  });

  it("a row that is returned as it is, and one twice", () => {
    const result = tf.vectorizedMap((row: tf.Tensor) => [row, row, row.mul(1)] as const, rows);
    for (const one of result) expect(one.toArray()).toEqual(rows.toArray());
  });

  it("results that do not depend on the row are repeated", () => {
    const outside = tf.constant([7, 8]);
    const v = new tf.Variable(5);
    const result = tf.vectorizedMap(
      (_: tf.Tensor) => [outside, tf.constant(3), tf.ones([2]).mul(2), v, v.mul(2)] as const,
      rows,
    );
    expectTypeOf(result).toEqualTypeOf<[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]>();
    expect(result.map((one) => one.toArray())).toEqual([
      [
        [7, 8],
        [7, 8],
      ],
      [3, 3],
      [
        [2, 2],
        [2, 2],
      ],
      [5, 5],
      [10, 10],
    ]);
  });

  it("integers, bools and float64 keep their dtypes", () => {
    const elems = {
      n: tf.constant([1, 2], { dtype: "int32" }),
      b: tf.constant([true, false]),
      d: double([[0.5], [1.5]]),
    };
    const result = tf.vectorizedMap(
      ({ n, b, d }) => ({ n: n.add(1), b: tf.logicalNot(b), d: d.mul(tf.cast(n, "float64")) }),
      elems,
    );
    expect(result.n.toArray()).toEqual([2, 3]);
    expect(result.b.toArray()).toEqual([0, 1]);
    expect(result.d.toArray()).toEqual([[0.5], [3]]);
    expect([result.n.dtype, result.b.dtype, result.d.dtype]).toEqual(["int32", "bool", "float64"]);
  });

  it("no rows give no rows, of the shapes that the function says", () => {
    const result = tf.vectorizedMap(
      (row: tf.Tensor) => [
        tf.reduceSum(row),
        tf.matmul(row.reshape([3, 1]), [[1, 2]]),
        tf.ones([4]),
      ],
      tf.zeros([0, 3]),
    );
    expect(result.map(({ shape }) => shape)).toEqual([[0], [0, 3, 2], [0, 4]]);
  });

  it("rows of no elements", () => {
    const result = tf.vectorizedMap((row: tf.Tensor) => [row, tf.reduceSum(row)], tf.zeros([3, 0]));
    expect(result[0]!.shape).toEqual([3, 0]);
    expect(result[1]!.toArray()).toEqual([0, 0, 0]);
  });

  it("one row, and many rows", () => {
    const f = (row: tf.Tensor): tf.Tensor => tf.nn.softmax(row);
    const one = tf.constant([[1, 2]]);
    expectClose(tf.vectorizedMap(f, one), mapped(f, one));
    const many = tf.random.normal([300, 2], { seed: 1 });
    expectClose(tf.vectorizedMap(f, many), tf.nn.softmax(many));
  });

  it("a variable as element is read", () => {
    const v = new tf.Variable([
      [1, 2],
      [3, 4],
    ]);
    const result = tf.vectorizedMap((row) => {
      expectTypeOf(row).toEqualTypeOf<tf.Tensor>();
      return tf.reduceSum(row);
    }, v);
    expect(result.toArray()).toEqual([3, 7]);
  });
});

describe("vectorizedMap: bad input", () => {
  const identity = (row: unknown): unknown => row;

  it("elements without rows, or with different numbers of them, are a ShapeError that names them", () => {
    expect(() => tf.vectorizedMap(() => rows, tf.constant(3))).toThrow(tf.ShapeError);
    expect(() => tf.vectorizedMap(() => rows, [rows, tf.constant(3)])).toThrow(
      /vectorizedMap: element 1 is a scalar/,
    );
    expect(() => tf.vectorizedMap(() => rows, [rows, tf.ones([3])])).toThrow(
      /element 0 has shape \[2, 3\] and element 1 \[3\]/,
    );
  });

  it("no tensors, other things and functions that are none are ArgumentErrors", () => {
    expect(() => untyped(tf.vectorizedMap, identity, [])).toThrow(/elems holds no tensor/);
    expect(() => untyped(tf.vectorizedMap, identity, [1, 2])).toThrow(tf.ArgumentError);
    expect(() => untyped(tf.vectorizedMap, identity, null)).toThrow(tf.ArgumentError);
    expect(() => untyped(tf.vectorizedMap, rows, rows)).toThrow(/f must be a function/);
    expect(() => untyped(tf.vectorizedMap, () => undefined, rows)).toThrow(/what f returns/);
    expect(() => untyped(tf.vectorizedMap, () => [rows, 3], rows)).toThrow(/what f returns\[1\]/);
  });

  it("errors of the function arrive unchanged, those of operations speak of the row's shape", () => {
    const failure = new RangeError("from the function");
    const caught = errorOf(() =>
      tf.vectorizedMap((): tf.Tensor => {
        throw failure;
      }, rows),
    );
    expect(caught).toBe(failure);
    expect(() => tf.vectorizedMap((row: tf.Tensor) => row.add([1, 2]), rows)).toThrow(
      /add: .*\[3\].*\[2\]/,
    );
    expect(tf.vectorizedMap((row: tf.Tensor) => row.mul(2), rows).shape).toEqual([2, 3]);
  });
});

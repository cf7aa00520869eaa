/** Compiled functions at the edges: tensors without elements, results that are not computed, integers and truth values. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectSame, expectSameValues } from "./comparing.js";

const DOUBLE = { dtype: "float64" } as const;

const zeros = (...shape: number[]): tf.Tensor => tf.zeros(shape, DOUBLE);
const counted = (...shape: number[]): tf.Tensor =>
  tf
    .cast(tf.range(shape.reduce((product, length) => product * length, 1)), "float64")
    .sub(2.5)
    .mul(0.7)
    .reshape(shape);
const int = (values: readonly number[]): tf.Tensor => tf.constant([...values], { dtype: "int32" });

function repeat(count: number, x: tf.Tensor): tf.Tensor {
  return tf.whileLoop(
    (n: tf.Tensor) => tf.less(n, count),
    (n: tf.Tensor, y: tf.Tensor) => [n.add(1), tf.sin(y).mul(x)],
    [int([0]).reshape([]), x],
  )[1] as tf.Tensor;
}

type Program = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

describe("no elements", () => {
  it.each<[string, Program, ...tf.Tensor[]]>([
    ["elementwise", (x) => tf.sin(x).mul(x).add(1), zeros(0)],
    ["rows without elements", (x) => tf.sin(x).mul(x.add(1)), zeros(3, 0)],
    ["running sums", (x) => [tf.cumsum(x), tf.cumsum(x, { axis: 1 })], zeros(0, 3)],
    ["products of nothing", (a, b) => tf.matmul(a, b), zeros(2, 0), zeros(0, 3)],
    ["products without rows", (a, b) => tf.matmul(a, b), zeros(0, 2), counted(2, 3)],
    ["no products", (a, b) => tf.matmul(a, b), zeros(0, 2, 2), zeros(0, 2, 3)],
    ["joins with something", (a, b) => tf.concat([a, b, a], 0), zeros(0, 3), counted(2, 3)],
    [
      "joins of nothing",
      (a, b) => [tf.concat([a, b], 0), tf.stack([a, b])],
      zeros(0, 3),
      zeros(0, 3),
    ],
    ["no indices", (x) => tf.gather(x, int([])), counted(3, 2)],
    ["no indices into nothing", (x) => tf.gather(x, int([])), zeros(0, 2)],
    [
      "no updates",
      (x) => tf.tensorScatterNdAdd(x, int([]).reshape([0, 1]), zeros(0, 2)),
      counted(3, 2),
    ],
    [
      "paddings around nothing",
      (x) =>
        tf.pad(
          x,
          [
            [1, 2],
            [0, 1],
          ],
          { mode: "CONSTANT", constantValues: 7 },
        ),
      zeros(0, 3),
    ],
    [
      "scans over nothing",
      (x, h) => tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s).add(e), x, { initializer: h }),
      zeros(0, 2),
      counted(2),
    ],
    ["maps over nothing", (x) => tf.mapFn((e: tf.Tensor) => tf.sin(e), x), zeros(0, 2)],
    [
      "scans of nothing",
      (x, h) => tf.scan((s: tf.Tensor, e: tf.Tensor) => s.add(e), x, { initializer: h }),
      zeros(3, 0),
      zeros(0),
    ],
    ["loops over nothing", (x) => repeat(3, x), zeros(0)],
    ["loops without iterations", (x) => repeat(0, x), counted(3)],
    [
      "conditions",
      (x) =>
        tf.cond(
          tf.greater(tf.reduceSum(x), 0),
          () => x.mul(2),
          () => x.mul(3),
        ),
      zeros(0),
    ],
  ])("%s", (_, f, ...inputs) => {
    expectSame(f, ...inputs);
  });

  it.each([
    [0, 3],
    [3, 0],
    [0, 0],
  ])("reductions of [%d, %d]", (...shape) => {
    for (const axis of [[0], [1], [0, 1]]) {
      expectSame((x) => [tf.reduceSum(x, { axis }), tf.reduceProd(x, { axis })], zeros(...shape));
      expectSameValues(
        (x) => [
          tf.reduceMax(x, { axis }),
          tf.reduceMin(x, { axis }),
          tf.reduceMean(x, { axis }),
          tf.reduceAny(tf.greater(x, 0), { axis }),
          tf.reduceAll(tf.greater(x, 0), { axis }),
        ],
        zeros(...shape),
      );
    }
  });
});

/** One element of a row over and over, not the first of its array. */
function columnOfRows(row: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.slice(tf.broadcastTo(row, [4, row.size]), [0, 3], [4, 1]), [4]);
}

describe("operands however they lie", () => {
  const base = counted(6, 8);
  it.each<[string, tf.Tensor]>([
    ["dense", base],
    ["transposed", tf.transpose(base)],
    ["reversed", tf.reverse(base, [0, 1])],
    ["a part", tf.slice(base, [2, 3], [3, 4])],
    ["a row", base.at(3)],
    ["a column", tf.slice(base, [0, 5], [6, 1])],
    ["with gaps", tf.stridedSlice(base, [5, 1], [-7, 8], [-2, 3])],
    ["one element everywhere", columnOfRows(base.at(2))],
    ["one row everywhere", tf.broadcastTo(base.at(2), [4, 8])],
    ["one element of an array", tf.slice(base, [3, 3], [1, 1])],
    ["a number", base.at(4).at(3)],
    ["an array of the caller", tf.constant(Float64Array.of(1, 2, 3, 4, 5).subarray(1, 4))],
  ])("%s", (_, x) => {
    expectSame((own) => [own.mul(2), tf.reduceSum(own), tf.reverse(own, [...own.shape.keys()])], x);
  });

  it("an array of the caller that changes between two calls", () => {
    const values = Float64Array.of(1, 2, 3);
    const f = tf.compile((x: tf.TensorLike) => tf.multiply(x, 2));
    const x = tf.constant(values);
    expect([f(values).toArray(), f(x).toArray()]).toEqual([
      [2, 4, 6],
      [2, 4, 6],
    ]);
    values[1] = 7;
    expect(f(values).toArray()).toEqual([2, 14, 6]);
    expect(f(x).toArray()).toEqual(x.mul(2).toArray());
  });
});

describe("results that are not computed", () => {
  it("operands, constants, views of operands, one value several times", () => {
    expectSame((x) => {
      const square = x.reshape([2, 2]);
      const sine = tf.sin(x);
      return [
        ...[x, x, tf.constant([1, 2], DOUBLE), square, tf.transpose(square), tf.reverse(x, 0)],
        ...[tf.slice(x, [1], [2]), tf.broadcastTo(tf.slice(x, [3], [1]), [3])],
        ...[sine, sine.reshape([4, 1]), tf.reverse(sine, 0), sine],
      ];
    }, counted(4));
  });

  it("nothing at all, and what depends on no operand", () => {
    expect(tf.compile(() => [])()).toEqual([]);
    expectSameValues(() => tf.sin(tf.constant([1, 2], DOUBLE)), counted(2));
    expectSameValues(() => tf.zeros([40, 50]).add(1), counted(2));
  });
});

describe("integers and truth values", () => {
  const wild = int(Array.from({ length: 70 }, (_, at) => Math.imul(at * 7919 + 1, 0x9e3779b1 | 0)));

  it.each([
    ["few", int([5, -7, 2 ** 31 - 1, -(2 ** 31), 0, 3, 9])],
    ["many", wild],
    ["rows", wild.reshape([10, 7])],
  ])("%s integers", (_, x) => {
    const last = x.rank - 1;
    expectSameValues(
      (own) => [
        ...[tf.math.floordiv(own, 3), tf.math.floormod(own, -3), own.mul(own), own.add(own)],
        ...[tf.abs(own), tf.sign(own), tf.maximum(own, 2), tf.minimum(own, 2), own.neg()],
        ...[tf.cast(own, "bool"), tf.cast(own, "float32"), tf.cast(own, "float64"), tf.square(own)],
        ...[tf.reduceSum(own), tf.reduceProd(own), tf.reduceMax(own, { axis: last })],
        ...[tf.reduceMin(own, { axis: 0 }), tf.cumsum(own, { axis: last }), tf.argmax(own)],
        ...[tf.equal(own, tf.reverse(own, 0)), tf.where(tf.greater(own, 0), own, 7)],
      ],
      x,
    );
  });

  it("truth values", () => {
    const x = tf.cast(int(Array.from({ length: 37 }, (_, at) => +(at % 3 === 1))), "bool");
    expectSameValues((own) => {
      const back = tf.reverse(own, 0);
      return [
        ...[tf.logicalAnd(own, back), tf.logicalOr(own, back), tf.notEqual(own, back)],
        ...[tf.logicalNot(own), tf.cast(own, "float64"), tf.cast(own, "int32")],
        ...[tf.reduceAny(own), tf.reduceAll(own), tf.where(own, 1, 2), tf.concat([own, back], 0)],
        ...[tf.equal(own, back), tf.gather(own, int([1, 36, 0])), tf.pad(own, [[1, 2]])],
      ];
    }, x);
  });

  it("carried by loops, and chosen by conditions", () => {
    expectSameValues(
      (x, flags) =>
        tf.whileLoop(
          (n: tf.Tensor, _: tf.Tensor, own: tf.Tensor) =>
            tf.logicalAnd(tf.less(n, 20), tf.reduceAny(own)),
          (n: tf.Tensor, sum: tf.Tensor, own: tf.Tensor) => [
            n.add(1),
            tf.cond(
              tf.equal(tf.math.floormod(n, 2), 0),
              () => sum.mul(3),
              () => sum.sub(n),
            ),
            tf.logicalAnd(own, tf.greater(sum, -(2 ** 30))),
          ],
          [int([0]).reshape([]), x, flags],
        ) as tf.Tensor[],
      int([1, -5, 7, 2, 3]),
      tf.constant([true, true, false, true, true]),
    );
  });

  it("NaN in reductions of any length", () => {
    for (const [length, place] of [
      [40, 37],
      [40, 0],
      [7, 6],
      [33, 32],
    ] as const) {
      const x = tf.constant(
        Array.from({ length }, (_, at) => (at === place ? NaN : at % 7)),
        DOUBLE,
      );
      expectSameValues(
        (own) => [
          ...[tf.reduceMax(own), tf.reduceMin(own), tf.reduceSum(own), tf.argmax(own)],
          ...[tf.argmin(own), tf.cumsum(own), tf.maximum(own, 3), tf.minimum(own, 3)],
        ],
        x,
      );
    }
  });
});

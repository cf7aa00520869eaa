/** `cond`, `scan` and `mapFn` inside of `vectorizedMap`: every row takes its own branch and carries its own state. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { double, gradient, integer, leavesNothingActive, type TensorFunction } from "./control.js";
import { expectRows, halvedAbove, inRows } from "./rows.js";

leavesNothingActive();

describe("vectorizedMap of cond", () => {
  const parts: TensorFunction = (x) =>
    tf.cond(
      tf.greater(x, 0),
      () => tf.sqrt(x).mul(x),
      () => x.mul(x).mul(3),
    );

  it("takes a branch for each row", () => {
    expectRows(parts, double([4, -2, 9, -1]));
  });

  it("lets nothing through of a branch that has no value in a row", () => {
    const f: TensorFunction = (x) =>
      tf.cond(
        tf.greater(x, 0),
        () => tf.math.log(x).add(tf.divide(1, x)),
        () => tf.exp(x.mul(-400)).mul(x),
      );
    expectRows(f, double([2, 0, 3, 700]));
  });

  it("with a condition that is the same for all rows runs one branch", () => {
    const flag = tf.greater(double(3), 2);
    const f: TensorFunction = (x) =>
      tf.cond(
        flag,
        () => tf.sin(x),
        () => tf.cos(x),
      );
    expectRows(f, double([1, 2]));
  });

  it("with a condition of one element and some axes", () => {
    const f: TensorFunction = (x) =>
      tf.cond(
        tf.greater(x, 0),
        () => tf.sin(x),
        () => x.mul(2),
      );
    expectRows(f, double([[1], [-2], [3]]));
  });

  it("lets rows that take the other branch read no entries outside", () => {
    const f: TensorFunction = (x, i) =>
      tf.cond(
        tf.less(i, 3),
        () => tf.gather(x, i),
        () => tf.reduceSum(x),
      );
    const x = double([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectRows(f, x, integer([1, 3]));
  });

  it("runs no loop for rows that take the other branch", () => {
    const f: TensorFunction = (x) =>
      tf.cond(
        tf.greater(x, 0),
        () =>
          tf.whileLoop(
            (v) => tf.less(v, 100),
            (v) => [v.mul(2)],
            [x],
            { maximumIterations: 20 },
          )[0],
        () => x,
      );
    expectRows(f, double([3, -1]));
  });
});

describe("vectorizedMap of scan and mapFn", () => {
  it("carries a state for each row", () => {
    const f: TensorFunction = (x, v) =>
      tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e)).add(s), x, {
        initializer: v,
        reverse: true,
      });
    const x = double([
      [1, 2, 3],
      [0.5, -1, 0.2],
    ]);
    expectRows(f, x, double([0.3, 0.8]));
  });

  it("where only the entries, or only the initializer, differ from row to row", () => {
    const shared = double([0.5, 0.9]);
    const entries: TensorFunction = (x) =>
      tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e)), x, { initializer: double(1) });
    const starts: TensorFunction = (v) =>
      tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e)), shared, { initializer: v });
    expectRows(
      entries,
      double([
        [1, 2],
        [3, 4],
      ]),
    );
    expectRows(starts, double([1, 2, 3]));
  });

  it("where nothing but what the step closes over differs from row to row", () => {
    const f: TensorFunction = (x) =>
      tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e).add(x)), double([0.5, 0.9]));
    expectRows(f, double([1, 2, 3]));
  });

  it("maps the entries of each row", () => {
    const f: TensorFunction = (x, w) => tf.mapFn((e: tf.Tensor) => tf.sin(e.mul(w)), x);
    expectRows(
      f,
      double([
        [1, 2],
        [3, 4],
      ]),
      double([0.5, 0.7]),
    );
  });

  it("in rows of rows", () => {
    const inner: TensorFunction = (x) => tf.reduceSum(inRows(halvedAbove, x, x.mul(0).add(0.5)));
    expectRows(
      inner,
      double([
        [1, 9],
        [5, 9.9],
        [0.1, 0.2],
      ]),
    );
  });
});

describe("vectorizedMap over no rows", () => {
  const none = tf.zeros([0, 2], { dtype: "float64" });

  it.each<[string, TensorFunction]>([
    [
      "a branch",
      (x) =>
        tf.cond(
          tf.greater(tf.reduceSum(x), 0),
          () => x.mul(2),
          () => tf.sin(x),
        ),
    ],
    [
      "a loop",
      (x) =>
        tf.whileLoop(
          (v) => tf.less(tf.reduceSum(v), 10),
          (v) => [v.add(1).mul(x)],
          [x],
        )[0],
    ],
    ["a scan", (x) => tf.scan((s: tf.Tensor, e: tf.Tensor) => s.mul(e), x, { checkpoint: 1 })],
    ["a map", (x) => tf.mapFn((e: tf.Tensor) => e.mul(e), x)],
  ])("of %s gives no rows, and a gradient without rows", (_, f) => {
    expect(inRows(f, none).shape).toEqual([0, 2]);
    expect(inRows(gradient(f), none).shape).toEqual([0, 2]);
    expect(gradient((x) => inRows(f, x))(none).shape).toEqual([0, 2]);
  });
});

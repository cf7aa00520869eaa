/** `whileLoop` inside of `vectorizedMap`: every row has its own number of iterations. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import {
  double,
  expectValues,
  integer,
  leavesNothingActive,
  type TensorFunction,
} from "./control.js";
import { byRow, expectRows, halvedAbove, inRows } from "./rows.js";

leavesNothingActive();

describe("vectorizedMap of whileLoop", () => {
  it("has as many iterations for each row as that needs, and none for some", () => {
    expectRows(halvedAbove, double([1, 9, 5, 9.9, 2]), double([0.5, 0.5, 2, 0.5, 3]));
  });

  it("where all rows are done before they begin", () => {
    expectRows(halvedAbove, double([1, 2]), double([3, 3]));
  });

  it("where only a bound differs from row to row", () => {
    const f: TensorFunction = (bound) =>
      tf.whileLoop(
        (v) => tf.less(v, bound),
        (v) => [v.mul(2).add(bound)],
        [double(1)],
      )[0];
    expectRows(f, double([0, 3, 30, 5]));
  });

  it("where a counter is per row and other variables are tensors", () => {
    const f: TensorFunction = (x, limit) => {
      const [count, v] = tf.whileLoop(
        (i) => tf.less(i, limit),
        (i, own) => [i.add(1), tf.sin(own).mul(x).add(tf.reduceSum(own))],
        [integer(0), x],
      );
      return v.mul(tf.cast(count, "float64"));
    };
    const x = double([
      [1, 2],
      [0.5, -1],
      [0.3, 0.7],
    ]);
    expectRows(f, x, integer([2, 0, 4]));
  });

  it("where the number of iterations is the same for all, it is one loop without masks", () => {
    const f: TensorFunction = (x) =>
      tf.whileLoop(
        (i) => tf.less(i, 3),
        (i, v) => [i.add(1), tf.sin(v).mul(x)],
        [integer(0), x],
      )[1];
    expectRows(f, double([1, 2, 3]));
    const graph = tf.graph.trace((xs: tf.Tensor) => inRows(f, xs), [double([1, 2, 3])]);
    expect(tf.graph.print(graph)).not.toContain("where");
  });

  it("where a variable becomes different from row to row only after some iterations", () => {
    const f: TensorFunction = (x) => {
      const [, , c] = tf.whileLoop(
        (a) => tf.less(a, 40),
        (a, b, c) => [a.add(1).add(b), b.add(c), x],
        [double(0), double(0), double(0)],
      );
      return c;
    };
    expectRows(f, double([1, 2, 7]));
    const level: TensorFunction = (x) =>
      tf.whileLoop(
        (a) => tf.less(a, 40),
        (a, b, c) => [a.add(1).add(b), b.add(c), x],
        [double(0), double(0), double(0)],
      )[0];
    expectRows(level, double([1, 2, 7]));
  });

  it("leaves rows that are done alone, also where the body has no value there", () => {
    const roots: TensorFunction = (x) =>
      tf.whileLoop(
        (v) => tf.greater(v, 1),
        (v) => [tf.sqrt(v.sub(1)).mul(x)],
        [x],
      )[0];
    expectRows(roots, double([0.5, 1.7, -3, 1.2]));
    const powers: TensorFunction = (x) =>
      tf.whileLoop(
        (v) => tf.less(v, 1),
        (v) => [tf.exp(v)],
        [x],
      )[0];
    expectRows(powers, double([1000, -3, 0.5]));
    const inverses: TensorFunction = (x) =>
      tf.whileLoop(
        (v) => tf.greater(v, 0.5),
        (v) => [tf.divide(0.3, v)],
        [x],
      )[0];
    expectRows(inverses, double([0, 2, 0.7]));
  });

  it("lets rows that are done read no entries outside", () => {
    const f: TensorFunction = (x, first) =>
      tf.whileLoop(
        (i) => tf.less(i, 3),
        (i, sum) => [i.add(1), sum.add(tf.square(tf.gather(x, i)))],
        [first, double(0)],
      )[1];
    const x = double([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectRows(f, x, integer([0, 2]));
  });

  it("runs no loop for rows that are done, in which another row's variables meet what they close over", () => {
    const f: TensorFunction = (x, bound, count) =>
      tf.whileLoop(
        (i) => tf.less(i, count),
        (i, v) => {
          const [doubled] = tf.whileLoop(
            (u) => tf.less(u, bound),
            (u) => [u.mul(2)],
            [v],
            { maximumIterations: 20 },
          );
          return [i.add(1), doubled];
        },
        [integer(0), x],
      )[1];
    expectRows(f, double([1, -1]), double([100, -5]), integer([1, 3]));
  });

  it("gives what it closes over the gradients of all rows", () => {
    const w = new tf.Variable(double(0.5));
    const c = double(1.1);
    const f: TensorFunction = (x) =>
      tf.whileLoop(
        (v) => tf.greater(v, 0.3),
        (v) => [v.mul(w).mul(c)],
        [x],
      )[0];
    const x = double([2, 0.1, 1]);
    const gradients = (program: () => tf.Tensor): tf.Tensor[] => {
      const tape = new tf.GradientTape();
      tape.watch(c);
      const found = tape.gradient(program(), [w, c]);
      return found;
    };
    const expected = gradients(() => byRow(f, x));
    const found = gradients(() => inRows(f, x));
    found.forEach((one, index) => void expectValues(one, expected[index]!));
  });

  it("counts iterations up to the maximum in the row that needs most", () => {
    const within = (maximumIterations: number): tf.Tensor =>
      inRows(
        (x) =>
          tf.whileLoop(
            (v) => tf.less(v, 8),
            (v) => [v.mul(2)],
            [x],
            { maximumIterations },
          )[0],
        double([9, 1, 4]),
      );
    expectValues(within(3), [9, 8, 8]);
    expect(() => within(2)).toThrow(tf.LoopError);
  });
});

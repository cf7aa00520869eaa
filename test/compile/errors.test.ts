/** Errors of compiled functions: of indices that are data, of shapes while they are traced, of recursion and of memory. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { randomWeights, tensorFrom } from "../harness/operands.js";

const int = (values: readonly number[], ...shape: number[]): tf.Tensor =>
  tensorFrom(values, "int32", shape);

const table = tensorFrom(randomWeights(21, "table"), "float32", [7, 3]);

type OfIndices = (indices: tf.Tensor) => tf.Tensor | readonly tf.Tensor[];

function errorOf(f: () => unknown): Error {
  try {
    f();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
}

/** Expects the error of the function itself, twice, with right values before and after. */
function expectSameError(f: OfIndices, right: tf.Tensor, wrong: tf.Tensor): void {
  const results = (g: OfIndices): unknown =>
    [g(right)].flat().map((one: tf.Tensor) => one.toArray());
  const expected = results(f);
  const compiled = tf.compile(f);
  expect(results(compiled)).toEqual(expected);
  const error = errorOf(() => f(wrong));
  expect(error).toBeInstanceOf(tf.IndexError);
  for (let time = 0; time < 2; time++) {
    const found = errorOf(() => compiled(wrong));
    expect(found).toBeInstanceOf(tf.IndexError);
    expect(found.message).toBe(error.message);
    expect(results(compiled)).toEqual(expected);
  }
}

describe("indices out of range", () => {
  it.each<[string, OfIndices]>([
    ["gather", (at) => tf.gather(table, at)],
    ["gather along another axis", (at) => tf.gather(tf.transpose(table), at, { axis: 1 })],
    ["gather among other operations", (at) => tf.sin(tf.gather(table.mul(2), at)).add(1)],
    ["gather by computed indices", (at) => tf.gather(table, at.mul(2).sub(at))],
    ["gatherNd", (at) => tf.gatherNd(table, at.reshape([4, 1]))],
    [
      "tensorScatterNdUpdate",
      (at) => tf.tensorScatterNdUpdate(table, at.reshape([4, 1]), tf.ones([4, 3])),
    ],
    [
      "tensorScatterNdAdd",
      (at) => tf.tensorScatterNdAdd(table, at.reshape([4, 1]), tf.ones([4, 3])),
    ],
    ["scatterNd", (at) => tf.scatterNd(at.reshape([4, 1]), tf.ones([4, 3]), [7, 3])],
    ["gradients", (at) => tf.grad((x: tf.Tensor) => tf.reduceSum(tf.gather(x, at).pow(2)))(table)],
  ])("%s", (_, f) => {
    const right = int([0, 6, 3, 3], 4);
    for (const wrong of [7, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      for (let place = 0; place < 4; place++) {
        const indices = [0, 6, 3, 2];
        indices[place] = wrong;
        if (Math.abs(wrong) < 100 || place === 2) expectSameError(f, right, int(indices, 4));
      }
    }
  });

  it.each<[string, OfIndices]>([
    ["mapFn", (at) => tf.mapFn((one: tf.Tensor) => tf.gather(table, one), at)],
    [
      "whileLoop",
      (at) =>
        (
          tf.whileLoop(
            (n: tf.Tensor) => tf.less(n, 4),
            (n: tf.Tensor, sum: tf.Tensor) => [
              n.add(1),
              sum.add(tf.gather(table, tf.gather(at, n))),
            ],
            [int([0]).reshape([]), tf.zeros([3])],
          ) as tf.Tensor[]
        )[1]!,
    ],
    [
      "a condition",
      (at) =>
        tf.cond(
          tf.greater(tf.reduceSum(at), -(2 ** 30)),
          () => tf.gather(table, at),
          () => tf.gather(table, at.mul(1)).mul(2),
        ),
    ],
  ])("inside of %s", (_, f) => {
    expectSameError(f, int([0, 6, 3, 3], 4), int([0, 6, 3, 7], 4));
    expectSameError(f, int([0, 6, 3, 3], 4), int([-1, 6, 3, 5], 4));
  });

  it("among many indices, at any place", () => {
    const f: OfIndices = (at) => tf.gather(table, at);
    const right = Array.from({ length: 37 }, (_, place) => place % 7);
    for (const place of [0, 3, 4, 15, 16, 31, 35, 36]) {
      const wrong = [...right];
      wrong[place] = 7 + place;
      expectSameError(f, int(right, 37), int(wrong, 37));
    }
  });
});

describe("other errors of values", () => {
  const zero = int([3, 0], 2);
  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ["floordiv", (x) => tf.math.floordiv(zero, x)],
    ["floormod", (x) => tf.math.floormod(zero, x)],
    ["pow", (x) => tf.pow(x, x.sub(1))],
    ["checkNumerics", (x) => tf.debugging.checkNumerics(tf.math.log(tf.cast(x, "float64")), "it")],
  ])("%s", (_, f) => {
    const compiled = tf.compile(f);
    const right = int([1, 2], 2);
    const expected = f(right).toArray();
    expect(compiled(right).toArray()).toEqual(expected);
    const error = errorOf(() => f(zero));
    const found = errorOf(() => compiled(zero));
    expect([found.name, found.message]).toEqual([error.name, error.message]);
    expect(compiled(right).toArray()).toEqual(expected);
  });
});

describe("while a function is traced", () => {
  it("errors of shapes and dtypes come from the line of the user", () => {
    const inner = (x: tf.Tensor): tf.Tensor => tf.matmul(x, x);
    const f = tf.compile((x: tf.Tensor) => inner(tf.sin(x)));
    const error = errorOf(() => f(tf.zeros([2, 3])));
    expect(error).toBeInstanceOf(tf.ShapeError);
    expect(error.stack).toMatch(/inner.*errors\.test\.ts:\d+/);
    const g = tf.compile((x: tf.Tensor) => tf.logicalAnd(x, x));
    expect(errorOf(() => g(tf.zeros([2]))).stack).toMatch(/errors\.test\.ts:\d+/);
    expect(f(tf.zeros([3, 3])).shape).toEqual([3, 3]);
  });

  it("recursion without end names the bound, and the function goes on", () => {
    let isEndless = true;
    const f: (x: tf.Tensor) => tf.Tensor = tf.compile((x: tf.Tensor) =>
      isEndless ? f(x).add(1) : x.mul(2),
    );
    const growing: (x: tf.Tensor) => tf.Tensor = tf.compile((x: tf.Tensor) =>
      growing(tf.concat([x, x.add(1)], 0)),
    );
    for (const one of [f, growing]) {
      const error = errorOf(() => one(tf.ones([1])));
      expect(error).toBeInstanceOf(tf.TraceError);
      expect(error.message).toMatch(/calls itself while it is traced, more than 50 deep/);
    }
    isEndless = false;
    expect(f(tf.ones([1])).toArray()).toEqual([2]);
  });

  it("recursion by a static value is followed to its end", () => {
    const power: (x: tf.Tensor, n: number) => tf.Tensor = tf.compile((x: tf.Tensor, n: number) =>
      n === 0 ? tf.onesLike(x) : power(x, n - 1).mul(x),
    );
    expect(power(tf.constant([2, 3]), 10).toArray()).toEqual([1024, 59049]);
  });

  it("a function that has no end names the bound", () => {
    const f = tf.compile((x: tf.Tensor) => {
      let y = x;
      while (y.rank < 2) y = tf.sin(y);
      return y;
    });
    const error = errorOf(() => f(tf.ones([2])));
    expect(error).toBeInstanceOf(tf.TraceError);
    expect(error.message).toMatch(/more than 1000000 operations/);
  });
});

describe("memory beyond 4 GiB", () => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ["of a result", (x) => tf.matmul(x, tf.transpose(x))],
    ["of a value on the way", (x) => tf.reduceSum(tf.matmul(x, tf.transpose(x)))],
    [
      "of what a gradient needs",
      tf.grad((x) => tf.reduceSum(tf.square(tf.matmul(x, tf.transpose(x))))),
    ],
  ])("%s is an error before it is tried", (_, f) => {
    const compiled = tf.compile(f);
    const before = process.memoryUsage().rss;
    const error = errorOf(() => compiled(tf.ones([40_000, 1])));
    expect(error).toBeInstanceOf(tf.AllocationError);
    expect(error.message).toMatch(/\d{10} bytes.*4 GiB/);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    expect(compiled(tf.ones([2, 1])).shape).toEqual(f(tf.ones([2, 1])).shape);
  });
});

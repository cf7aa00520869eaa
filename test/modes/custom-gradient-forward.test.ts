/** `customGradient` in forward mode and in Jacobians: with a forward rule, and by transposing the pullback. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

/** The square, with 10 times the right pullback, and 100 times the right pushforward. */
const marked = tf.customGradient((x: tf.Tensor) => [
  x.mul(x),
  (cotangent) => cotangent.mul(x).mul(20),
  (tangent: tf.Tensor) => tangent.mul(x).mul(200),
]);

/** The same without a forward rule. */
const unmarked = tf.customGradient((x: tf.Tensor) => [
  x.mul(x),
  (cotangent) => cotangent.mul(x).mul(20),
]);

describe("rule 32: forward mode with a rule of its own", () => {
  const x = tf.constant([1, 2]);

  it("rule 32: the third part is used in forward mode, and the second in reverse mode", () => {
    expect(tf.jvp(marked, [x], [[1, 1]])[1].toArray()).toEqual([200, 400]);
    expect(tf.vjp(marked, x)[1]()[0].toArray()).toEqual([20, 40]);
    using accumulator = new tf.ForwardAccumulator(x, [1, 0]);
    expect(accumulator.jvp(marked(x)).toArray()).toEqual([200, 0]);
    expect(accumulator.jvp(marked(x).mul(2)).toArray()).toEqual([400, 0]);
  });

  it("rule 32: Jacobians use the rule of their mode, and auto the one with fewer elements", () => {
    expect(tf.jacobian(marked, { mode: "forward" })(x).at(1).toArray()).toEqual([0, 400]);
    expect(tf.jacobian(marked, { mode: "reverse" })(x).at(1).toArray()).toEqual([0, 40]);
    const toMany = (own: tf.Tensor): tf.Tensor => marked(own).mul([1, 1, 1]);
    expect(tf.jacobian(toMany)(tf.constant(2)).toArray()).toEqual([400, 400, 400]);
    const toOne = (own: tf.Tensor): tf.Tensor => tf.reduceSum(marked(own));
    expect(tf.jacobian(toOne)(x).toArray()).toEqual([20, 40]);
  });

  it("rule 32: several arguments and results, with zeros where a tangent is missing", () => {
    const seen: unknown[] = [];
    const f = tf.customGradient((a: tf.Tensor, { b }: { b: tf.Tensor }) => [
      { sum: a.add(b), product: a.mul(b) },
      () => [null, null],
      (da: tf.Tensor, { b: db }: { b: tf.Tensor }) => {
        seen.push([da.toArray(), db.toArray()]);
        return { sum: da.sub(db), product: da.mul(100).add(db) };
      },
    ]);
    const [, tangent] = tf.jvp((a: tf.Tensor) => f(a, { b: double([3]) }), [double([2])], [[5]]);
    expect(seen).toEqual([[[5], [0]]]);
    expect(tangent.sum.toArray()).toEqual([5]);
    expect(tangent.product.toArray()).toEqual([500]);
    const [, both] = tf.jvp(
      (a: tf.Tensor, b: tf.Tensor) => f(a, { b }),
      [double([2]), double([3])],
      [[1], [2]],
    );
    expect([both.sum.toArray(), both.product.toArray()]).toEqual([[-1], [102]]);
  });

  it("rule 32: static arguments are given as they are", () => {
    const scaled = tf.customGradient((x: tf.Tensor, factor: number) => [
      x.mul(factor),
      (cotangent) => [cotangent.mul(factor), null],
      (tangent: tf.Tensor, same: number) => tangent.mul(same * 10),
    ]);
    const [, tangent] = tf.jvp((own: tf.Tensor) => scaled(own, 3), [tf.constant(1)], [2]);
    expect(tangent.item()).toBe(60);
  });

  it("rule 32: what it closes over is differentiable: forward over forward, reverse over forward", () => {
    const cube = tf.customGradient((x: tf.Tensor) => [
      x.mul(x).mul(x),
      (cotangent) => cotangent.mul(x).mul(x).mul(3),
      (tangent: tf.Tensor) => tangent.mul(x).mul(x).mul(3),
    ]);
    const x = double(2);
    const forward = (own: tf.Tensor): tf.Tensor => tf.jvp(cube, [own], [1])[1];
    expect(tf.jvp(forward, [x], [1])[1].item()).toBe(12);
    expect(tf.grad(forward)(x).item()).toBe(12);
    expect(tf.jvp(tf.grad(cube), [x], [1])[1].item()).toBe(12);
    expect(tf.hessian(cube)(x).item()).toBe(12);
    expect(tf.hvp(cube, [x], [5])[0].item()).toBe(60);
  });
});

describe("rule 32: forward mode by transposing", () => {
  it("rule 32: the pushforward follows from the given pullback, not from what f does", () => {
    const x = tf.constant([1, 2]);
    expect(tf.jvp(unmarked, [x], [[1, 10]])[1].toArray()).toEqual([20, 400]);
    using accumulator = new tf.ForwardAccumulator(x, [1, 0]);
    expect(accumulator.jvp(unmarked(x)).toArray()).toEqual([20, 0]);
    const forward = tf.jacobian(unmarked, { mode: "forward" })(x);
    expect(forward.toArray()).toEqual(tf.jacobian(unmarked, { mode: "reverse" })(x).toArray());
  });

  it("rule 32: matrices that are not symmetric are transposed", () => {
    const m = double([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const f = tf.customGradient((x: tf.Tensor) => [
      tf.linalg.matvec(m, x),
      (cotangent) => tf.linalg.matvec(m, cotangent, { transposeA: true }),
    ]);
    expect(tf.jvp(f, [double([1, 1, 1])], [[1, 10, 100]])[1].toArray()).toEqual([321, 654]);
    expect(
      tf
        .jacobian(f, { mode: "forward" })(double([1, 1, 1]))
        .toArray(),
    ).toEqual(m.toArray());
  });

  it("rule 32: several arguments and results of different shapes and dtypes, null and integers among them", () => {
    const f = tf.customGradient((a: tf.Tensor, b: tf.Tensor, index: tf.Tensor) => [
      {
        gathered: tf.gather(a, index).mul(b),
        index: tf.identity(index),
        single: tf.cast(b, "float32"),
      },
      (cotangent) => [
        tf.oneHot(index, 3, { dtype: "float64" }).mul(cotangent.gathered).mul(b),
        tf.cast(cotangent.single, "float64"),
        null,
      ],
    ]);
    const index = tf.constant(2, { dtype: "int32" });
    const [value, tangent] = tf.jvp(
      (a: tf.Tensor, b: tf.Tensor) => f(a, b, index),
      [double([1, 2, 3]), double(5)],
      [[1, 10, 100], 7],
    );
    expect(value.gathered.item()).toBe(15);
    expect(tangent.gathered.item()).toBe(500);
    expect(tangent.single.item()).toBe(7);
    expect(tangent.single.dtype).toBe("float32");
    expect(tangent.index.item()).toBe(0);
  });

  it("rule 32: higher orders: log1pexp by every mix of modes", () => {
    const log1pexp = tf.customGradient((x: tf.Tensor) => {
      const e = tf.exp(x);
      return [
        tf.math.log(e.add(1)),
        (cotangent) => cotangent.mul(tf.subtract(1, tf.divide(1, e.add(1)))),
      ];
    });
    const s = 1 / (1 + Math.exp(-0.5));
    const forward = (f: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.jvp(f, [x], [1])[1];
    const x = double(0.5);
    for (const f of [
      forward(tf.grad(log1pexp)),
      tf.grad(forward(log1pexp)),
      forward(forward(log1pexp)),
    ]) {
      expectClose(f(x), s * (1 - s), 1e-12);
    }
    expectClose(forward(forward(forward(log1pexp)))(x), s * (1 - s) * (1 - 2 * s), 1e-12);
  });

  it("rule 32: variables that f reads have their share", () => {
    const w = new tf.Variable(3);
    const f = tf.customGradient((x: tf.Tensor) => [
      x.mul(w),
      (cotangent) => ({ inputs: cotangent.mul(100), variables: [cotangent.mul(1000)] }),
    ]);
    const x = tf.constant(2);
    using accumulator = new tf.ForwardAccumulator([x, w], [1, 2]);
    expect(accumulator.jvp(f(x)).item()).toBe(2100);
  });

  it("rule 32: the function itself is not run again", () => {
    let runs = 0;
    const f = tf.customGradient((x: tf.Tensor) => {
      runs++;
      return [x.mul(2), (cotangent) => cotangent.mul(2)];
    });
    tf.jvp(f, [tf.constant([1])], [[1]]);
    expect(runs).toBe(1);
  });
});

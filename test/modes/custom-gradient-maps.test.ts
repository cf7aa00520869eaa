/** `customGradient` inside of maps and recomputation, where its rules are traced. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items } from "../tape/tapes.js";
import { leavesNothingActive } from "./modes.js";

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

describe("rule 32: inside of maps and recomputation", () => {
  const x = tf.constant([
    [1, 2],
    [3, 4],
  ]);

  it.each([
    ["with a forward rule", marked, 20, 200],
    ["without one", unmarked, 20, 20],
  ] as const)("rule 32: %s, through a map and inside of one", (_, f, back, forth) => {
    const map = (own: tf.Tensor): tf.Tensor => tf.vectorizedMap((row: tf.Tensor) => f(row), own);
    expect(map(x).toArray()).toEqual(x.mul(x).toArray());
    const sum = (own: tf.Tensor): tf.Tensor => tf.reduceSum(map(own));
    expect(tf.grad(sum)(x).toArray()).toEqual(x.mul(back).toArray());
    expect(tf.jvp(map, [x], [tf.onesLike(x)])[1].toArray()).toEqual(x.mul(forth).toArray());
    const inside = (g: (row: tf.Tensor) => tf.Tensor): unknown => tf.vectorizedMap(g, x).toArray();
    expect(inside(tf.grad((row: tf.Tensor) => tf.reduceSum(f(row))))).toEqual(
      x.mul(back).toArray(),
    );
    expect(inside((row) => tf.jvp(f, [row], [[1, 1]])[1])).toEqual(x.mul(forth).toArray());
    // The second derivative is that of the pullback.
    expect(tf.hessian(sum)(x).at(0, 0, 0, 0).item()).toBe(back);
  });

  it("rule 32: in a map in a map", () => {
    const twice = (own: tf.Tensor): tf.Tensor =>
      tf.vectorizedMap(
        (row: tf.Tensor) => tf.vectorizedMap((one: tf.Tensor) => unmarked(one), row),
        own,
      );
    expect(
      tf
        .grad((own: tf.Tensor) => tf.reduceSum(twice(own)))(x)
        .toArray(),
    ).toEqual(x.mul(20).toArray());
  });

  it("rule 32: rows of closures: what the rule closes over differs from row to row", () => {
    const scales = tf.constant([10, 100]);
    const f = (row: tf.Tensor, scale: tf.Tensor): tf.Tensor =>
      tf.customGradient((own: tf.Tensor) => [
        own.mul(scale),
        (cotangent) => cotangent.mul(scale).mul(2),
      ])(row);
    const sum = (own: tf.Tensor): tf.Tensor =>
      tf.reduceSum(tf.vectorizedMap(([row, scale]) => f(row, scale), [own, scales] as const));
    expect(tf.grad(sum)(x).toArray()).toEqual([
      [20, 20],
      [200, 200],
    ]);
  });

  it("rule 32: variables in a map", () => {
    const w = new tf.Variable(3);
    const f = tf.customGradient((row: tf.Tensor) => [
      row.mul(w),
      (cotangent) => ({ inputs: cotangent.mul(7), variables: [tf.reduceSum(cotangent)] }),
    ]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.vectorizedMap((row: tf.Tensor) => f(row), x);
    const found = tape.gradient(y, { x, w });
    expect(found.x.toArray()).toEqual(tf.fill([2, 2], 7).toArray());
    expect(found.w.item()).toBe(4);
  });

  it("rule 32: inside recomputeGrad", () => {
    const f = tf.recomputeGrad((own: tf.Tensor) => tf.reduceSum(marked(own).mul(own)));
    const v = tf.constant([2, 3]);
    // x²·1 + x·20x, and x²·1 + x·200x
    expect(tf.grad(f)(v).toArray()).toEqual([84, 189]);
    expect(items(tf.jvp(f, [v], [[1, 0]]))).toEqual([35, 804]);
  });
});

/** Methods do what the functions of the same meaning do. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const a = tf.constant([
  [1, -2],
  [3, 4],
]);
const b = tf.constant([
  [2, 2],
  [0.5, -1],
]);

const pairs: readonly (readonly [string, tf.Tensor, tf.Tensor])[] = [
  ["add", a.add(b), tf.add(a, b)],
  ["sub", a.sub(b), tf.subtract(a, b)],
  ["mul", a.mul(b), tf.multiply(a, b)],
  ["div", a.div(b), tf.divide(a, b)],
  ["pow", a.pow(2), tf.pow(a, 2)],
  ["neg", a.neg(), tf.negative(a)],
  ["matmul", a.matmul(b, { transposeB: true }), tf.matmul(a, b, { transposeB: true })],
  ["abs", a.abs(), tf.abs(a)],
  ["square", a.square(), tf.square(a)],
  ["sqrt", a.square().sqrt(), tf.sqrt(tf.square(a))],
  ["exp", a.exp(), tf.exp(a)],
  ["log", a.abs().log(), tf.math.log(tf.abs(a))],
  ["equal", a.equal(b), tf.equal(a, b)],
  ["notEqual", a.notEqual(b), tf.notEqual(a, b)],
  ["greater", a.greater(b), tf.greater(a, b)],
  ["greaterEqual", a.greaterEqual(b), tf.greaterEqual(a, b)],
  ["less", a.less(b), tf.less(a, b)],
  ["lessEqual", a.lessEqual(b), tf.lessEqual(a, b)],
  ["sum", a.sum({ axis: 1, keepdims: true }), tf.reduceSum(a, { axis: 1, keepdims: true })],
  ["mean", a.mean({ axis: 0 }), tf.reduceMean(a, { axis: 0 })],
  ["max", a.max(), tf.reduceMax(a)],
  ["min", a.min({ axis: -1 }), tf.reduceMin(a, { axis: -1 })],
  ["reshape", a.reshape([-1]), tf.reshape(a, [-1])],
  ["transpose", a.transpose([1, 0]), tf.transpose(a, [1, 0])],
  ["cast", a.cast("int32"), tf.cast(a, "int32")],
  ["slice", a.slice([0, 1], [2, 1]), tf.slice(a, [0, 1], [2, 1])],
];

describe("methods", () => {
  for (const [name, actual, expected] of pairs) {
    it(name, () => {
      expect(actual.dtype).toBe(expected.dtype);
      expect(actual.toArray()).toEqual(expected.toArray());
    });
  }

  it("do not show up when the properties of a tensor are listed", () => {
    const listed: string[] = [];
    for (const key in a) listed.push(key);
    expect(listed).not.toContain("add");
  });
});

describe("at", () => {
  it("takes indices from both ends and leaves their axes out", () => {
    expect(a.at(1).toArray()).toEqual([3, 4]);
    expect(a.at(-1, -2).item()).toBe(3);
    expect(a.at(0, 1).shape).toEqual([]);
    expect(a.transpose().at(0).toArray()).toEqual([1, 3]);
  });

  it("refuses indices out of range, fractions, and too many or none", () => {
    expect(() => a.at(2)).toThrow(tf.IndexError);
    expect(() => a.at(2)).toThrow(/at: index 2 .*axis 0 .*\[2, 2\].*-2 … 1/);
    expect(() => a.at(0, -3)).toThrow(/index -3 .*axis 1/);
    expect(() => tf.zeros([0]).at(0)).toThrow(/empty/);
    expect(() => a.at(0.5)).toThrow(tf.ArgumentError);
    expect(() => a.at(0, 0, 0)).toThrow(tf.IndexError);
    expect(() => a.at()).toThrow(tf.ArgumentError);
    expect(() => tf.constant(1).at(0)).toThrow(tf.IndexError);
  });

  it("passes gradients of both orders", () => {
    const x = tf.constant([2, 3]);
    const outer = new tf.GradientTape();
    outer.watch(x);
    const inner = new tf.GradientTape();
    inner.watch(x);
    const y = x.at(0).pow(3).mul(x.at(1));
    const gradient = inner.gradient(y, x);
    expect(gradient.toArray()).toEqual([36, 8]);
    expect(outer.gradient(gradient.at(0), x).toArray()).toEqual([36, 12]);
  });
});

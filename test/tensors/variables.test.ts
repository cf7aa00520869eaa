/** Variables: their value, assignment, and use in the place of tensors. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

describe("assignment", () => {
  it("replaces, adds and subtracts, and can be chained", () => {
    const v = new tf.Variable([1, 2]);
    expect(v.assign([3, 4]).assignAdd([1, 1]).assignSub([0, 5]).toArray()).toEqual([4, 0]);
    expect(v.assignAdd(v).toArray()).toEqual([8, 0]);
    const steps = new tf.Variable(0, { dtype: "int32" });
    expect(
      steps
        .assignAdd(1)
        .assignAdd(2 ** 31 - 1)
        .item(),
    ).toBe(-(2 ** 31));
  });

  it("reads strided values in their order", () => {
    const x = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    expect(new tf.Variable(x).assignAdd(x.transpose()).toArray()).toEqual([
      [2, 5],
      [5, 8],
    ]);
  });

  it("refuses another shape or dtype and keeps the value", () => {
    const v = new tf.Variable([1, 2], { name: "w" });
    expect(() => v.assign([1, 2, 3])).toThrow(tf.ShapeError);
    expect(() => v.assignAdd(1)).toThrow(/assignAdd to Variable "w": .*\[\].*\[2\]/);
    expect(() => v.assignSub(tf.ones([2], { dtype: "float64" }))).toThrow(tf.DTypeError);
    expect(() => new tf.Variable(true).assignAdd(true)).toThrow(tf.DTypeError);
    // @ts-expect-error null is no value
    expect(() => v.assign(null)).toThrow(tf.ArgumentError);
    expect(v.toArray()).toEqual([1, 2]);
  });

  it("leaves values that were read before as they are", () => {
    const v = new tf.Variable([1, 2]);
    const before = v.read();
    const row = v.at(0);
    v.assignAdd([10, 10]);
    expect(before.toArray()).toEqual([1, 2]);
    expect(row.item()).toBe(1);
  });

  it("takes a copy of a typed array", () => {
    const values = new Float32Array([1, 2]);
    const v = new tf.Variable(values);
    values[0] = 9;
    expect(v.toArray()).toEqual([1, 2]);
  });

  it("is not seen by tapes", () => {
    const v = new tf.Variable(2);
    const rate = new tf.Variable(1);
    const tape = new tf.GradientTape();
    const y = v.mul(v);
    v.assignAdd(rate);
    expect(tape.gradient(y, v).item()).toBe(4);
    expect(tape.watchedVariables().map((watched) => watched === v)).toEqual([true]);
  });
});

describe("use as a tensor", () => {
  it("has every method, and functions take it", () => {
    const v = new tf.Variable([
      [1, 2],
      [3, 4],
    ]);
    expect(v.matmul(v).toArray()).toEqual([
      [7, 10],
      [15, 22],
    ]);
    expect(v.at(1).toArray()).toEqual([3, 4]);
    expect(tf.concat([v, v], 0).shape).toEqual([4, 2]);
    expect([...v].length).toBe(2);
    expect(v.sum({ axis: 0 }).toArray()).toEqual([4, 6]);
  });

  it("gives gradients through its methods", () => {
    const v = new tf.Variable([1, 2, 3]);
    const tape = new tf.GradientTape();
    const y = v.at(-1).mul(v.sum());
    expect(tape.gradient(y, v).toArray()).toEqual([3, 3, 9]);
  });
});

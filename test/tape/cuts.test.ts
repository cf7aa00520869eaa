/** Which operations pass gradients on, and which cut the path. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { NONE, watching } from "./tapes.js";

describe("rule 22", () => {
  const other = tf.constant([0, 5, 2]);

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ["greater", (x) => tf.greater(x, other)],
    ["greaterEqual", (x) => tf.greaterEqual(x, other)],
    ["less", (x) => tf.less(x, other)],
    ["lessEqual", (x) => tf.lessEqual(x, other)],
    ["equal", (x) => tf.equal(x, other)],
    ["notEqual", (x) => tf.notEqual(x, other)],
    ["logicalNot", (x) => tf.logicalNot(tf.greater(x, other))],
    ["argmax", (x) => tf.argmax(x)],
    ["argmin", (x) => tf.argmin(x)],
    ["floor", (x) => tf.floor(x)],
    ["ceil", (x) => tf.math.ceil(x)],
    ["round", (x) => tf.round(x)],
    ["shape", (x) => tf.shape(x)],
    ["cast to int32", (x) => tf.cast(x, "int32")],
    ["cast to bool", (x) => tf.cast(x, "bool")],
    ["stopGradient", (x) => tf.stopGradient(x)],
  ])("rule 22: %s cuts the path", (_, cut) => {
    const x = tf.constant([1.5, -2.5, 2]);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const y = tf.cast(cut(x), "float32");
    const z = tf.add(tf.reduceSum(tf.multiply(y, 3)), tf.reduceSum(x));
    tape.stop();
    expect(tape.gradient(y, x, NONE)).toBeNull();
    expect(tape.gradient(z, x).toArray()).toEqual([1, 1, 1]);
  });

  it("rule 22: sign is flat, not cut: zeros", () => {
    const x = tf.constant([1.5, -2.5, 0]);
    const tape = watching(x);
    expect(tape.gradient(tf.sign(x), x).toArray()).toEqual([0, 0, 0]);
  });

  it("rule 22: a comparison on the path of `where` cuts only the condition", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.where(tf.less(x, 10), x, tf.multiply(x, x));
    for (const [value, expected] of [
      [5, 1],
      [50, 100],
    ] as const) {
      const x = tf.constant(value);
      const tape = watching(x);
      expect(tape.gradient(f(x), x).item()).toBe(expected);
    }
  });

  it("rule 22: x.shape is no tensor and costs nothing", () => {
    const x = tf.constant([1, 2, 4]);
    const tape = watching(x);
    const mean = tf.divide(tf.reduceSum(tf.multiply(x, x)), x.shape[0]!);
    const gradient = tape.gradient(mean, x).toArray() as number[];
    [2 / 3, 4 / 3, 8 / 3].forEach((expected, k) => {
      expect(gradient[k]).toBeCloseTo(expected, 6);
    });
  });

  it("rule 22: a cast between floats passes, there and back", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const wide = tf.cast(x, "float64");
    const y = tf.multiply(wide, wide);
    const gradient = tape.gradient(y, x);
    expect(gradient.dtype).toBe("float32");
    expect(gradient.item()).toBe(6);
  });
});

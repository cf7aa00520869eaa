/** Tapes in tapes: the backward pass is recorded by every other tape. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items, NONE, watching } from "./tapes.js";

describe("rule 25", () => {
  it("rule 25: nested tapes give higher orders: x⁴ to the third", () => {
    const x = tf.constant(2);
    const third = watching(x);
    const second = watching(x);
    const first = watching(x);
    const y = tf.multiply(tf.multiply(x, x), tf.multiply(x, x));
    const dy = first.gradient(y, x);
    const d2y = second.gradient(dy, x);
    const d3y = third.gradient(d2y, x);
    expect(items([y, dy, d2y, d3y])).toEqual([16, 32, 48, 48]);
  });

  it("rule 25: the second derivative of exp is exp", () => {
    const x = tf.constant(0);
    const outer = watching(x);
    const inner = watching(x);
    const gradient = inner.gradient(tf.exp(x), x);
    expect(outer.gradient(gradient, x).item()).toBe(1);
  });

  it("rule 25: the second derivative of a cross-entropy with one class is zero", () => {
    const x = tf.constant([[0.1]]);
    const outer = watching(x);
    const inner = watching(x);
    const loss = tf.nn.softmaxCrossEntropyWithLogits([[0]], x);
    const gradient = inner.gradient(tf.reduceSum(loss, { axis: [0] }), x);
    expect(outer.gradient(tf.reduceSum(gradient, { axis: [0] }), x).toArray()).toEqual([[0]]);
  });

  it("rule 25: a variable is differentiated twice: 3 and 6", () => {
    const x = new tf.Variable(1);
    const outer = new tf.GradientTape();
    const inner = new tf.GradientTape();
    const y = tf.multiply(tf.multiply(x, x), x);
    const first = inner.gradient(y, x);
    const second = outer.gradient(first, x);
    expect(items([first, second])).toEqual([3, 6]);
  });

  it("rule 25: every other active tape records the backward pass, also one that started later", () => {
    const x = tf.constant(2);
    const early = watching(x);
    const late = watching(x);
    const y = tf.multiply(tf.multiply(x, x), x);
    const first = early.gradient(y, x);
    expect(late.gradient(first, x).item()).toBe(12);
  });

  it("rule 25: a stopped tape does not", () => {
    const x = tf.constant(2);
    const outer = watching(x);
    const inner = watching(x);
    const y = tf.multiply(tf.multiply(x, x), x);
    outer.stop();
    const first = inner.gradient(y, x);
    expect(outer.gradient(first, x, NONE)).toBeNull();
  });

  it("rule 25: a tape inside stopRecording of the outer one is differentiated once only", () => {
    const x = tf.constant(3);
    const outer = watching(x);
    const gradient = outer.stopRecording(() => {
      const inner = watching(x);
      return inner.gradient(tf.multiply(x, x), x);
    });
    expect(gradient.item()).toBe(6);
    expect(outer.gradient(tf.multiply(gradient, x), x).item()).toBe(6);
  });

  it("rule 25: persistent tapes nest, and the inner one computes more than once", () => {
    const x = tf.constant(3);
    const outer = new tf.GradientTape({ persistent: true });
    outer.watch(x);
    let y = tf.multiply(x, x);
    const inner = new tf.GradientTape({ persistent: true });
    inner.watch(y);
    const z = tf.multiply(2, y);
    inner.stop();
    expect(inner.gradient(z, y).item()).toBe(2);
    const gradient = inner.gradient(z, y);
    expect(gradient.item()).toBe(2);
    y = tf.add(y, gradient);
    outer.stop();
    expect(outer.gradient(y, x).item()).toBe(6);
    expect(outer.gradient(z, x).item()).toBe(12);
  });

  it("rule 25: a gradient penalty reaches the weights through the inner gradient", () => {
    const weight = new tf.Variable([2, 3]);
    const x = tf.constant([1, 1]);
    const outer = new tf.GradientTape();
    const inner = watching(x);
    const y = tf.reduceSum(tf.multiply(tf.multiply(weight, x), tf.multiply(weight, x)));
    const slope = inner.gradient(y, x);
    const penalty = tf.reduceSum(tf.multiply(slope, slope));
    expect(slope.toArray()).toEqual([8, 18]);
    expect(outer.gradient(penalty, weight).toArray()).toEqual([16 * 8, 16 * 27]);
  });
});

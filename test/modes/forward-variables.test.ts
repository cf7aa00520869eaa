/** Variables as primals of a forward accumulator: the tangent follows what is read. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { NONE, watching } from "../tape/tapes.js";
import { expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("rule 31: variables", () => {
  it("rule 31: a variable that is watched has its tangent wherever it is read", () => {
    const v = new tf.Variable([1, 2, 3]);
    using accumulator = new tf.ForwardAccumulator(v, [0.1, -0.2, 0.3]);
    expectClose(accumulator.jvp(v), [0.1, -0.2, 0.3]);
    expectClose(accumulator.jvp(v.mul(2)), [0.2, -0.4, 0.6]);
    expectClose(accumulator.jvp(v.add(0.1)), [0.1, -0.2, 0.3]);
    expectClose(accumulator.jvp(v.read()), [0.1, -0.2, 0.3]);
    expectClose(accumulator.jvp(tf.multiply(v, v)), [0.2, -0.8, 1.8]);
  });

  it("rule 31: also one that is not trainable", () => {
    const v = new tf.Variable(3, { trainable: false });
    using accumulator = new tf.ForwardAccumulator(v, 1);
    expect(accumulator.jvp(v.mul(v)).item()).toBe(6);
  });

  it("rule 31: a variable that is not among the primals has no tangent", () => {
    const v = new tf.Variable(3);
    const other = new tf.Variable(4);
    using accumulator = new tf.ForwardAccumulator(v, 1);
    expect(accumulator.jvp(other.mul(2), NONE)).toBeNull();
    expect(accumulator.jvp(v.mul(other)).item()).toBe(4);
  });

  it("rule 31: what was read before the accumulator was entered has no tangent", () => {
    const v = new tf.Variable(3);
    const before = v.read();
    using accumulator = new tf.ForwardAccumulator(v, 1);
    expect(accumulator.jvp(before, NONE)).toBeNull();
    expect(accumulator.jvp(before.mul(v)).item()).toBe(3);
  });

  it("rule 31: an assignment in between changes the value that is read, and no tangent", () => {
    const v = new tf.Variable(2);
    using accumulator = new tf.ForwardAccumulator(v, 10);
    const early = v.read();
    const square = early.mul(early);
    v.assign(5);
    expect(accumulator.jvp(square).item()).toBe(40);
    expect(accumulator.jvp(early.mul(early)).item()).toBe(40);
    expect(accumulator.jvp(v.mul(v)).item()).toBe(100);
    v.assignSub(1);
    expect(v.read().item()).toBe(4);
    expect(accumulator.jvp(v.mul(v)).item()).toBe(80);
    expect(accumulator.jvp(v).item()).toBe(10);
  });

  it("rule 31: assigning what has a tangent does not give the variable one", () => {
    const x = tf.constant(2);
    const v = new tf.Variable(0);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    v.assign(x.mul(x));
    expect(v.read().item()).toBe(4);
    expect(accumulator.jvp(v.mul(3), NONE)).toBeNull();
    expect(accumulator.jvp(v, NONE)).toBeNull();
  });

  it("rule 31: re-entering watches the variable again", () => {
    const v = new tf.Variable(2);
    const accumulator = new tf.ForwardAccumulator(v, 1);
    accumulator.stop();
    const outside = v.mul(v);
    accumulator.start();
    const inside = v.mul(v);
    accumulator.stop();
    expect(accumulator.jvp(outside, NONE)).toBeNull();
    expect(accumulator.jvp(inside).item()).toBe(4);
    expect(accumulator.jvp(v).item()).toBe(1);
  });

  it("rule 31: nested accumulators of one variable give its second derivative", () => {
    const v = new tf.Variable(2);
    using outer = new tf.ForwardAccumulator(v, 1);
    using inner = new tf.ForwardAccumulator(v, 1);
    const y = v.mul(v).mul(v);
    expect(outer.jvp(inner.jvp(y)).item()).toBe(12);
  });

  it("rule 31: forward over reverse with variables is a Hessian-vector product for all of them", () => {
    const w = new tf.Variable([1, 2], { name: "w" });
    const b = new tf.Variable(3, { name: "b" });
    using accumulator = new tf.ForwardAccumulator({ w, b }, { w: [1, 0], b: 2 });
    const tape = new tf.GradientTape();
    const loss = tf.reduceSum(w.mul(w).mul(b));
    const gradients = tape.gradient(loss, { w, b });
    const products = accumulator.jvp(gradients);
    // ∂²/∂w² = 2b·1, ∂²/∂w∂b = 2w; in the direction ([1, 0], 2)
    expect(products.w.toArray()).toEqual([2 * 3 + 2 * 2, 2 * 4]);
    expect(products.b.item()).toBe(2);
  });

  it("rule 31: reverse over forward reaches the variables", () => {
    const w = new tf.Variable(3);
    const x = tf.constant(2);
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const y = x.mul(x).mul(w);
    const tangent = accumulator.jvp(y);
    expect(tape.gradient(tangent, w).item()).toBe(4);
  });
});

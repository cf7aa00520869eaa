/** Forward accumulators in each other and beside tapes: the order of entering decides who differentiates whom. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items, NONE, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("rule 31: forward over forward", () => {
  it("rule 31: the known trap: (m·m)·m with m = identity(x) at 0.7 is 4.2", () => {
    const x = double(0.7);
    using outer = new tf.ForwardAccumulator(x, 1);
    using inner = new tf.ForwardAccumulator(x, 1);
    const m = tf.identity(x);
    const y = m.mul(m).mul(m);
    const first = inner.jvp(y);
    expectClose(first, 3 * 0.7 ** 2, 1e-15);
    expectClose(outer.jvp(y), 3 * 0.7 ** 2, 1e-15);
    expectClose(outer.jvp(first), 4.2, 1e-15);
  });

  it("rule 31: the inner one does not see the outer's tangents", () => {
    const x = double(0.7);
    using outer = new tf.ForwardAccumulator(x, 1);
    using inner = new tf.ForwardAccumulator(x, 1);
    const y = x.mul(x).mul(x);
    expect(inner.jvp(outer.jvp(y), NONE)).toBeNull();
    expect(outer.jvp(inner.jvp(y), NONE)).not.toBeNull();
  });

  it("rule 31: each direction of a second derivative is its own: ∂²(x²y) in x and y", () => {
    const x = tf.constant(3);
    const y = tf.constant(5);
    using outer = new tf.ForwardAccumulator(y, 1);
    using inner = new tf.ForwardAccumulator(x, 1);
    const z = x.mul(x).mul(y);
    expect(items([inner.jvp(z), outer.jvp(z), outer.jvp(inner.jvp(z))])).toEqual([30, 9, 6]);
  });

  it("rule 31: a tangent can itself be a primal of the outer one", () => {
    const two = tf.constant(2);
    const primal = tf.constant(1);
    const tangent = tf.constant(3);
    using outer = new tf.ForwardAccumulator([primal, tangent], [2, 4]);
    using inner = new tf.ForwardAccumulator(primal, tangent);
    const result = primal.mul(two);
    const found = inner.jvp(result);
    expect(items([found, outer.jvp(result), outer.jvp(found)])).toEqual([6, 4, 8]);
  });

  it("rule 31: three deep, by the order of entering and not of construction", () => {
    const x = double(2);
    const a = new tf.ForwardAccumulator(x, 1);
    const b = new tf.ForwardAccumulator(x, 1);
    const c = new tf.ForwardAccumulator(x, 1);
    for (const one of [a, b, c]) one.stop();
    for (const one of [c, a, b]) one.start();
    const y = x.mul(x).mul(x).mul(x);
    for (const one of [a, b, c]) one.stop();
    expect(items([y, b.jvp(y), a.jvp(b.jvp(y)), c.jvp(a.jvp(b.jvp(y)))])).toEqual([16, 32, 48, 48]);
    expect(b.jvp(a.jvp(y), NONE)).toBeNull();
    expect(a.jvp(c.jvp(y), NONE)).toBeNull();
  });

  it("rule 31: several at once with their own primals do not disturb each other", () => {
    const x = tf.constant([1, 2]);
    const y = tf.constant([3, 4]);
    const all = [0, 1, 2, 3].map(
      (index) => new tf.ForwardAccumulator([x, y], [tf.fill([2], index), tf.fill([2], 10 * index)]),
    );
    const product = x.mul(y);
    for (const one of all) one.stop();
    all.forEach((one, index) => {
      expect(one.jvp(product).toArray()).toEqual([index * 13, index * 24]);
    });
  });
});

describe("rule 31: forward over reverse", () => {
  it("rule 31: the tangent of a gradient is a Hessian-vector product", () => {
    const x = tf.constant([1, 2, 3]);
    using accumulator = new tf.ForwardAccumulator(x, [3, 4, 5]);
    const tape = watching(x);
    const y = tf.reduceSum(x.mul(x).mul(x));
    const gradient = tape.gradient(y, x);
    expect(gradient.toArray()).toEqual([3, 12, 27]);
    expect(accumulator.jvp(gradient).toArray()).toEqual([18, 48, 90]);
  });

  it("rule 31: a tape inside does not see the tangents of the accumulator outside", () => {
    const x = tf.constant(1);
    using accumulator = new tf.ForwardAccumulator(x, 0.1);
    const tape = watching(x);
    const y = tf.cos(x);
    expect(tape.gradient(accumulator.jvp(y), x, NONE)).toBeNull();
  });

  it("rule 31: a tape that started before the accumulator was re-entered is outside", () => {
    const x = double(1);
    const accumulator = new tf.ForwardAccumulator(x, 0.1);
    accumulator.stop();
    const tape = watching(x);
    accumulator.start();
    const y = tf.cos(x);
    accumulator.stop();
    expectClose(tape.gradient(accumulator.jvp(y), x), -0.1 * Math.cos(1), 1e-12);
  });

  it("rule 31: the backward pass of a tape that started earlier is seen too", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const y = x.mul(x).mul(x);
    const gradient = tape.gradient(y, x);
    expect(gradient.item()).toBe(12);
    expect(accumulator.jvp(gradient).item()).toBe(12);
  });

  it("rule 31: a gradient that was computed outside of the accumulator has no tangent", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    const accumulator = new tf.ForwardAccumulator(x, 1);
    const y = x.mul(x).mul(x);
    accumulator.stop();
    const gradient = tape.gradient(y, x);
    expect(accumulator.jvp(gradient, NONE)).toBeNull();
  });
});

describe("rule 31: reverse over forward", () => {
  it("rule 31: a tape around differentiates tangents", () => {
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, [3, 4]);
    const y = tf.reduceSum(x.mul(x).mul(x));
    const tangent = accumulator.jvp(y);
    expect(tangent.item()).toBe(3 * 3 + 12 * 4);
    expect(tape.gradient(tangent, x).toArray()).toEqual([18, 48]);
  });

  it("rule 31: a tape around differentiates with regard to the direction", () => {
    const x = tf.constant([1, 2]);
    const v = tf.constant([5, 6]);
    const tape = watching(v);
    using accumulator = new tf.ForwardAccumulator(x, v);
    const tangent = accumulator.jvp(tf.reduceSum(x.mul(x).mul(x)));
    expect(tape.gradient(tangent, v).toArray()).toEqual([3, 12]);
  });

  it("rule 31: the primal is recorded once, whatever the accumulator does with it", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const y = x.mul(x);
    expect(accumulator.jvp(y).item()).toBe(6);
    expect(tape.gradient(y, x).item()).toBe(6);
  });

  it("rule 31: a tape that is stopped and started again keeps its place outside", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    tape.stop();
    tape.start();
    const y = x.mul(x).mul(x);
    expect(tape.gradient(accumulator.jvp(y), x).item()).toBe(12);
  });

  it("rule 31: tape, accumulator, tape: the third derivative of x⁴ in every order of nesting", () => {
    const third = (kinds: readonly ("forward" | "reverse")[]): number => {
      const x = tf.constant(2);
      const levels = kinds.map((kind) =>
        kind === "forward" ? new tf.ForwardAccumulator(x, 1) : watching(x),
      );
      let result = x.mul(x).mul(x).mul(x);
      for (const level of levels.reverse()) {
        if (level instanceof tf.GradientTape) result = level.gradient(result, x);
        else {
          result = level.jvp(result);
          level.stop();
        }
      }
      return result.item();
    };
    const kinds = ["forward", "reverse"] as const;
    for (const a of kinds) {
      for (const b of kinds) {
        for (const c of kinds) expect(third([a, b, c]), `${a}, ${b}, ${c}`).toBe(48);
      }
    }
  });
});

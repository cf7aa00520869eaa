/** `GradientTape.onGradient`: functions that replace cotangents as they pass, to every order. */
import * as tf from "gradtape";
import { describe, expect, it, vi } from "vitest";
import { items, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const PERSISTENT = { persistent: true } as const;

/** A hook that leaves everything as it is, and notes what it saw. */
function noting(seen: unknown[]): (cotangent: tf.Tensor) => undefined {
  return (cotangent) => {
    seen.push(cotangent.toArray());
    return undefined;
  };
}

describe("onGradient: what it replaces", () => {
  it("what a hook returns goes on in its place", () => {
    const x = tf.constant([1, 2, 3]);
    const tape = watching(x);
    const w = x.mul([1, 10, 100]);
    tape.onGradient(w, (cotangent) => tf.clipByValue(cotangent, -1, 1));
    const found = tape.gradient(w.mul([0.5, 5, 50]), { x, w });
    expect(found.w.toArray()).toEqual([0.5, 1, 1]);
    expect(found.x.toArray()).toEqual([0.5, 10, 100]);
  });

  it("at a source it replaces the gradient, at a target what enters", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    const y = x.mul(x);
    tape.onGradient(x, (cotangent) => cotangent.add(100));
    tape.onGradient(y, (cotangent) => cotangent.mul(10));
    expect(items(tape.gradient(y, [x, x, y]))).toEqual([140, 140, 10]);
  });

  it("a target that is the source", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    tape.onGradient(x, (cotangent) => cotangent.mul(5));
    expect(tape.gradient([x, x], x).item()).toBe(10);
  });

  it("several hooks of one tensor are called in order, each with what the last one left", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const seen: unknown[] = [];
    tape.onGradient(x, noting(seen));
    tape.onGradient(x, (cotangent) => cotangent.mul(2));
    tape.onGradient(x, noting(seen));
    tape.onGradient(x, (cotangent) => cotangent.add(1));
    tape.onGradient(x, noting(seen));
    expect(tape.gradient(x.mul(5), x).item()).toBe(11);
    expect(seen).toEqual([5, 10, 11]);
  });

  it("several tensors have each their own", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = x.mul(2);
    const z = y.mul(2);
    tape.onGradient(y, (cotangent) => cotangent.mul(10));
    tape.onGradient(z, (cotangent) => cotangent.mul(100));
    expect(tape.gradient(z, x).item()).toBe(4000);
  });

  it("a hook may stop the gradient with zeros", () => {
    const x = tf.constant([3, 4]);
    const tape = watching(x);
    const y = x.mul(x);
    tape.onGradient(y, (cotangent) => tf.zerosLike(cotangent));
    expect(tape.gradient(tf.reduceSum(y), x).toArray()).toEqual([0, 0]);
  });

  it("a hook may read values, and decide by them", () => {
    const x = tf.constant([3, 4]);
    const tape = watching(x);
    const y = x.mul(1);
    tape.onGradient(y, (cotangent) => {
      const norm = tf.norm(cotangent).item();
      return norm > 1 ? cotangent.div(norm) : undefined;
    });
    expectClose(tape.gradient(y.mul([3, 4]), x), [0.6, 0.8]);
  });

  it("it may be added before, between and after what it sees", () => {
    const x = tf.constant(2);
    const tape = new tf.GradientTape();
    tape.watch(x);
    tape.onGradient(x, (cotangent) => cotangent.mul(10));
    const y = x.mul(x);
    tape.stop();
    tape.onGradient(y, (cotangent) => cotangent.mul(10));
    expect(tape.gradient(y, x).item()).toBe(400);
  });
});

describe("onGradient: higher orders", () => {
  it("an outer tape differentiates what a hook does", () => {
    const x = double(3);
    const outer = watching(x);
    const inner = watching(x);
    const y = x.mul(x);
    inner.onGradient(y, (cotangent) => cotangent.mul(x));
    const first = inner.gradient(y, x);
    // x·2x and then 4x
    expect(first.item()).toBe(18);
    expect(outer.gradient(first, x).item()).toBe(12);
  });

  it("so does an accumulator", () => {
    const x = double(3);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const tape = watching(x);
    const y = x.mul(x);
    tape.onGradient(y, (cotangent) => cotangent.mul(x).mul(x));
    const first = tape.gradient(y, x);
    // 2x³ and then 6x²
    expect(items([first, accumulator.jvp(first)])).toEqual([54, 54]);
  });

  it("a persistent tape that is recording records what its hooks do", () => {
    const x = double(3);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = x.mul(x);
    tape.onGradient(y, (cotangent) => cotangent.mul(x));
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const first = tape.gradient(y, x);
    warned.mockRestore();
    const second = tape.gradient(first, x);
    tape.stop();
    expect(items([first, second])).toEqual([18, 12]);
  });

  it("Jacobians apply hooks to the rows all together", () => {
    const x = double([1, 2]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = x.mul(3);
    const z = y.mul(y);
    tape.stop();
    let calls = 0;
    tape.onGradient(y, (cotangent) => {
      calls++;
      return cotangent.mul([10, 100]);
    });
    expect(tape.jacobian(z, x).toArray()).toEqual([
      [180, 0],
      [0, 3600],
    ]);
    expect(calls).toBe(1);
    const reading = (): tf.Tensor => {
      tape.onGradient(y, (cotangent) => cotangent.mul(cotangent.at(0).item()));
      return tape.jacobian(z, x);
    };
    expect(reading).toThrow(tf.TraceError);
  });
});

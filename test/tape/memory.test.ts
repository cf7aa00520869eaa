/** What a tape holds, and when it lets go; the workers of the tests can be told to collect garbage. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { isRecording } from "../../src/core/dispatch.js";
import { expectWatched } from "./watched.js";

/** Collects garbage in several tasks, so that finalizers run in between. */
async function collect(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { gc } = globalThis;
    if (gc === undefined) throw new Error("the tests need node --expose-gc");
    gc();
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Recorded {
  readonly tape: tf.GradientTape;
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  /** The sine, whose square the tape must keep for the gradient. */
  readonly intermediate: WeakRef<tf.Tensor>;
}

/** y = Σ sin(x)² on a tape; nothing but the tape holds the sine. */
function record(options: tf.GradientTapeOptions = {}): Recorded {
  const tape = new tf.GradientTape(options);
  const x = tf.constant([0.1, 0.2, 0.3]);
  tape.watch(x);
  const sine = tf.sin(x);
  const y = tf.reduceSum(tf.multiply(sine, sine));
  return { tape, x, y, intermediate: new WeakRef(sine) };
}

describe("rule 9", () => {
  it("rule 9: a tape holds what its gradient needs until then", async () => {
    const { tape, x, y, intermediate } = record();
    await collect();
    expect(intermediate.deref()).toBeDefined();
    expect(tape.gradient(y, x).shape).toEqual([3]);
  });

  it("rule 9: the resources of a non-persistent tape are free as soon as gradient returns", async () => {
    const { tape, x, y, intermediate } = record();
    const gradient = tape.gradient(y, x);
    await collect();
    expect(intermediate.deref()).toBeUndefined();
    expect(gradient.shape).toEqual([3]);
    expectWatched(tape, []);
  });

  it("rule 9: they are free too when gradient throws", async () => {
    const { tape, y, intermediate } = record();
    const other = tf.constant(1);
    expect(() => tape.gradient(y, other)).toThrow(tf.UnconnectedGradientError);
    await collect();
    expect(intermediate.deref()).toBeUndefined();
    expect(isRecording()).toBe(false);
    expect(tape.recording).toBe(false);
  });

  it("rule 9: the resources of a persistent tape are free when it is disposed of", async () => {
    const { tape, x, y, intermediate } = record({ persistent: true });
    tape.gradient(y, x, { unconnectedGradients: "zero" });
    tape.stop();
    tape.gradient(y, x);
    await collect();
    expect(intermediate.deref()).toBeDefined();
    tape[Symbol.dispose]();
    await collect();
    expect(intermediate.deref()).toBeUndefined();
    expect(tape.recording).toBe(false);
  });

  it("rule 9: the resources of a persistent tape are free when it is unreachable", async () => {
    const intermediate = (() => {
      const { tape, x, y, intermediate } = record({ persistent: true });
      tape.stop();
      tape.gradient(y, x);
      return intermediate;
    })();
    await collect();
    expect(intermediate.deref()).toBeUndefined();
  });

  it("rule 9: a tape that was dropped without being stopped neither leaks nor listens any more", async () => {
    const intermediate = (() => record().intermediate)();
    expect(isRecording()).toBe(true);
    await collect();
    expect(isRecording()).toBe(false);
    expect(intermediate.deref()).toBeUndefined();
    const { tape, x, y } = record();
    expect(tape.gradient(y, x).shape).toEqual([3]);
  });

  it("rule 9: so it is after reset, and for many dropped tapes", async () => {
    const intermediates = (() =>
      Array.from({ length: 20 }, () => {
        const { tape, intermediate } = record({ persistent: true });
        tape.reset();
        const x = tf.constant(1);
        tape.watch(x);
        tf.multiply(x, x);
        return intermediate;
      }))();
    expect(isRecording()).toBe(true);
    await collect();
    expect(isRecording()).toBe(false);
    expect(intermediates.filter((weak) => weak.deref() !== undefined)).toEqual([]);
  });

  it("rule 9: reset lets go of what was recorded before", async () => {
    const { tape, intermediate } = record();
    tape.reset();
    await collect();
    expect(intermediate.deref()).toBeUndefined();
    expect(tape.recording).toBe(true);
    tape.stop();
  });

  it("rule 9: operands that no derivative reads are not held", async () => {
    const tape = new tf.GradientTape();
    const x = tf.constant([1, 2, 3]);
    tape.watch(x);
    const { y, sums } = (() => {
      const first = tf.add(x, 1);
      const second = tf.add(first, x);
      return { y: tf.reduceSum(second), sums: [new WeakRef(first), new WeakRef(second)] };
    })();
    await collect();
    expect(sums.map((weak) => weak.deref())).toEqual([undefined, undefined]);
    expect(tape.gradient(y, x).toArray()).toEqual([2, 2, 2]);
  });

  it("rule 9: what does not depend on a watched tensor is not held", async () => {
    const tape = new tf.GradientTape();
    const x = tf.constant(2);
    tape.watch(x);
    const constant = (() => new WeakRef(tf.sin(tf.sin(tf.constant([1, 2])))))();
    const y = tf.multiply(x, x);
    await collect();
    expect(constant.deref()).toBeUndefined();
    expect(tape.gradient(y, x).item()).toBe(4);
  });

  it("rule 9: no tape records any more after stopRecording in which the tape was used up or stopped", () => {
    const used = record();
    used.tape.stopRecording(() => used.tape.gradient(used.y, used.x));
    expect(isRecording()).toBe(false);
    const stopped = record();
    stopped.tape.stopRecording(() => stopped.tape.stop());
    expect(isRecording()).toBe(false);
    const disposed = record({ persistent: true });
    disposed.tape.stopRecording(() => disposed.tape[Symbol.dispose]());
    expect(isRecording()).toBe(false);
  });
});

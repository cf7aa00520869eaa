/** Missing gradients of sources whose path is cut, or whose value is read out and put back. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { unconnected } from "./tapes.js";

/** The line of this file on which the caller stands. */
function lineOfCaller(): number {
  const frames = (new Error("here").stack ?? "").split("\n");
  const frame = frames.filter((line) => line.includes("severed.test.ts"))[1] ?? "";
  return Number(/severed\.test\.ts:(\d+)/.exec(frame)?.[1]);
}

describe("rule 21: the reason for a missing gradient on a severed path", () => {
  it("rule 21: cut by an operation, which is named with the line of this file", () => {
    const x = tf.constant([1.5, 2.5]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const scaled = tf.multiply(x, 2);
    const [rounded, line] = [tf.floor(scaled), lineOfCaller()];
    const y = tf.reduceSum(tf.multiply(rounded, 3));
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("cut");
    expect(error.message).toMatch(/cut by floor at /);
    expect(error.message).toMatch(/differentiable operation/);
    expect(error.message).toContain(`severed.test.ts:${line}:`);
  });

  it.each<[string, string, (x: tf.Tensor) => tf.Tensor]>([
    ["a cast to int32", "cast", (x) => tf.cast(tf.cast(x, "int32"), "float32")],
    ["argmax", "argmax", (x) => tf.cast(tf.argmax(x), "float32")],
    ["a comparison", "greater", (x) => tf.cast(tf.greater(x, 0), "float32")],
    ["stopGradient", "stopGradient", (x) => tf.stopGradient(x)],
    ["round", "round", (x) => tf.round(x)],
    ["a comparison that `where` uses", "less", (x) => tf.where(tf.less(x, 2), [1, 1], [2, 2])],
  ])("rule 21: cut by %s", (_, name, cut) => {
    const x = tf.constant([1.5, 2.5]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.multiply(cut(tf.multiply(x, x)), 2);
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("cut");
    expect(error.message).toMatch(new RegExp(`cut by ${name} at .*severed\\.test\\.ts:\\d+:`));
  });

  it("rule 21: cut: an integer target that was made of the source names the cut", () => {
    const x = tf.constant([1.5, 2.5]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.argmax(x);
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("cut");
    expect(error.message).toMatch(/cut by argmax/);
  });

  it("rule 21: an intermediate behind the cut is explained by the same cut", () => {
    const x = tf.constant(1.5);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const floor = tf.floor(x);
    const y = tf.multiply(floor, 2);
    const error = unconnected(() => tape.gradient(y, floor));
    expect(error.reason).toBe("cut");
    expect(error.message).toMatch(/floor/);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ["item", (x) => tf.constant(x.item())],
    ["toArray", (x) => tf.constant(x.toArray() as number)],
    ["data", (x) => tf.constant(x.data()[0]!)],
  ])("rule 21: value read out with %s and put back", (how, readOut) => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.multiply(readOut(tf.multiply(x, x)), 2);
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("read-out");
    expect(error.message).toMatch(new RegExp(`read out with ${how}\\(\\) at .*severed\\.test`));
    expect(error.message).toMatch(/new constant/);
    expect(error.message).toMatch(/without reading/);
  });

  it("rule 21: the line of a read-out is the line of this file", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const [number, line] = [tf.multiply(x, x).item(), lineOfCaller()];
    const y = tf.multiply(tf.constant(number), 2);
    const { message } = unconnected(() => tape.gradient(y, x));
    expect(message).toContain(`severed.test.ts:${line}:`);
  });

  it("rule 21: value read out with +x and read()", async () => {
    for (const read of [
      async (x: tf.Tensor) => +x,
      async (x: tf.Tensor) => Number(x),
      async (x: tf.Tensor) => (await x.read())[0]!,
    ]) {
      const x = tf.constant(3);
      const tape = new tf.GradientTape();
      tape.watch(x);
      const y = tf.multiply(tf.constant(await read(tf.multiply(x, x))), 2);
      expect(unconnected(() => tape.gradient(y, x)).reason).toBe("read-out");
    }
  });

  it("rule 21: a value that was read out beside the path is not blamed", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.floor(x);
    expect(y.item()).toBe(3);
    expect(unconnected(() => tape.gradient(tf.multiply(y, 2), x)).reason).toBe("cut");
  });
});

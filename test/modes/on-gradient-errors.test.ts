/** `GradientTape.onGradient`: what hooks and tensors must not be. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { untyped, watching } from "../tape/tapes.js";
import { double, errorOf, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("onGradient: bad input", () => {
  const returned: readonly (readonly [
    string,
    unknown,
    abstract new (...parameters: never) => Error,
    RegExp,
  ])[] = [
    [
      "another shape",
      tf.ones([3]),
      tf.ShapeError,
      /a hook returned shape \[3\] for a cotangent of shape \[2\]/,
    ],
    [
      "a shape that would broadcast",
      tf.constant(1),
      tf.ShapeError,
      /shape \[\] for a cotangent of shape \[2\]/,
    ],
    [
      "another dtype",
      double([1, 2]),
      tf.DTypeError,
      /a hook returned float64 for a cotangent of float32/,
    ],
    ["a number", 1, tf.ArgumentError, /a hook must return a tensor or nothing, got/],
    ["null", null, tf.ArgumentError, /a hook must return a tensor or nothing, got null/],
    ["a list", [tf.ones([2])], tf.ArgumentError, /a hook must return a tensor or nothing/],
  ];

  it.each(returned)(
    "a hook that returns %s is an error of the pass",
    (_, result, type, message) => {
      const x = tf.constant([1, 2]);
      const tape = watching(x);
      const y = x.mul(2);
      tape.onGradient(y, () => result as undefined);
      const error = errorOf(() => tape.gradient(y, x));
      expect(error).toBeInstanceOf(type);
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/^GradientTape\.onGradient: /);
      expect(tape.recording).toBe(false);
      expect(() => tape.gradient(y, x)).toThrow(tf.TapeError);
    },
  );

  it("an error of the hook arrives unchanged", () => {
    const failure = new RangeError("from the hook");
    const x = tf.constant(1);
    const tape = watching(x);
    tape.onGradient(x, () => {
      throw failure;
    });
    expect(errorOf(() => tape.gradient(x.mul(2), x))).toBe(failure);
  });

  it("a tensor that is not on the tape is a TapeError that says what to do", () => {
    using tape = watching(tf.constant(1));
    const other = tf.constant([1, 2]);
    const hook = (): undefined => undefined;
    expect(() => tape.onGradient(other, hook)).toThrow(tf.TapeError);
    expect(() => tape.onGradient(other, hook)).toThrow(/float32\[2\] is not on the tape: watch it/);
    expect(() => tape.onGradient(new tf.Variable(1, { name: "v" }), hook)).toThrow(/Variable "v"/);
  });

  it("neither is what is cut off from what is watched", () => {
    const x = tf.constant([1.5, 2.5]);
    using tape = watching(x);
    expect(() => tape.onGradient(tf.floor(x), () => undefined)).toThrow(tf.TapeError);
    expect(() => tape.onGradient(tf.argmax(x), () => undefined)).toThrow(tf.TapeError);
  });

  it("other things for tensor and hook are ArgumentErrors", () => {
    const x = tf.constant(1);
    using tape = watching(x);
    const y = x.mul(2);
    const onGradient = tape.onGradient.bind(tape);
    expect(() => untyped(onGradient, [y], () => undefined)).toThrow(tf.ArgumentError);
    expect(() => untyped(onGradient, { y }, () => undefined)).toThrow(tf.ArgumentError);
    expect(() => untyped(onGradient, 3, () => undefined)).toThrow(tf.ArgumentError);
    expect(() => untyped(onGradient, y, undefined)).toThrow(/hook must be a function/);
    expect(() => untyped(onGradient, [], () => undefined)).toThrow(tf.ArgumentError);
  });

  it("a hook may ask its own tape for a gradient if that is persistent, and gets a TapeError if not", () => {
    const x = tf.constant(3);
    const slope = (persistent: boolean): number => {
      const tape = new tf.GradientTape({ persistent });
      tape.watch(x);
      const y = x.mul(x);
      tape.stop();
      let calls = 0;
      tape.onGradient(y, (cotangent) =>
        calls++ === 0 ? tape.gradient(y, y).mul(cotangent).mul(2) : undefined,
      );
      return tape.gradient(y, x).item();
    };
    expect(slope(true)).toBe(12);
    expect(() => slope(false)).toThrow(tf.TapeError);
  });

  it("a tape that is used up is a TapeError", () => {
    const x = tf.constant(1);
    const tape = watching(x);
    const y = x.mul(2);
    expect(tape.gradient(y, x).item()).toBe(2);
    expect(() => tape.onGradient(y, () => undefined)).toThrow(tf.TapeError);
    expect(() => tape.onGradient(y, () => undefined)).toThrow(
      /^GradientTape\.onGradient: the tape is used up/,
    );
  });

  it("reset forgets hooks", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    tape.onGradient(x, (cotangent) => cotangent.mul(100));
    tape.reset();
    tape.watch(x);
    expect(tape.gradient(x.mul(x), x).item()).toBe(4);
  });
});

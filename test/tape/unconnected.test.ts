/** Every reason that an `UnconnectedGradientError` gives, with its essential words. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { unconnected } from "./tapes.js";

describe("rule 21: the reason for a missing gradient", () => {
  it("rule 21: every message names the source and the options that allow a missing gradient", () => {
    const x = tf.ones([2, 3]);
    const w = new tf.Variable([1, 2], { name: "weights", trainable: false });
    const y = tf.constant(1);
    const anonymous = unconnected(() => new tf.GradientTape().gradient(y, x));
    expect(anonymous.message).toMatch(/source of shape \[2, 3\]/);
    const named = unconnected(() => new tf.GradientTape().gradient(y, [w]));
    expect(named.message).toMatch(/Variable "weights" of shape \[2\]/);
    for (const { message } of [anonymous, named]) {
      expect(message).toMatch(/unconnectedGradients: "zero" or "none"/);
    }
  });

  it("rule 21: never watched: the tensor was not watched", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    const y = tf.multiply(x, x);
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("never-watched");
    expect(error.message).toMatch(/never watched/);
    expect(error.message).toMatch(/tape\.watch/);
  });

  it("rule 21: never watched: the variable is not trainable", () => {
    const v = new tf.Variable(3, { trainable: false });
    const tape = new tf.GradientTape();
    const y = tf.multiply(v, v);
    const error = unconnected(() => tape.gradient(y, v));
    expect(error.reason).toBe("never-watched");
    expect(error.message).toMatch(/not trainable/);
    expect(error.message).toMatch(/tape\.watch/);
  });

  it("rule 21: never watched: watchAccessedVariables is false", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape({ watchAccessedVariables: false });
    const y = tf.multiply(v, v);
    const error = unconnected(() => tape.gradient(y, v));
    expect(error.reason).toBe("never-watched");
    expect(error.message).toMatch(/watchAccessedVariables/);
    expect(error.message).toMatch(/tape\.watch/);
  });

  it("rule 21: never watched: the variable was not read while the tape recorded", () => {
    const v = new tf.Variable(3);
    const y = tf.multiply(v, v);
    const tape = new tf.GradientTape();
    const error = unconnected(() => tape.gradient(y, v));
    expect(error.reason).toBe("never-watched");
    expect(error.message).toMatch(/not read while/);
  });

  it("rule 21: watched after use", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    const y = tf.multiply(x, x);
    tape.watch(x);
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("watched-after-use");
    expect(error.message).toMatch(/watched after it had been used/);
    expect(error.message).toMatch(/before the first operation/);
  });

  it("rule 21: watched after use: a variable that is not trainable", () => {
    const v = new tf.Variable(3, { trainable: false });
    const tape = new tf.GradientTape();
    const y = tf.multiply(v, v);
    tape.watch(v);
    const error = unconnected(() => tape.gradient(y, v));
    expect(error.reason).toBe("watched-after-use");
    expect(error.message).toMatch(/watched after it had been used/);
  });

  it("rule 21: integer dtype of the source", () => {
    const x = tf.constant([1, 2], { dtype: "int32" });
    const tape = new tf.GradientTape();
    const y = tf.cast(x, "float32");
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("integer-dtype");
    expect(error.message).toMatch(/dtype is int32/);
    expect(error.message).toMatch(/cast/);
  });

  it("rule 21: integer dtype of a variable", () => {
    const v = new tf.Variable(1, { dtype: "int32", name: "steps" });
    const tape = new tf.GradientTape();
    const y = tf.cast(v, "float32");
    const error = unconnected(() => tape.gradient(y, v));
    expect(error.reason).toBe("integer-dtype");
    expect(error.message).toMatch(/"steps".*int32/s);
  });

  it("rule 21: integer dtype of the target", () => {
    const x = tf.constant(1);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.constant(1, { dtype: "int32" });
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("integer-dtype");
    expect(error.message).toMatch(/target's dtype is int32/);
  });

  it("rule 21: independent: watched, but nothing leads to the target", () => {
    const x = tf.constant(1);
    const y = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch([x, y]);
    const z = tf.multiply(y, 2);
    const error = unconnected(() => tape.gradient(z, x));
    expect(error.reason).toBe("independent");
    expect(error.message).toMatch(/no recorded operation leads from it to the target/);
  });

  it("rule 21: independent: the target was computed while the tape did not record", () => {
    const x = tf.constant(1);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tape.stopRecording(() => tf.multiply(x, 2));
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("independent");
    expect(error.message).toMatch(/while the tape was recording/);
  });

  it("rule 21: of several sources the error names the one without a gradient", () => {
    const a = new tf.Variable(1, { name: "used" });
    const b = new tf.Variable(1, { name: "unused" });
    const tape = new tf.GradientTape();
    const y = tf.multiply(a, 2);
    tf.multiply(b, 2);
    const error = unconnected(() => tape.gradient(y, { a, b }));
    expect(error.message).toMatch(/"unused"/);
    expect(error.message).not.toMatch(/"used"/);
  });

  it("rule 21: a used-up tape is a TapeError that says so, not a missing gradient", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.multiply(x, x);
    tape.gradient(y, x);
    expect(() => tape.gradient(y, x)).toThrow(tf.TapeError);
    expect(() => tape.gradient(y, x)).toThrow(/used up.*persistent: true/);
    expect(() => tape.gradient(y, x, { unconnectedGradients: "none" })).toThrow(tf.TapeError);
  });

  it("rule 21: a persistent tape answers other questions after the error", () => {
    const x = tf.constant(3);
    const other = tf.constant(1);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const y = tf.multiply(x, x);
    tape.stop();
    expect(unconnected(() => tape.gradient(y, other)).reason).toBe("never-watched");
    expect(unconnected(() => tape.gradient(y, [x, other])).reason).toBe("never-watched");
    expect(tape.gradient(y, x).item()).toBe(6);
  });

  it("rule 21: the error is a GradtapeError and an Error", () => {
    const x = tf.constant(3);
    const error = unconnected(() => new tf.GradientTape().gradient(tf.constant(1), x));
    expect(error).toBeInstanceOf(tf.GradtapeError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("UnconnectedGradientError");
  });
});

/** The life of a tape: starting, stopping, being used up, recording itself, resetting. */
import * as tf from "gradtape";
import { afterEach, describe, expect, it, vi } from "vitest";
import { expectWatched } from "./watched.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** x² with x watched, on a tape that goes on recording. */
function recordedSquare(value = 3, options: tf.GradientTapeOptions = {}) {
  const tape = new tf.GradientTape(options);
  const x = tf.constant(value);
  tape.watch(x);
  return { tape, x, y: tf.multiply(x, x) };
}

describe("rule 1", () => {
  it("rule 1: starting a tape that is recording is an error, and the tape goes on", () => {
    const { tape, x, y } = recordedSquare();
    expect(tape.recording).toBe(true);
    expect(() => tape.start()).toThrow(tf.TapeError);
    expect(() => tape.start()).toThrow(/recording already/);
    expect(tape.recording).toBe(true);
    expect(tape.gradient(y, x).item()).toBe(6);
  });

  it("rule 1: stopping and starting again continues the same record", () => {
    const tape = new tf.GradientTape();
    const x = tf.constant(3);
    tape.watch(x);
    const y = tf.multiply(2, x);
    tape.stop();
    expect(tape.recording).toBe(false);
    tape.start();
    const z = tf.multiply(2, y);
    expect(tape.gradient(z, x).item()).toBe(4);
  });

  it("rule 1: what is computed between stop and start is not recorded", () => {
    const { tape, x, y } = recordedSquare();
    tape.stop();
    const unseen = tf.multiply(y, 5);
    tape.start();
    const seen = tf.multiply(y, 5);
    expect(tape.gradient([unseen, seen], x).item()).toBe(30);
  });

  it("rule 1: stopping twice has no effect", () => {
    const { tape, x, y } = recordedSquare();
    tape.stop();
    tape.stop();
    expect(tape.gradient(y, x).item()).toBe(6);
  });
});

describe("rule 2", () => {
  it("rule 2: a second gradient of a non-persistent tape says what the tape computes and what to pass", () => {
    const { tape, x, y } = recordedSquare();
    const z = tf.multiply(y, y);
    expect(tape.gradient(z, [x])[0].item()).toBe(108);
    expect(() => tape.gradient(y, [x])).toThrow(tf.TapeError);
    expect(() => tape.gradient(y, [x])).toThrow(/one set of gradients \(or Jacobians\)/);
    expect(() => tape.gradient(y, [x])).toThrow(/persistent: true/);
  });

  it("rule 2: a used-up tape can neither watch nor start", () => {
    const { tape, x, y } = recordedSquare();
    tape.gradient(y, x);
    expect(() => tape.watch(x)).toThrow(/watch: the tape is used up/);
    expect(() => tape.start()).toThrow(/start: the tape is used up/);
    expect(() => tape.reset()).toThrow(tf.TapeError);
    expect(() => tape.stopRecording(() => 1)).toThrow(tf.TapeError);
    expect(tape.recording).toBe(false);
  });

  it("rule 2: a persistent tape computes as many as are asked for", () => {
    const { tape, x, y } = recordedSquare(3, { persistent: true });
    const z = tf.multiply(y, y);
    tape.stop();
    expect(tape.gradient(z, [x])[0].item()).toBe(4 * 3 * 3 * 3);
    expect(tape.gradient(y, [x])[0].item()).toBe(6);
    expect(tape.gradient(z, [x])[0].item()).toBe(108);
  });

  it("rule 2: a disposed tape is used up, persistent or not", () => {
    for (const persistent of [false, true]) {
      const { tape, x, y } = recordedSquare(3, { persistent });
      tape[Symbol.dispose]();
      expect(() => tape.gradient(y, x)).toThrow(/used up/);
    }
  });
});

describe("rule 3", () => {
  it("rule 3: gradient while recording stops a non-persistent tape and computes", () => {
    const v = new tf.Variable(1);
    const tape = new tf.GradientTape();
    const loss = tf.multiply(2, v);
    const gradient = tape.gradient(loss, v);
    expect(gradient.item()).toBe(2);
    expect(tape.recording).toBe(false);
    tf.multiply(3, v);
    expectWatched(tape, [v]);
  });
});

describe("rule 4", () => {
  it("rule 4: a persistent tape that records differentiates its own gradients: x³, 3x², 6x, 6", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const tape = new tf.GradientTape({ persistent: true });
    const x = tf.constant(3);
    tape.watch(x);
    const y = tf.pow(x, 3);
    const first = tape.gradient(y, x);
    const second = tape.gradient(first, x);
    tape.stop();
    const third = tape.gradient(second, x);
    expect([y, first, second, third].map((tensor) => tensor.item())).toEqual([27, 27, 18, 6]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).toMatch(/memory.*stop\(\)/s);
  });

  it("rule 4: no warning where the persistent tape is stopped, nor for a non-persistent one", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const stopped = recordedSquare(3, { persistent: true });
    stopped.tape.stop();
    expect(stopped.tape.gradient(stopped.y, stopped.x).item()).toBe(6);
    const plain = recordedSquare();
    expect(plain.tape.gradient(plain.y, plain.x).item()).toBe(6);
    expect(warn).not.toHaveBeenCalled();
  });

  it("rule 4: a stopped persistent tape does not record its own backward pass", () => {
    const { tape, x, y } = recordedSquare(3, { persistent: true });
    tape.stop();
    const first = tape.gradient(y, x);
    expect(tape.gradient(first, x, { unconnectedGradients: "none" })).toBeNull();
  });
});

describe("rule 5", () => {
  it("rule 5: reset forgets the record and goes on recording", () => {
    const tape = new tf.GradientTape();
    const v = new tf.Variable(1);
    const before = tf.multiply(v, v);
    tape.reset();
    expect(tape.recording).toBe(true);
    const loss = tf.add(before, tf.multiply(v, v));
    expect(tape.gradient(loss, v).item()).toBe(2);
  });

  it("rule 5: reset forgets the watches", () => {
    const { tape, x, y } = recordedSquare();
    const v = new tf.Variable(1);
    tape.watch(v);
    expectWatched(tape, [v]);
    tape.reset();
    expectWatched(tape, []);
    const z = tf.multiply(tf.multiply(x, y), v);
    const gradients = tape.gradient(z, [x, y, v], { unconnectedGradients: "none" });
    expect(gradients.map((gradient) => gradient?.item() ?? null)).toEqual([null, null, 27]);
  });

  it("rule 5: reset of a tape that is not recording is an error", () => {
    const { tape, x, y } = recordedSquare();
    tape.stop();
    expect(() => tape.reset()).toThrow(tf.TapeError);
    expect(() => tape.reset()).toThrow(/not recording/);
    expect(tape.gradient(y, x).item()).toBe(6);
  });
});

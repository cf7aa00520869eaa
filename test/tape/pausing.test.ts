/** Tapes that pause, bodies that throw, and the list of variables that outlives both. */
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

describe("rule 6", () => {
  it("rule 6: stopRecording runs its function unrecorded and gives what it returns", () => {
    const tape = new tf.GradientTape();
    const x = new tf.Variable(1);
    const y = tape.stopRecording(() => tf.multiply(x, x));
    expect(y.item()).toBe(1);
    expect(tape.recording).toBe(true);
    expect(tape.gradient(y, x, { unconnectedGradients: "none" })).toBeNull();
  });

  it("rule 6: recording is resumed, and what was on the tape before stays on it", () => {
    const tape = new tf.GradientTape({ persistent: true });
    const x = new tf.Variable(1);
    const doubled = tf.multiply(x, 2);
    const y = tape.stopRecording(() => tf.multiply(doubled, doubled));
    const z = tf.multiply(doubled, doubled);
    tape.stop();
    expect(tape.gradient(y, doubled, { unconnectedGradients: "none" })).toBeNull();
    expect(tape.gradient(z, doubled).item()).toBe(4);
    expect(tape.gradient(z, x).item()).toBe(8);
  });

  it("rule 6: recording is resumed when the function throws", () => {
    const { tape, x, y } = recordedSquare();
    const failure = new Error("inside");
    expect(() =>
      tape.stopRecording(() => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(tape.recording).toBe(true);
    expect(tape.gradient(tf.multiply(y, 2), x).item()).toBe(12);
  });

  it("rule 6: other tapes go on recording inside stopRecording", () => {
    const outer = recordedSquare();
    const inner = new tf.GradientTape();
    inner.watch(outer.y);
    const z = inner.stopRecording(() => tf.multiply(outer.y, 2));
    expect(inner.gradient(z, outer.y, { unconnectedGradients: "none" })).toBeNull();
    expect(outer.tape.gradient(z, outer.x).item()).toBe(12);
  });

  it("rule 6: stopRecording nests in itself as an error, since the tape is not recording there", () => {
    const { tape } = recordedSquare();
    tape.stopRecording(() => {
      expect(tape.recording).toBe(false);
      expect(() => tape.stopRecording(() => 1)).toThrow(/not recording/);
    });
    expect(tape.recording).toBe(true);
    tape.stop();
  });

  it("rule 6: a tape that is stopped inside stopRecording stays stopped", () => {
    const { tape, x, y } = recordedSquare(3, { persistent: true });
    tape.stopRecording(() => tape.stop());
    expect(tape.recording).toBe(false);
    const unseen = tf.multiply(y, 2);
    expect(tape.gradient(unseen, x, { unconnectedGradients: "none" })).toBeNull();
  });

  it("rule 6: a gradient inside stopRecording uses the tape up, and nothing is recorded afterwards", () => {
    const { tape, x, y } = recordedSquare();
    const gradient = tape.stopRecording(() => tape.gradient(y, x));
    expect(gradient.item()).toBe(6);
    expect(tape.recording).toBe(false);
    expect(() => tape.gradient(y, x)).toThrow(/used up/);
  });

  it("rule 6: a persistent gradient inside stopRecording is not recorded and does not warn", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { tape, x, y } = recordedSquare(3, { persistent: true });
    const gradient = tape.stopRecording(() => tape.gradient(y, x));
    tape.stop();
    expect(gradient.item()).toBe(6);
    expect(warn).not.toHaveBeenCalled();
    expect(tape.gradient(gradient, x, { unconnectedGradients: "none" })).toBeNull();
  });
});

describe("rule 7", () => {
  it("rule 7: `using` stops the tape of a body that throws, and the tapes around it go on", () => {
    const outer = recordedSquare();
    let abandoned: tf.GradientTape | undefined;
    expect(() => {
      using tape = new tf.GradientTape();
      abandoned = tape;
      tape.watch(outer.y);
      throw new Error("inside");
    }).toThrow("inside");
    expect(abandoned?.recording).toBe(false);
    expect(outer.tape.recording).toBe(true);
    expect(outer.tape.gradient(outer.y, outer.x).item()).toBe(6);
  });

  it("rule 7: `using` stops and releases at the end of the block", () => {
    let kept: tf.GradientTape | undefined;
    {
      using tape = new tf.GradientTape({ persistent: true });
      kept = tape;
      expect(tape.recording).toBe(true);
    }
    expect(kept.recording).toBe(false);
    expect(() => kept?.start()).toThrow(/used up/);
  });

  it("rule 7: an operation that fails leaves the tape recording and its record whole", () => {
    const { tape, x, y } = recordedSquare();
    expect(() => tf.add(tf.zeros([2]), tf.zeros([3]))).toThrow(tf.ShapeError);
    expect(tape.recording).toBe(true);
    expect(tape.gradient(tf.multiply(y, y), x).item()).toBe(108);
  });

  it("rule 7: gradient works after a function that throws between tapes", () => {
    const failing = (): void => {
      const tape = new tf.GradientTape();
      try {
        throw new Error("inside");
      } finally {
        tape.stop();
      }
    };
    expect(failing).toThrow("inside");
    const { tape, x, y } = recordedSquare(1);
    expect(tape.gradient(y, x).item()).toBe(2);
  });
});

describe("rule 8", () => {
  it("rule 8: watchedVariables answers in order of first use, also after the tape is used up", () => {
    const a = new tf.Variable(1, { name: "a" });
    const b = new tf.Variable(2, { name: "b" });
    const c = new tf.Variable(3, { name: "c" });
    const tape = new tf.GradientTape();
    expectWatched(tape, []);
    const product = tf.multiply(tf.multiply(b, a), b);
    tape.watch(c);
    tf.multiply(a, 1);
    const names = (): string[] => tape.watchedVariables().map((variable) => variable.name);
    expect(names()).toEqual(["b", "a", "c"]);
    tape.gradient(product, [a, b]);
    expect(names()).toEqual(["b", "a", "c"]);
    tape[Symbol.dispose]();
    expect(names()).toEqual(["b", "a", "c"]);
  });

  it("rule 8: the list is the caller's own", () => {
    const tape = new tf.GradientTape();
    const a = new tf.Variable(1);
    const y = tf.multiply(a, a);
    tape.watchedVariables().pop();
    expectWatched(tape, [a]);
    expect(tape.gradient(y, a).item()).toBe(2);
  });

  it("rule 8: tensors that are watched are not listed, nor variables that are not trainable", () => {
    const tape = new tf.GradientTape();
    const frozen = new tf.Variable(2, { trainable: false });
    const x = tf.constant(1);
    tape.watch(x);
    tf.multiply(x, frozen);
    expectWatched(tape, []);
    tape.watch(frozen);
    expectWatched(tape, [frozen]);
    tape.stop();
  });
});

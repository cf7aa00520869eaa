/** The life of a tape: starting, stopping, being used up, resetting, and throwing bodies. */
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

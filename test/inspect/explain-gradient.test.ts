/** `explainGradient`: the path from a target to a source, or where it is cut and why, as text and as data. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

function recorded(): tf.GradientTape {
  return new tf.GradientTape({ persistent: true });
}

describe("a gradient that arrives", () => {
  it("lists the operations from the target back", () => {
    const x = tf.constant([1, 2]);
    const tape = recorded();
    tape.watch(x);
    const y = tf.reduceSum(tf.tanh(x).mul(3));
    tape.stop();
    const explanation = tf.explainGradient(tape, y, x);
    expect(explanation.connected).toBe(true);
    expect(explanation.reason).toBeUndefined();
    expect(explanation.steps.map(({ op }) => op)).toEqual(["reduceSum", "multiply", "tanh"]);
    expect(explanation.steps[1]).toMatchObject({
      output: "float32[2]",
      operand: "a",
      input: "float32[2]",
      cut: false,
    });
    expect(String(explanation).split("\n")).toEqual([
      "a gradient flows between the target float32[] and the source float32[2], from the target back through 3 operations:",
      "  float32[] = reduceSum(… x: float32[2] …)",
      "  float32[2] = multiply(… a: float32[2] …)",
      "  float32[2] = tanh(… x: float32[2] …)",
    ]);
    expect(tape.gradient(y, x).size).toBe(2);
  });

  it("knows variables by name, and a target that is the source", () => {
    const w = new tf.Variable(2, { name: "weight" });
    const tape = recorded();
    const y = w.mul(w);
    tape.stop();
    expect(String(tf.explainGradient(tape, y, w))).toContain('Variable "weight"');
    expect(tf.explainGradient(tape, w, w)).toMatchObject({ connected: true, steps: [] });
  });

  it("takes the way that is not cut where there is another", () => {
    const x = tf.constant(1.5);
    const tape = recorded();
    tape.watch(x);
    const y = tf.floor(x).add(tf.sin(x));
    tape.stop();
    const { connected, steps } = tf.explainGradient(tape, y, x);
    expect(connected).toBe(true);
    expect(steps.map(({ op }) => op)).toEqual(["add", "sin"]);
  });

  it("gives the lines of calls under detectAnomalies", () => {
    const x = tf.constant(1);
    const tape = recorded();
    tape.watch(x);
    const y = tf.detectAnomalies(() => tf.sin(x));
    tape.stop();
    expect(tf.explainGradient(tape, y, x).steps[0]!.line).toMatch(/explain-gradient\.test\.ts:\d+/);
  });
});

describe("a gradient that does not arrive", () => {
  it("shows the cut and its line, and the way around it", () => {
    const x = tf.constant([1.5, 2.5]);
    const tape = recorded();
    tape.watch(x);
    const y = tf.reduceSum(tf.round(x.mul(2)));
    tape.stop();
    const explanation = tf.explainGradient(tape, y, x);
    expect(explanation).toMatchObject({ connected: false, reason: "cut" });
    expect(explanation.steps.map(({ op, cut }) => [op, cut])).toEqual([
      ["reduceSum", false],
      ["round", true],
      ["multiply", false],
    ]);
    expect(explanation.steps[1]!.line).toMatch(/explain-gradient\.test\.ts:\d+/);
    expect(String(explanation)).toContain("← cut here");
  });

  it.each([
    ["never-watched", (tape: tf.GradientTape, x: tf.Tensor): void => void [tape, x]],
    [
      "watched-after-use",
      (tape: tf.GradientTape, x: tf.Tensor): void => {
        x.mul(2);
        tape.watch(x);
      },
    ],
    ["independent", (tape: tf.GradientTape, x: tf.Tensor): void => void tape.watch(x)],
  ] as const)("says that it is %s", (reason, prepare) => {
    const x = tf.constant(1);
    const other = tf.constant(2);
    const tape = recorded();
    tape.watch(other);
    prepare(tape, x);
    const y = other.mul(3);
    tape.stop();
    const explanation = tf.explainGradient(tape, y, x);
    expect(explanation).toMatchObject({ connected: false, reason, steps: [] });
    expect(String(explanation)).toContain("no gradient flows");
  });

  it("says where a value was read out", () => {
    const x = tf.constant(2);
    const tape = recorded();
    tape.watch(x);
    const y = tf.constant(x.mul(3).item());
    tape.stop();
    const explanation = tf.explainGradient(tape, y, x);
    expect(explanation.reason).toBe("read-out");
    expect(String(explanation)).toMatch(/read out with item\(\) at .*explain-gradient\.test\.ts/);
  });
});

describe("bad input", () => {
  it("refuses a tape that is used up, and what is no tensor", () => {
    const x = tf.constant(1);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = x.mul(2);
    expect(() => tf.explainGradient(tape, y, 3 as never)).toThrow(tf.ArgumentError);
    expect(() => tf.explainGradient(tape, [y] as never, x)).toThrow(tf.ArgumentError);
    tape.gradient(y, x);
    expect(() => tf.explainGradient(tape, y, x)).toThrow(/explainGradient: the tape is used up/);
  });
});

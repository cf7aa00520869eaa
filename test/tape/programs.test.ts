/** Host control flow, assignments, and tensors that are used more than once. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items, NONE, watching } from "./tapes.js";

describe("rule 26", () => {
  it("rule 26: host control flow is recorded by being run: [none, none, 1]", () => {
    const variables = [new tf.Variable(2), new tf.Variable(3), new tf.Variable(5)];
    const tape = new tf.GradientTape();
    const greatest = variables.reduce((best, next) => (next.item() > best.item() ? next : best));
    expect(greatest.item()).toBe(5);
    expect(items(tape.gradient(greatest, variables, NONE))).toEqual([null, null, 1]);
  });

  it("rule 26: a loop with conditions gives the gradient of the branches that were taken: 12, 12, 4", () => {
    const f = (x: tf.Tensor, y: number): tf.Tensor => {
      let output = tf.constant(1);
      for (let i = 0; i < y; i++) if (i > 1 && i < 5) output = tf.multiply(output, x);
      return output;
    };
    const derivatives = [6, 5, 4].map((y) => {
      const x = tf.constant(2);
      const tape = watching(x);
      return tape.gradient(f(x, y), x).item();
    });
    expect(derivatives).toEqual([12, 12, 4]);
  });

  it("rule 26: a while loop on values runs as many times as they say", () => {
    const x = tf.constant(1.5);
    const tape = watching(x);
    let y = x;
    while (y.item() < 10) y = tf.multiply(y, x);
    expect(y.item()).toBe(1.5 ** 6);
    expect(tape.gradient(y, x).item()).toBe(6 * 1.5 ** 5);
  });
});

describe("rule 27", () => {
  it("rule 27: a value that was read before an assignment keeps its value and its gradient", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const before = v.read();
    v.assign(5);
    const y = tf.multiply(before, before);
    expect(before.item()).toBe(3);
    expect(tape.gradient(y, v).item()).toBe(6);
  });

  it("rule 27: reading after an assignment starts anew at the variable", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const y = tf.multiply(v, v);
    v.assign(5);
    const z = tf.multiply(v, v);
    expect(tape.gradient(tf.add(y, z), v).item()).toBe(16);
  });

  it.each<[string, (v: tf.Variable, x: tf.Tensor) => unknown]>([
    ["assign", (v, x) => v.assign(tf.multiply(x, x))],
    ["assignAdd", (v, x) => v.assignAdd(tf.subtract(tf.multiply(x, x), 2))],
    ["assignSub", (v, x) => v.assignSub(tf.subtract(2, tf.multiply(x, x)))],
  ])("rule 27: %s is not differentiated", (_, change) => {
    const x = tf.constant(3);
    const v = new tf.Variable(2);
    const tape = watching(x);
    change(v, x);
    const y = tf.multiply(v, x);
    expect(v.item()).toBe(9);
    expect(items(tape.gradient(y, [x, v]))).toEqual([9, 3]);
  });

  it("rule 27: a variable's own update inside the recording does not change the gradient", () => {
    const v = new tf.Variable([1, 2]);
    const tape = new tf.GradientTape();
    const y = tf.reduceSum(tf.multiply(v, v));
    v.assignSub([0.5, 0.5]);
    expect(v.toArray()).toEqual([0.5, 1.5]);
    expect(tape.gradient(y, v).toArray()).toEqual([2, 4]);
  });
});

describe("rule 28", () => {
  it("rule 28: a tensor used twice receives the sum of both contributions", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    const y = tf.add(tf.multiply(x, 3), tf.multiply(x, tf.multiply(x, x)));
    expect(tape.gradient(y, x).item()).toBe(15);
  });

  it("rule 28: so does an operand that is given twice", () => {
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    expect(tape.gradient(tf.addN([x, x, x, tf.multiply(x, x)]), x).toArray()).toEqual([5, 7]);
  });

  it("rule 28: many contributions of all kinds add up", () => {
    const x = tf.constant([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const tape = watching(x);
    const terms = [
      tf.reduceSum(x),
      tf.reduceSum(tf.gather(x, [0, 2, 0])),
      tf.reduceSum(x.at(-1)),
      tf.reduceSum(tf.slice(x, [1, 0], [2, 1])),
      tf.reduceSum(tf.transpose(x)),
    ];
    expect(tape.gradient(tf.addN(terms), x).toArray()).toEqual([
      [4, 4],
      [3, 2],
      [5, 4],
    ]);
  });

  it("rule 28: contributions of a diamond arrive before they are passed on", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    let y = tf.multiply(x, 1);
    for (let level = 0; level < 60; level++) y = tf.add(y, y);
    expect(tape.gradient(y, x).item()).toBe(2 ** 60);
  });

  it("rule 28: a chain of 100,000 operations needs no recursion", () => {
    const x = tf.constant(1);
    const tape = watching(x);
    let y = x;
    for (let step = 0; step < 100_000; step++) y = tf.multiply(y, x);
    expect(tape.gradient(y, x).item()).toBe(100_001);
  });
});

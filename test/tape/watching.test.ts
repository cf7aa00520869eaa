/** What is on a tape: variables that are read, and what is watched. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items, NONE } from "./tapes.js";
import { expectWatched } from "./watched.js";

describe("rule 11", () => {
  it("rule 11: a trainable variable is watched when it is read while the tape records", () => {
    const v = new tf.Variable(1);
    const tape = new tf.GradientTape();
    expectWatched(tape, []);
    const y = tf.multiply(v, v);
    expectWatched(tape, [v]);
    expect(tape.gradient(y, [v])[0].item()).toBe(2);
  });

  it("rule 11: reading a variable is the identity on the tape", () => {
    const v = new tf.Variable(1);
    const tape = new tf.GradientTape();
    const y = v.read();
    expect(tape.gradient(y, v).item()).toBe(1);
  });

  it("rule 11: a value that was read before the tape began is a constant", () => {
    const v = new tf.Variable(3);
    const early = v.read();
    const tape = new tf.GradientTape();
    const y = tf.multiply(early, v);
    expect(tape.gradient(y, v).item()).toBe(3);
  });

  it("rule 11: a variable that is not trainable is watched only by `watch`", () => {
    const frozen = new tf.Variable(2, { trainable: false });
    const unseen = new tf.GradientTape();
    const y = tf.multiply(frozen, frozen);
    expectWatched(unseen, []);
    expect(unseen.gradient(y, frozen, NONE)).toBeNull();
    const tape = new tf.GradientTape();
    tape.watch(frozen);
    expect(tape.gradient(tf.multiply(frozen, frozen), frozen).item()).toBe(4);
  });

  it("rule 11: watchAccessedVariables: false leaves only explicit watches", () => {
    const first = new tf.Variable(1);
    const second = new tf.Variable(1);
    const tape = new tf.GradientTape({ watchAccessedVariables: false });
    tape.watch(second);
    const y = tf.pow(first, 2);
    const z = tf.pow(second, 3);
    expectWatched(tape, [second]);
    expect(items(tape.gradient([y, z], [first, second], NONE))).toEqual([null, 3]);
  });

  it("rule 11: every method of a variable reads it", () => {
    const v = new tf.Variable([1, 2]);
    const tape = new tf.GradientTape();
    const y = v.mul(v).sum();
    expectWatched(tape, [v]);
    expect(tape.gradient(y, v).toArray()).toEqual([2, 4]);
  });

  it("rule 11: integer variables are not watched when they are read", () => {
    const steps = new tf.Variable(3, { dtype: "int32" });
    const tape = new tf.GradientTape();
    tf.add(steps, 1);
    expectWatched(tape, []);
    tape.stop();
  });
});

describe("rule 12", () => {
  it("rule 12: constants are not watched by themselves", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    const y = tf.multiply(x, x);
    expect(tape.gradient(y, x, NONE)).toBeNull();
  });

  it("rule 12: watch takes a nest of tensors and variables", () => {
    const a = tf.constant(2);
    const b = tf.constant(3);
    const c = new tf.Variable(4, { trainable: false });
    const tape = new tf.GradientTape();
    tape.watch({ pair: [a, b], more: { c } });
    const y = tf.multiply(tf.multiply(a, b), c);
    expect(items(tape.gradient(y, [a, b, c]))).toEqual([12, 8, 6]);
  });

  it("rule 12: watch takes an interface's object and a readonly tuple", () => {
    interface Layer {
      readonly kernel: tf.Tensor;
      readonly bias: tf.Tensor;
    }
    const layer: Layer = { kernel: tf.constant(2), bias: tf.constant(1) };
    const tuple: readonly [tf.Tensor, Layer] = [tf.constant(5), layer];
    const tape = new tf.GradientTape();
    tape.watch(tuple);
    const y = tf.add(tf.multiply(layer.kernel, tuple[0]), layer.bias);
    expect(items(tape.gradient(y, [layer.kernel, layer.bias, tuple[0]]))).toEqual([5, 1, 2]);
  });

  it.each([
    ["a number", 1, /number 1/],
    ["a string", "x", /string x/],
    ["null", null, /null/],
    ["undefined", undefined, /undefined/],
    ["a typed array", new Float32Array(1), /Float32Array/],
    ["a map", new Map(), /Map/],
    ["a function", () => 1, /Function/],
    ["a nest with a number in it", { a: [tf.constant(1), 2] }, /nest\.a\[1\].*number 2/],
  ])("rule 12: watch of %s is a TypeError that names what was passed", (_, thing, message) => {
    const tape = new tf.GradientTape();
    const x = tf.constant(3);
    expect(() => Reflect.apply(tape.watch, tape, [thing])).toThrow(TypeError);
    expect(() => Reflect.apply(tape.watch, tape, [thing])).toThrow(message);
    tape.watch(x);
    expect(tape.gradient(tf.multiply(x, x), x).item()).toBe(6);
  });

  it("rule 12: nothing of a nest is watched when something in it cannot be", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    const watch = (thing: unknown): unknown => Reflect.apply(tape.watch, tape, [thing]);
    expect(() => watch([x, "no"])).toThrow(TypeError);
    expect(() => watch([x, tf.constant(1, { dtype: "int32" })])).toThrow(tf.DTypeError);
    expect(tape.gradient(tf.multiply(x, x), x, NONE)).toBeNull();
  });

  it.each(["int32", "bool"] as const)("rule 12: watch of %s is a DTypeError", (dtype) => {
    const x = tf.cast(tf.constant(1), dtype);
    const v = new tf.Variable(x);
    const tape = new tf.GradientTape();
    expect(() => tape.watch(x)).toThrow(tf.DTypeError);
    expect(() => tape.watch(x)).toThrow(new RegExp(`${dtype}.*cast`));
    expect(() => tape.watch([v])).toThrow(tf.DTypeError);
    tape.stop();
  });
});

describe("rule 13", () => {
  it("rule 13: watching is per tape: 12, and none", () => {
    const first = new tf.Variable(2, { trainable: false });
    const second = new tf.Variable(2, { trainable: false });
    const outer = new tf.GradientTape();
    const inner = new tf.GradientTape();
    outer.watch(first);
    inner.watch([first, second]);
    const y = tf.pow(first, 3);
    const z = tf.pow(second, 2);
    const gradients = inner.gradient([y, z], [first, second]);
    expect(items(gradients)).toEqual([12, 4]);
    const secondOrder = outer.gradient(gradients, [first, second], NONE);
    expect(items(secondOrder)).toEqual([12, null]);
  });
});

describe("rule 14", () => {
  it("rule 14: watching is not retroactive", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    const before = tf.multiply(x, x);
    tape.watch(x);
    const after = tf.multiply(x, 5);
    const gradients = tape.gradient([before, after], [x], NONE);
    expect(items(gradients)).toEqual([5]);
  });

  it("rule 14: watching an intermediate does not detach it from what made it", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.multiply(x, x);
    tape.watch(y);
    const z = tf.multiply(y, y);
    expect(items(tape.gradient(z, [x, y]))).toEqual([108, 18]);
  });

  it("rule 14: watching twice counts once", () => {
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.multiply(x, x);
    tape.watch([x, x]);
    expect(tape.gradient(tf.add(y, x), x).item()).toBe(7);
  });

  it("rule 14: an intermediate of an outer tape can start an inner one", () => {
    const x = tf.constant(3);
    const outer = new tf.GradientTape();
    outer.watch(x);
    let y = tf.multiply(x, x);
    const inner = new tf.GradientTape();
    inner.watch(y);
    const z = tf.multiply(2, y);
    const gradient = inner.gradient(z, y);
    expect(gradient.item()).toBe(2);
    y = tf.add(y, gradient);
    expect(outer.gradient(y, x).item()).toBe(6);
  });
});

describe("rule 15", () => {
  it("rule 15: equal constants are distinct tensors", () => {
    const first = tf.constant(3);
    const second = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch([first, second]);
    const y = tf.add(first, second);
    expect(tape.gradient(y, [first])[0].item()).toBe(1);
  });

  it("rule 15: identity(x), x + 0, x − 0 and x · 1 are new tensors that can be watched apart", () => {
    const x = tf.constant(10);
    const copies = [tf.identity(x), tf.add(x, 0), tf.subtract(x, 0), tf.multiply(x, 1)];
    const tape = new tf.GradientTape();
    tape.watch([x, copies]);
    const terms = [tf.multiply(x, 2), ...copies.map((copy) => tf.multiply(copy, 3))];
    expect(items(tape.gradient(tf.addN(terms), [x, ...copies]))).toEqual([2, 3, 3, 3, 3]);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ["identity", (x) => tf.identity(x)],
    ["reshape", (x) => tf.reshape(x, [1, 2])],
    ["transpose", (x) => tf.transpose(x, [0, 1])],
    ["broadcastTo", (x) => tf.broadcastTo(x, [1, 2])],
    ["slice", (x) => tf.slice(x, [0, 0], [1, 2])],
    ["concat", (x) => tf.concat([x], 0)],
    ["split", (x) => tf.split(x, 1, 0)[0]!],
    ["tile", (x) => tf.tile(x, [1, 1])],
    ["reduceSum over no axis", (x) => tf.reduceSum(x, { axis: [] })],
    ["squeeze", (x) => tf.squeeze(x, [])],
    ["reverse", (x) => tf.reverse(x, [])],
    ["roll", (x) => tf.roll(x, 0, 0)],
    ["dropout at rate 0", (x) => tf.nn.dropout(x, 0)],
  ])("rule 15: so does %s where it changes nothing", (_, copyOf) => {
    const x = tf.constant([[1, 2]]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = copyOf(x);
    expect(y === x).toBe(false);
    expect(y.toArray()).toEqual([[1, 2]]);
    tape.watch(y);
    const z = tf.add(tf.multiply(x, 2), tf.multiply(y, 3));
    const [dx, dy] = tape.gradient(z, [x, y]);
    expect(dx.toArray()).toEqual([[5, 5]]);
    expect(dy.toArray()).toEqual([[3, 3]]);
  });
});

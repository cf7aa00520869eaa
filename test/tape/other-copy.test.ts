/** Tensors and variables of another installed copy of the library. */
import * as tf from "gradtape";
import { describe, expect, it, vi } from "vitest";
import { untyped } from "./tapes.js";

const variable = new tf.Variable([1, 2], { name: "weights" });

describe("a tensor of another installed copy", () => {
  it("is an error that says so and how to find out, wherever it is given", async () => {
    vi.resetModules();
    const other = await import("gradtape");
    const foreign = other.constant([1, 2]);
    const foreignVariable = new other.Variable([1, 2]);
    expect(foreign).not.toBeInstanceOf(tf.Tensor);
    for (const thing of [foreign, foreignVariable]) {
      expect(() => untyped(tf.add, [1, 2], thing)).toThrow(tf.ArgumentError);
      expect(() => untyped(tf.add, [1, 2], thing)).toThrow(
        /add: b .*another installed copy.*npm ls/,
      );
      const tape = new tf.GradientTape();
      const y = tf.multiply(variable, variable);
      for (const call of [
        () => Reflect.apply(tape.watch, tape, [thing]),
        () => Reflect.apply(tape.watch, tape, [[variable, { thing }]]),
        () => Reflect.apply(tape.gradient, tape, [y, thing]),
        () => Reflect.apply(tape.gradient, tape, [thing, variable]),
        () => Reflect.apply(variable.assign, variable, [thing]),
        () => Reflect.construct(tf.Variable, [thing]),
        () => untyped(tf.constant, thing),
        () => untyped(tf.addN, [variable, thing]),
      ]) {
        expect(call).toThrow(tf.ArgumentError);
        expect(call).toThrow(/another installed copy/);
      }
      expect(tape.gradient(y, variable).toArray()).toEqual([2, 4]);
    }
  });

  it("works with its own functions, beside ours", async () => {
    vi.resetModules();
    const other = await import("gradtape");
    const outer = new tf.GradientTape();
    const x = tf.constant(3);
    outer.watch(x);
    const tape = new other.GradientTape();
    const v = other.constant(2);
    tape.watch(v);
    const gradient = tape.gradient(other.multiply(v, v), v);
    expect(gradient.item()).toBe(4);
    expect(outer.gradient(tf.multiply(x, gradient.item()), x).item()).toBe(4);
  });
});

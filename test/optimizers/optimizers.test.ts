/** How optimizers are used: minimizing, missing gradients, and what is refused. */
import * as tf from "gradtape";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isRecording } from "../../src/core/dispatch.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const KINDS = ["SGD", "Adam", "AdamW", "RMSprop"] as const;

describe("minimize", () => {
  it.each(KINDS)("of %s makes a loss smaller, and returns it as it was before", (kind) => {
    const w = new tf.Variable([3, -2]);
    const optimizer = new tf.optimizers[kind]({ learningRate: 0.1 });
    const loss = (): tf.Tensor => tf.reduceSum(tf.square(tf.subtract(w, [1, 1])));
    expect(optimizer.minimize(loss).item()).toBe(13);
    for (let step = 0; step < 200; step++) optimizer.minimize(loss);
    expect(loss().item()).toBeLessThan(0.1);
    expect(optimizer.iterations).toBe(201);
    expect(isRecording()).toBe(false);
  });

  it("changes every trainable variable that the loss reads, and no other", () => {
    const a = new tf.Variable(1);
    const b = new tf.Variable(1);
    const frozen = new tf.Variable(1, { trainable: false });
    const unused = new tf.Variable(1);
    const optimizer = new tf.optimizers.SGD({ learningRate: 1 });
    optimizer.minimize(() => tf.multiply(tf.multiply(a, tf.multiply(b, 0.5)), frozen));
    expect([a, b, frozen, unused].map((variable) => variable.item())).toEqual([0.5, 0.5, 1, 1]);
  });

  it("changes the variables that are named, also those that are not trainable", () => {
    const a = new tf.Variable(1);
    const frozen = new tf.Variable(1, { trainable: false });
    const optimizer = new tf.optimizers.SGD({ learningRate: 0.5 });
    optimizer.minimize(() => tf.multiply(a, frozen), [frozen]);
    expect([a.item(), frozen.item()]).toEqual([1, 0.5]);
  });

  it("takes a loss of several elements as their sum", () => {
    const w = new tf.Variable([1, 2]);
    const optimizer = new tf.optimizers.SGD({ learningRate: 0.5 });
    expect(optimizer.minimize(() => tf.square(w)).toArray()).toEqual([1, 4]);
    expect(w.toArray()).toEqual([0, 0]);
  });

  it("explains why a loss does not depend on a variable, and changes nothing", () => {
    const w = new tf.Variable(1.5, { name: "weight" });
    const used = new tf.Variable(2);
    const optimizer = new tf.optimizers.Adam();
    const rounded = (): tf.Tensor => tf.multiply(tf.round(w), used);
    expect(() => optimizer.minimize(rounded)).toThrow(tf.UnconnectedGradientError);
    expect(() => optimizer.minimize(rounded)).toThrow(/"weight".*cut by round/s);
    expect([w.item(), used.item(), optimizer.iterations]).toEqual([1.5, 2, 0]);
    expect(isRecording()).toBe(false);
    optimizer.minimize(rounded, [used]);
    expect(used.item()).toBeLessThan(2);
  });

  it("stops recording when the loss throws", () => {
    const optimizer = new tf.optimizers.SGD();
    const failure = new Error("inside");
    expect(() =>
      optimizer.minimize(() => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(isRecording()).toBe(false);
    expect(optimizer.iterations).toBe(0);
  });

  it("refuses a loss that reads no variable, an empty list, and what is no function", () => {
    const optimizer = new tf.optimizers.SGD();
    expect(() => optimizer.minimize(() => tf.constant(1))).toThrow(/reads no trainable variable/);
    expect(() => optimizer.minimize(() => tf.constant(1), [])).toThrow(tf.ArgumentError);
    for (const bad of [null, tf.constant(1)]) {
      expect(() => Reflect.apply(optimizer.minimize, optimizer, [bad])).toThrow(
        /must be a function/,
      );
    }
    const w = new tf.Variable(1);
    const nothing = (): unknown => {
      tf.square(w);
      return undefined;
    };
    expect(() => Reflect.apply(optimizer.minimize, optimizer, [nothing])).toThrow(tf.ArgumentError);
    expect(isRecording()).toBe(false);
  });
});

describe("applyGradients", () => {
  it("leaves a variable without a gradient as it is, and warns once", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const a = new tf.Variable(1);
    const b = new tf.Variable(1, { name: "skipped" });
    const optimizer = new tf.optimizers.SGD({ learningRate: 1 });
    for (let step = 0; step < 3; step++) {
      optimizer.applyGradients([
        [tf.constant(1), a],
        [null, b],
      ]);
    }
    expect([a.item(), b.item(), optimizer.iterations]).toEqual([-2, 1, 3]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).toMatch(/SGD\.applyGradients.*"skipped"/);
  });

  it("takes what gradient gives with unconnectedGradients: none", () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const variables = [new tf.Variable(3), new tf.Variable(3)];
    const tape = new tf.GradientTape();
    const loss = tf.square(variables[0]!);
    const gradients = tape.gradient(loss, variables, { unconnectedGradients: "none" });
    const optimizer = new tf.optimizers.SGD({ learningRate: 0.5 });
    optimizer.applyGradients(gradients.map((gradient, k) => [gradient, variables[k]!]));
    expect(variables.map((variable) => variable.item())).toEqual([0, 3]);
  });

  it("is an error when there is no gradient at all", () => {
    const w = new tf.Variable(1);
    const optimizer = new tf.optimizers.SGD();
    expect(() => optimizer.applyGradients([[null, w]])).toThrow(/no gradient for any of 1/);
    expect(() => optimizer.applyGradients([])).toThrow(tf.ArgumentError);
    expect(optimizer.iterations).toBe(0);
  });

  it("checks everything before it changes anything", () => {
    const a = new tf.Variable(1);
    const b = new tf.Variable([1, 2], { name: "kernel" });
    const optimizer = new tf.optimizers.Adam();
    const step = (second: unknown): (() => unknown) => {
      const pairs = [[tf.constant(1), a], second];
      return () => Reflect.apply(optimizer.applyGradients, optimizer, [pairs]);
    };
    expect(step([tf.ones([3]), b])).toThrow(tf.ShapeError);
    expect(step([tf.ones([3]), b])).toThrow(/float32\[3\].*"kernel" float32\[2\]/);
    expect(step([tf.ones([2], { dtype: "float64" }), b])).toThrow(tf.DTypeError);
    expect(step([b, tf.ones([2])])).toThrow(tf.ArgumentError);
    expect(step([undefined, b])).toThrow(/entry 1 must be a pair/);
    expect(step(null)).toThrow(/entry 1 must be a pair.*null/);
    expect([a.item(), optimizer.iterations]).toEqual([1, 0]);
    expect(() => Reflect.apply(optimizer.applyGradients, optimizer, [null])).toThrow(
      /array of pairs/,
    );
    optimizer.applyGradients([
      [tf.constant(1), a],
      [tf.ones([2]), b],
    ]);
    expect(a.item()).toBeCloseTo(0.999, 6);
  });
});

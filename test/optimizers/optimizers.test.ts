/** How optimizers are used: minimizing, missing gradients, state, tapes around them, and what is refused. */
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

describe("an optimizer", () => {
  it.each(KINDS)("%s keeps float64 throughout", (kind) => {
    const w = new tf.Variable(1, { dtype: "float64" });
    const optimizer = new tf.optimizers[kind]({ learningRate: 0.1 });
    for (let step = 0; step < 3; step++) optimizer.minimize(() => tf.square(w));
    expect(w.dtype).toBe("float64");
    expect(Math.fround(w.item())).not.toBe(w.item());
  });

  it("remembers every variable apart, also of two dtypes and shapes", () => {
    const together = new tf.optimizers.SGD({ learningRate: 0.1, momentum: 0.9 });
    const a = new tf.Variable([1, 2]);
    const b = new tf.Variable(3, { dtype: "float64" });
    const alone = new tf.optimizers.SGD({ learningRate: 0.1, momentum: 0.9 });
    const same = new tf.Variable([1, 2]);
    for (let step = 0; step < 4; step++) {
      together.minimize(() => tf.add(tf.reduceSum(tf.square(a)), tf.cast(tf.square(b), "float32")));
      alone.minimize(() => tf.square(same));
    }
    expect(a.toArray()).toEqual(same.toArray());
    expect(b.item()).not.toBe(3);
  });

  it("takes a new learning rate between steps", () => {
    const w = new tf.Variable(0);
    const optimizer = new tf.optimizers.SGD({ learningRate: 1 });
    optimizer.applyGradients([[tf.constant(1), w]]);
    expect(optimizer.learningRate).toBe(1);
    optimizer.learningRate = 10;
    optimizer.applyGradients([[tf.constant(1), w]]);
    expect(w.item()).toBe(-11);
    expect(() => {
      optimizer.learningRate = -1;
    }).toThrow(tf.ArgumentError);
    expect(optimizer.learningRate).toBe(10);
  });

  it("counts steps from outside only", () => {
    const optimizer = new tf.optimizers.SGD();
    expect(() => Reflect.set(optimizer, "iterations", 5, optimizer)).not.toThrow();
    expect(optimizer.iterations).toBe(0);
  });

  it("is an Optimizer", () => {
    for (const kind of KINDS) {
      expect(new tf.optimizers[kind]()).toBeInstanceOf(tf.optimizers.Optimizer);
    }
  });

  it("leaves values that were read before the step as they were", () => {
    const w = new tf.Variable([1, 2]);
    const before = w.read();
    new tf.optimizers.SGD({ learningRate: 1 }).minimize(() => tf.square(w));
    expect(before.toArray()).toEqual([1, 2]);
    expect(w.toArray()).toEqual([-1, -2]);
  });

  it.each(KINDS)("%s lets go of a variable that nobody holds", async (kind) => {
    const optimizer = new tf.optimizers[kind]();
    const weak = (() => {
      const w = new tf.Variable([1, 2]);
      optimizer.minimize(() => tf.square(w));
      return new WeakRef(w);
    })();
    await new Promise((resolve) => setTimeout(resolve, 5));
    globalThis.gc?.();
    expect(weak.deref()).toBeUndefined();
    expect(optimizer.iterations).toBe(1);
  });
});

describe("tapes around a step", () => {
  it.each(KINDS)("record nothing of %s, and do not differentiate it", (kind) => {
    const w = new tf.Variable(2);
    const optimizer = new tf.optimizers[kind]({ learningRate: 0.5 });
    const outer = new tf.GradientTape();
    const before = tf.square(w);
    const inner = new tf.GradientTape();
    const gradient = inner.gradient(tf.square(w), w);
    optimizer.applyGradients([[gradient, w]]);
    const changed = w.item();
    const after = tf.multiply(w, 3);
    expect(changed).not.toBe(2);
    expect(outer.gradient(tf.add(before, after), w).item()).toBe(7);
  });

  it("do not watch the variables of a step", () => {
    const w = new tf.Variable(2);
    const optimizer = new tf.optimizers.Adam();
    const outer = new tf.GradientTape();
    optimizer.applyGradients([[tf.constant(1), w]]);
    expect(outer.watchedVariables().length).toBe(0);
    outer.stop();
  });

  it("may differentiate a loss whose inner step was already made", () => {
    const w = new tf.Variable(3);
    const optimizer = new tf.optimizers.SGD({ learningRate: 0.1 });
    const outer = new tf.GradientTape();
    const loss = optimizer.minimize(() => tf.square(w));
    expect(outer.gradient(loss, w).item()).toBe(6);
    expect(w.item()).toBeCloseTo(2.4, 6);
  });
});

describe("options", () => {
  it.each<[string, unknown, RegExp]>([
    ["SGD", { learningrate: 1 }, /SGD: unknown option "learningrate"/],
    ["SGD", { beta1: 1 }, /SGD: unknown option "beta1"/],
    ["SGD", { learningRate: "0.1" }, /learningRate must be a number/],
    ["SGD", { learningRate: Number.NaN }, /learningRate/],
    ["SGD", { momentum: 1.5 }, /momentum must be a number from 0 to 1, got 1\.5/],
    ["Adam", { weightDecay: 0.1 }, /Adam: unknown option "weightDecay"/],
    ["Adam", { beta1: 1 }, /Adam: beta1/],
    ["Adam", { beta2: -0.1 }, /Adam: beta2/],
    ["Adam", { epsilon: -1 }, /Adam: epsilon/],
    ["AdamW", { weightDecay: -1 }, /AdamW: weightDecay/],
    ["AdamW", { beta2: 1 }, /AdamW: beta2/],
    ["RMSprop", { rho: 2 }, /RMSprop: rho/],
    ["RMSprop", { nesterov: true }, /RMSprop: unknown option "nesterov"/],
    ["RMSprop", 0.1, /options object/],
  ])("of %s: %o is refused", (kind, options, message) => {
    const optimizer: unknown = Reflect.get(tf.optimizers, kind);
    if (typeof optimizer !== "function") throw new Error(`no optimizer ${kind}`);
    const make = (): unknown => Reflect.construct(optimizer, [options]);
    expect(make).toThrow(tf.ArgumentError);
    expect(make).toThrow(message);
  });
});

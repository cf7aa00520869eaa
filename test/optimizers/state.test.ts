/** What optimizers keep and who sees their steps: state, tapes around them, options. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const KINDS = ["SGD", "Adam", "AdamW", "RMSprop"] as const;

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

/** What a forward accumulator holds and when it lets go, and accumulators of functions that wait for each other. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { isRecording } from "../../src/core/dispatch.js";
import { runProgram } from "../harness/child-program.js";
import { NONE, watching } from "../tape/tapes.js";
import { collect, leavesNothingActive, turn } from "./modes.js";

leavesNothingActive();

describe("rule 31: memory", () => {
  it("rule 31: an abandoned accumulator stops, and lets its primals go", async () => {
    const weak = (() => {
      const x = tf.constant([1, 2, 3]);
      const accumulator = new tf.ForwardAccumulator(x, [1, 1, 1]);
      const y = x.mul(x);
      return [x, y, accumulator, accumulator.jvp(y)].map((one) => new WeakRef<object>(one));
    })();
    expect(isRecording()).toBe(true);
    await collect();
    expect(isRecording()).toBe(false);
    expect(weak.filter((one) => one.deref() !== undefined)).toEqual([]);
  });

  it("rule 31: so do many, also those that were entered more than once", async () => {
    (() => {
      for (let count = 0; count < 20; count++) {
        const x = tf.constant(count);
        const accumulator = new tf.ForwardAccumulator(x, 1);
        x.mul(x);
        accumulator.stop();
        accumulator.start();
        x.mul(x);
      }
    })();
    expect(isRecording()).toBe(true);
    await collect();
    expect(isRecording()).toBe(false);
    const x = tf.constant(3);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    expect(accumulator.jvp(x.mul(x)).item()).toBe(6);
  });

  it("rule 31: an accumulator that is held goes on", async () => {
    const x = tf.constant(3);
    const accumulator = new tf.ForwardAccumulator(x, 1);
    await collect();
    expect(accumulator.jvp(x.mul(x)).item()).toBe(6);
    accumulator.stop();
  });

  it("rule 31: tensors and tangents that the program does not hold are free while it is active", async () => {
    const x = tf.ones([100]);
    const accumulator = new tf.ForwardAccumulator(x, tf.ones([100]));
    const { y, weak } = (() => {
      const doubled = x.mul(2);
      const squared = doubled.mul(doubled);
      const held = [doubled, accumulator.jvp(doubled), squared, accumulator.jvp(squared)];
      return { y: squared.mul(3), weak: held.map((one) => new WeakRef(one)) };
    })();
    await collect();
    expect(weak.filter((one) => one.deref() !== undefined)).toEqual([]);
    expect(accumulator.jvp(y).at(0).item()).toBe(24);
    accumulator.stop();
  });

  it("rule 31: a variable and its tangent are free when the accumulator is", async () => {
    const weak = (() => {
      const v = new tf.Variable([1, 2]);
      const tangent = tf.constant([3, 4]);
      using accumulator = new tf.ForwardAccumulator(v, tangent);
      accumulator.jvp(v.mul(v));
      return [v, tangent].map((one) => new WeakRef<object>(one));
    })();
    await collect();
    expect(weak.filter((one) => one.deref() !== undefined)).toEqual([]);
  });

  it("rule 31: memory stays flat in a long loop of large tensors", async () => {
    const { tangent, peakKilobytes } = await runProgram(
      new URL("./programs/forward-loop.ts", import.meta.url),
    );
    // 60 steps of 4 MB, each with its tangent, would be 480 MB beside the process itself.
    expect(tangent).toBeCloseTo(0.999 ** 60, 4);
    expect(peakKilobytes).toBeGreaterThan(10_000);
    expect(peakKilobytes).toBeLessThan(300_000);
  });
});

/** The derivative of the power of x by forward mode, with a pause after each multiplication. */
async function derivativeOfPower(value: number, exponent: number): Promise<number> {
  const x = tf.constant(value);
  using accumulator = new tf.ForwardAccumulator(x, 1);
  let y = x;
  for (let factor = 1; factor < exponent; factor++) {
    await turn();
    y = tf.multiply(y, x);
  }
  await turn();
  return accumulator.jvp(y).item();
}

/** A Hessian-vector product by forward over reverse, with pauses. */
async function secondDerivative(value: number, turns: number): Promise<number> {
  const x = tf.constant(value);
  using accumulator = new tf.ForwardAccumulator(x, 1);
  await turn();
  const tape = watching(x);
  const square = x.mul(x);
  for (let count = 0; count < turns; count++) await turn();
  const gradient = tape.gradient(square.mul(x), x);
  await turn();
  return accumulator.jvp(gradient).item();
}

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

describe("rule 31: interleaving", () => {
  it("rule 31: accumulators of interleaved async functions give each its own result", async () => {
    const exponents = [5, 2, 4, 3, 1];
    const found = await Promise.all(exponents.map((exponent) => derivativeOfPower(2, exponent)));
    expect(found).toEqual(exponents.map((exponent) => exponent * 2 ** (exponent - 1)));
  });

  it("rule 31: so do forward over reverse, and tapes beside them", async () => {
    const found = await Promise.all([
      secondDerivative(2, 3),
      derivativeOfPower(3, 4),
      secondDerivative(3, 1),
      secondDerivative(4, 2),
    ]);
    expect(found).toEqual([12, 108, 18, 24]);
  });

  it.each(ORDERS)("rule 31: left in the order %i, %i, %i, each keeps what it knew", (...order) => {
    const x = tf.constant(2);
    const all = [1, 10, 100].map((tangent) => new tf.ForwardAccumulator(x, tangent));
    const targets: tf.Tensor[] = [];
    let y = x.mul(x);
    for (const position of order) {
      targets[position] = y;
      all[position]!.stop();
      y = y.mul(x);
    }
    order.forEach((position, index) => {
      const exponent = index + 2;
      const due = 10 ** position * exponent * 2 ** (exponent - 1);
      expect(all[position]!.jvp(targets[position]!).item()).toBe(due);
      expect(all[position]!.jvp(y, NONE)).toBeNull();
    });
  });
});

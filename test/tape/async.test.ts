/** Tapes of functions that wait for each other, started and stopped in every order. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { isRecording } from "../../src/core/dispatch.js";

/** Resolves after other waiting functions have had their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The derivative of the power of x, computed with a pause after each multiplication. */
async function derivativeOfPower(value: number, exponent: number): Promise<number> {
  const tape = new tf.GradientTape();
  const x = tf.constant(value);
  tape.watch(x);
  let y = x;
  for (let factor = 1; factor < exponent; factor++) {
    await turn();
    y = tf.multiply(y, x);
  }
  await turn();
  const gradient = tape.gradient(y, x);
  return gradient.item();
}

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((first, index) =>
    permutations(values.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}

describe("rule 10", () => {
  it("rule 10: tapes of interleaved async functions give each its own result", async () => {
    const exponents = [5, 2, 4, 3, 1];
    const found = await Promise.all(exponents.map((exponent) => derivativeOfPower(2, exponent)));
    expect(found).toEqual(exponents.map((exponent) => exponent * 2 ** (exponent - 1)));
    expect(isRecording()).toBe(false);
  });

  it("rule 10: one shared variable is watched by every tape that sees it read", async () => {
    const weight = new tf.Variable(3);
    const gradientOf = async (scale: number, turns: number): Promise<number> => {
      const tape = new tf.GradientTape();
      const scaled = tf.multiply(weight, scale);
      for (let count = 0; count < turns; count++) await turn();
      const y = tf.multiply(scaled, weight);
      return tape.gradient(y, weight).item();
    };
    const found = await Promise.all([gradientOf(1, 3), gradientOf(10, 1), gradientOf(100, 2)]);
    expect(found).toEqual([6, 60, 600]);
  });

  it.each(permutations([0, 1, 2]))(
    "rule 10: three tapes started in turn may end in the order %i, %i, %i",
    (...order) => {
      const x = tf.constant(2);
      const tapes = [0, 1, 2].map(() => {
        const tape = new tf.GradientTape();
        tape.watch(x);
        return tape;
      });
      const y = tf.multiply(tf.multiply(x, x), x);
      for (const position of order) expect(tapes[position]!.gradient(y, x).item()).toBe(12);
      expect(isRecording()).toBe(false);
    },
  );

  it.each(permutations(["outer", "middle", "inner"] as const))(
    "rule 10: stopping in the order %s, %s, %s loses nothing that was recorded before",
    (...order) => {
      const x = tf.constant(2);
      const start = (): tf.GradientTape => {
        const tape = new tf.GradientTape();
        tape.watch(x);
        return tape;
      };
      const tapes = { outer: start(), middle: start(), inner: start() };
      let y = tf.multiply(x, x);
      const targets: Record<string, tf.Tensor> = {};
      for (const name of order) {
        targets[name] = y;
        tapes[name].stop();
        y = tf.multiply(y, x);
      }
      order.forEach((name, position) => {
        const exponent = position + 2;
        expect(tapes[name].gradient(targets[name]!, x).item()).toBe(exponent * 2 ** (exponent - 1));
      });
    },
  );

  it("rule 10: a tape that starts while another waits does not see what came before", async () => {
    const x = tf.constant(3);
    const first = new tf.GradientTape();
    first.watch(x);
    const y = tf.multiply(x, x);
    await turn();
    const second = new tf.GradientTape();
    second.watch(y);
    const z = tf.multiply(y, y);
    await turn();
    expect(first.gradient(z, x).item()).toBe(108);
    expect(second.gradient(z, y).item()).toBe(18);
  });
});

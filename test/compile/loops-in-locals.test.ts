/** Loops of scalars and small arrays in compiled functions run in locals: what their code looks like, and that it computes the same. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectEqual } from "./comparing.js";
import { double, integer, some, times } from "./loops.js";
import { loopsOf, mainOf, pureLoopsOf, touchesMemory } from "./wat.js";

describe("a loop of unknown length", () => {
  it.each(["float32", "float64", "int32"] as const)("of scalars in %s is pure", (dtype) => {
    const wat = expectEqual(
      (n, x, a) => times(n, (_, own) => [own.mul(a).sub(own).add(1)], x),
      integer(50),
      tf.constant(3, { dtype }),
      tf.constant(7, { dtype }),
    );
    expect(loopsOf(wat)).toHaveLength(2);
    expect(pureLoopsOf(wat)).toHaveLength(1);
  });

  it("of truth values is pure", () => {
    const wat = expectEqual(
      (n, p, q) => times(n, (_, a, b) => [tf.math.logicalXor(a, b), tf.math.logicalNot(a)], p, q),
      integer(7),
      tf.constant(true),
      tf.constant(false),
    );
    expect(pureLoopsOf(wat)).toHaveLength(1);
  });

  it("of small vectors is pure, and touches memory only before and after", () => {
    const wat = expectEqual(
      (n, x, m) => {
        const [last] = times(n, (_, own) => [tf.linalg.matvec(m, own).mul(0.5)], x);
        return [last!];
      },
      integer(9),
      some("x", 3),
      some("m", 3, 3),
    );
    expect(loopsOf(wat).length).toBeGreaterThan(0);
    expect(loopsOf(wat).flat().filter(touchesMemory)).toEqual([]);
  });

  it("goes on where a call of its function ends", () => {
    const f = tf.compile((n: tf.Tensor, x: tf.Tensor) => [
      ...times(n, (index, own) => [own.mul(0.99).add(tf.cast(index, "float64"))], x),
    ]);
    const x = double(0.25);
    f(integer(1), x);
    const perCall = iterationsPerCall(f.inspect(integer(1), x).wat);
    for (const off of [-1, 0, 1, perCall - 1, perCall, perCall + 1, 2 * perCall + 3]) {
      let expected = 0.25;
      for (let index = 0; index < perCall + off; index++) expected = expected * 0.99 + index;
      expect(f(integer(perCall + off), x)[0]!.item()).toBe(expected);
    }
    expect(f(integer(0), x)[0]!.item()).toBe(0.25);
  });

  it("is counted also where a later pass goes back over what it kept", () => {
    const slope = tf.compile(
      tf.grad((x: tf.Tensor, n: tf.Tensor) => times(n, (_, own) => [own.mul(own).mul(0.5)], x)[0]!),
    );
    for (const [start, count] of [
      [1.9999, 9],
      [0.5, 0],
      [2, 40_000],
    ] as const) {
      // d/dx of x²/2, along the states of the loop.
      let [state, expected] = [start as number, 1];
      for (let index = 0; index < count; index++) {
        expected *= state;
        state = state * state * 0.5;
      }
      const found = slope(double(start), integer(count)).item();
      if (Number.isFinite(expected)) expect(found).toBeCloseTo(expected, 6);
      else expect(found).toBe(expected);
    }
  });

  it("gives an error after too many iterations, and the next call is right", () => {
    const f = tf.compile(
      (n: tf.Tensor, x: tf.Tensor) =>
        tf.whileLoop(
          (index: tf.Tensor) => tf.less(index, n),
          (index: tf.Tensor, own: tf.Tensor) => [index.add(1), own.mul(3)],
          [integer(0), x],
          { maximumIterations: 10 },
        ) as tf.Tensor[],
    );
    const run = (count: number): number => f(integer(count), double(2))[1]!.item();
    expect(run(10)).toBe(2 * 3 ** 10);
    expect(() => run(11)).toThrow(/whileLoop.*10/);
    expect(run(2)).toBe(18);
  });
});

/** How many iterations one call of the function of a loop takes, which its caller adds to the number of the first. */
function iterationsPerCall(wat: string): number {
  const main = mainOf(wat);
  const begin = main.findIndex((one) => one.startsWith("loop "));
  return Number(/i32\.const (\d+)/.exec(main[begin + 2]!)![1]);
}

describe("a loop of known length", () => {
  const decay = (y: tf.Tensor, x: tf.Tensor): tf.Tensor => y.mul(0.75).add(x);

  it.each([false, true])("keeps its state in locals, in reverse: %s", (reverse) => {
    for (const [shape, length] of [
      [[], 1],
      [[], 200],
      [[2], 37],
    ] as const) {
      const wat = expectEqual(
        (y, xs) => [tf.scan(decay, xs, { initializer: y, reverse })],
        some("y", ...shape),
        some("xs", length, ...shape),
      );
      const [loop, ...others] = loopsOf(wat);
      expect(others).toEqual([]);
      // Of each element what is scanned is read and the state is written.
      const memory = loop!.filter(touchesMemory).map((one) => one.replace(/ .*/, ""));
      const each = ["f64.load", "f64.store"];
      expect(memory.sort()).toEqual(shape.length === 0 ? each : each.flatMap((one) => [one, one]));
    }
  });

  it.each([false, true])("and many iterations is cut into calls, in reverse: %s", (reverse) => {
    for (const length of [30_000, 100_001]) {
      const xs = Float64Array.from({ length }, (_, index) => (index % 17) - 8);
      const f = tf.compile((y: tf.Tensor, own: tf.Tensor) =>
        tf.scan(decay, own, { initializer: y, reverse }),
      );
      let state = 0.5;
      const expected = new Float64Array(length);
      for (let step = 0; step < length; step++) {
        const index = reverse ? length - 1 - step : step;
        state = state * 0.75 + xs[index]!;
        expected[index] = state;
      }
      expect(f(double(0.5), tf.constant(xs)).data()).toEqual(expected);
      // A loop that calls the function in which the other one is.
      expect(loopsOf(f.inspect(double(0.5), tf.constant(xs)).wat)).toHaveLength(2);
      const [slope] = tf.compile(
        tf.grad(
          (y: tf.Tensor, own: tf.Tensor) =>
            tf.reduceSum(tf.scan((a, x) => a.mul(0.999).add(x), own, { initializer: y, reverse })),
          { argnums: [0] },
        ),
      )(double(0.5), tf.constant(xs)) as tf.Tensor[];
      expect(slope!.item()).toBeCloseTo((0.999 * (1 - 0.999 ** length)) / 0.001, 6);
    }
  });
});

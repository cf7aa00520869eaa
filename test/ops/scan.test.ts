/** Running sums and products: every direction, and zeros to third order. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { float64, gradientOf, numbers, partial, uniformTensor } from "./programs.js";

describe("cumprod with any number of zeros", () => {
  const weights = [3, -1, 2, 5];

  /** ∂/∂x(p)∂x(q)… of Σ weight(m) · (the product up to m, in the direction and with the range of the options). */
  function expected(
    values: readonly number[],
    positions: readonly number[],
    { exclusive, reverse }: { exclusive: boolean; reverse: boolean },
  ): number {
    let sum = 0;
    weights.forEach((weight, end) => {
      const factors = values
        .map((_, position) => position)
        .filter((position) => (reverse ? position >= end : position <= end))
        .filter((position) => !exclusive || position !== end);
      if (positions.every((position) => factors.includes(position))) {
        const rest = factors.filter((position) => !positions.includes(position));
        const isZero = new Set(positions).size < positions.length;
        sum += isZero
          ? 0
          : weight * rest.reduce((all, position) => all * (values[position] ?? 0), 1);
      }
    });
    return sum + 0;
  }

  for (const values of [
    [2, 3, 4, 5],
    [2, 0, 4, 5],
    [0, 3, 0, 5],
    [0, 0, 0, 0],
  ]) {
    for (const exclusive of [false, true]) {
      for (const reverse of [false, true]) {
        it(`of ${values}${exclusive ? ", exclusive" : ""}${reverse ? ", reverse" : ""}`, () => {
          const x = float64(values);
          const options = { exclusive, reverse };
          const f = (y: tf.Tensor): tf.Tensor =>
            tf.reduceSum(tf.multiply(float64(weights), tf.math.cumprod(y, options)));
          for (const p of [0, 1, 2, 3]) {
            expect(partial(f, x, [p])).toBe(expected(values, [p], options));
            for (const q of [0, 1, 2, 3]) {
              expect(partial(f, x, [p, q])).toBe(expected(values, [p, q], options));
            }
          }
          expect(partial(f, x, [0, 2, 1])).toBe(expected(values, [0, 1, 2], options));
        });
      }
    }
  }
});

describe("cumsum", () => {
  it("runs along any axis, and its gradient runs back", () => {
    const x = uniformTensor([2, 3, 2]);
    for (const axis of [0, 1, -1]) {
      for (const exclusive of [false, true]) {
        const forwards = { axis, exclusive, reverse: false };
        const gradient = gradientOf((y) => tf.reduceSum(tf.multiply(x, tf.cumsum(y, forwards))))(
          tf.zerosLike(x),
        );
        expect(numbers(gradient)).toEqual(numbers(tf.cumsum(x, { ...forwards, reverse: true })));
      }
    }
  });
});

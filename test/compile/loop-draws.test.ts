/** Random numbers in the loops of compiled functions. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { integer, repeat } from "./loops.js";

describe("random numbers in loops", () => {
  const draws = (count: tf.Tensor): readonly tf.Tensor[] => {
    const walk = tf.scan(
      (_: tf.Tensor, e: tf.Tensor) => tf.random.normal([3]).add(e),
      tf.zeros([6]),
      { initializer: tf.zeros([3]) },
    );
    const last = repeat(count, () => tf.random.uniform([2]), tf.zeros([2]));
    const rows = tf.mapFn((e: tf.Tensor) => tf.random.normal([]).add(e), tf.zeros([4]));
    return [walk, last, rows];
  };

  it("differ by iteration and by call, and repeat with the seed", () => {
    const f = tf.compile(draws);
    const run = (): number[] => f(integer(5)).flatMap((one) => [...one.data()]);
    tf.random.setSeed(5);
    const [first, second] = [run(), run()];
    tf.random.setSeed(5);
    expect([run(), run()]).toEqual([first, second]);
    const all = [...first, ...second];
    expect(new Set(all).size).toBe(all.length);
  });

  it("are the same in the backward pass", () => {
    const f = tf.compile((x: tf.Tensor) =>
      tf.reduceSum(tf.mapFn((e: tf.Tensor) => tf.random.normal([3]).mul(e), x)),
    );
    const x = tf.ones([5]);
    const [value, gradient] = tf.valueAndGrad(f)(x);
    expect(tf.reduceSum(gradient).item()).toBeCloseTo(value.item(), 5);
  });

  it("with a seed of their own are those of the loop outside", () => {
    const f = (x: tf.Tensor): tf.Tensor =>
      tf.mapFn((e: tf.Tensor) => tf.random.normal([3], { seed: 9 }).mul(e), x);
    const x = tf.ones([4]);
    expect(tf.compile(f)(x).toArray()).toEqual(f(x).toArray());
  });
});

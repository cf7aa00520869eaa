/** Inputs stay in memory between calls, and whatever can change is copied again all the same. */

import * as tf from "gradtape";
import { expect, it } from "vitest";

const SIZE = 2000;
const double = () => tf.compile((x: tf.Tensor, y: tf.Tensor) => tf.tanh(x).add(y));
const filled = (value: number): tf.Tensor => tf.fill([SIZE], value);
const values = (tensor: tf.Tensor): number[] => [tensor.at(0).item(), tensor.at(-1).item()];

it("gives the same again for the same tensors, and else what other tensors give", () => {
  const f = double();
  const tensors = [0, 1, 2].map((seed) => tf.random.normal([SIZE], { seed }));
  for (const [a, b] of [
    [0, 1],
    [0, 1],
    [0, 2],
    [2, 0],
    [1, 1],
    [0, 1],
  ] as const) {
    const [x, y] = [tensors[a]!, tensors[b]!];
    expect(tf.reduceMax(tf.abs(f(x, y).sub(tf.tanh(x).add(y)))).item()).toBeLessThan(1e-6);
  }
});

it("sees what was written into an array that was taken without a copy", () => {
  const f = double();
  const held = new Float32Array(SIZE);
  const x = tf.constant(held, { copy: false });
  expect(values(f(x, filled(1)))).toEqual([1, 1]);
  held.fill(100);
  expect(values(f(x, filled(1)))).toEqual([2, 2]);
  expect(values(f(held as never, filled(1)))).toEqual([2, 2]);
  held.fill(0);
  expect(values(f(held as never, filled(1)))).toEqual([1, 1]);
});

it("sees what was written into the buffer that a tensor has given out", () => {
  const f = double();
  const x = filled(0).add(0);
  expect(values(f(x, filled(1)))).toEqual([1, 1]);
  x.data({ copy: false }).fill(100);
  expect(values(f(x, filled(1)))).toEqual([2, 2]);
  x.data({ copy: false }).fill(0);
  expect(values(f(x, filled(1)))).toEqual([1, 1]);
});

it("does not keep the memory of tensors that are gone, and reads variables anew", () => {
  const v = new tf.Variable(filled(0));
  const f = tf.compile((y: tf.Tensor) => tf.tanh(v).add(y));
  expect(values(f(filled(1)))).toEqual([1, 1]);
  v.assign(filled(100));
  expect(values(f(filled(1)))).toEqual([2, 2]);
});

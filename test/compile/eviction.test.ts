/** Signatures that are given up while something still needs them: tapes, pullbacks, and the functions around them. */

import * as tf from "gradtape";
import { expect, it } from "vitest";

const numbers = (length: number): tf.Tensor =>
  tf.constant(
    Array.from({ length }, (_, place) => Math.sin(place + length)),
    { dtype: "float64" },
  );

const plain = (x: tf.Tensor): tf.Tensor => tf.reduceSum(tf.tanh(x).mul(tf.cumsum(x)));

it("a tape finds the backward pass of a signature that was given up", () => {
  const f = tf.compile(plain, { maximumSignatures: 1 });
  const tapes = [5, 40, 7, 40, 300].map((length) => {
    const x = numbers(length);
    const tape = new tf.GradientTape();
    tape.watch(x);
    return { x, tape, y: f(x) };
  });
  for (const { x, tape, y } of tapes) {
    expect(y.item()).toBeCloseTo(plain(x).item(), 10);
    const wanted = tf.grad(plain)(x).data();
    const found = tape.gradient(y, x).data();
    found.forEach((value, place) => void expect(value).toBeCloseTo(wanted[place]!, 10));
  }
});

it("pullbacks that are called again and again, and second derivatives", () => {
  const f = tf.compile(plain, { maximumSignatures: 1 });
  const [x, y] = [numbers(9), numbers(33)];
  const [, pullX] = tf.vjp(f, x);
  const [, pullY] = tf.vjp(f, y);
  for (let time = 0; time < 3; time++) {
    f(numbers(3 + time));
    for (const [pull, one] of [
      [pullX, x],
      [pullY, y],
    ] as const) {
      const wanted = tf.grad(plain)(one).data();
      const [found] = pull(tf.constant(1, { dtype: "float64" }));
      found!.data().forEach((value, place) => void expect(value).toBeCloseTo(wanted[place]!, 10));
    }
  }
  const hessian = tf.hessian(f)(x).data();
  const wanted = tf.hessian(plain)(x).data();
  hessian.forEach((value, place) => void expect(value).toBeCloseTo(wanted[place]!, 9));
});

it("results outlive the signature that gave them", () => {
  const f = tf.compile((x: tf.Tensor) => [tf.sin(x), tf.transpose(x.reshape([1, -1]))] as const, {
    maximumSignatures: 1,
  });
  const x = numbers(50);
  const [sine, column] = f(x);
  const [before, columnBefore] = [[...sine.data()], [...column.data()]];
  for (let length = 1; length < 30; length++) f(numbers(2 * length));
  expect([...sine.data()]).toEqual(before);
  expect([...column.data()]).toEqual(columnBefore);
});

it("two functions in turn, each of which is called inside the other", () => {
  const inner = tf.compile((x: tf.Tensor) => tf.tanh(x).mul(2), { maximumSignatures: 1 });
  const outer = tf.compile(
    (x: tf.Tensor) => tf.reduceSum(inner(tf.concat([x, x], 0)).mul(inner(tf.concat([x, x], 0)))),
    {
      maximumSignatures: 1,
    },
  );
  for (const length of [3, 17, 3, 64, 17]) {
    const x = numbers(length);
    const wanted = 2 * [...x.data()].reduce((sum, value) => sum + (2 * Math.tanh(value)) ** 2, 0);
    expect(outer(x).item()).toBeCloseTo(wanted, 10);
    expect(inner(x).data()[0]).toBeCloseTo(2 * Math.tanh(x.data()[0]!), 12);
  }
});

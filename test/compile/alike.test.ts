/** Operations that are alike share their code, and such as differ in anything that counts do not. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectSameValues } from "./comparing.js";

const WIDTH = 40;

/** Larger than what is computed without a loop, and apart for each seed. */
const vector = (seed: number): tf.Tensor =>
  tf.random.uniform([6, WIDTH], { minval: 0.5, maxval: 2, seed, dtype: "float64" });

type Part = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor | readonly tf.Tensor[];

const mixing = tf.random.uniform([WIDTH, WIDTH], { maxval: 0.1, seed: 3, dtype: "float64" });

/** A product, of rows that are too long to be written out, keeps parts out of one loop. */
function apart(tensor: tf.Tensor): tf.Tensor {
  return tf.matmul(tensor, mixing);
}

const columns = (first: number): tf.Tensor =>
  tf.constant(
    [...Array(WIDTH).keys()].map((column) => first + column),
    {
      dtype: "float64",
    },
  );

const scaled =
  (factor: tf.TensorLike): Part =>
  (x, y) =>
    tf.sin(x).mul(factor).add(y);

/** A gradient, which is 0 where a factor is. */
const infiniteSlope =
  (first: number): Part =>
  (x, y) =>
    tf.grad((one: tf.Tensor) => tf.reduceSum(one.mul(columns(first)).mul(y.mul(Infinity))))(x);

const few = (x: tf.Tensor): tf.Tensor => tf.sin(tf.slice(x.at(1), [0], [4]));

const pairs: Readonly<Record<string, readonly [Part, Part]>> = {
  "a factor": [scaled(3.5), scaled(4.5)],
  "a common factor": [scaled(2), scaled(0.5)],
  "a factor and 0": [scaled(3.5), scaled(0)],
  "the sign of 0": [
    (x) => tf.constant(1, { dtype: "float64" }).div(x.mul(0)),
    (x) => tf.constant(1, { dtype: "float64" }).div(x.mul(-0)),
  ],
  "factors by column": [scaled(columns(1)), scaled(columns(2))],
  "factors of few elements": [(x) => few(x).mul([1, 2, 3, 4]), (x) => few(x).mul([1, 2, 3, 5])],
  "factors that may be 0": [infiniteSlope(1), infiniteSlope(0)],
  "an operation": [(x) => tf.sin(tf.exp(x)), (x) => tf.cos(tf.exp(x))],
  "the order of operands": [(x, y) => tf.sin(x).sub(y), (x, y) => tf.sin(y).sub(x)],
  "the operand that is read twice": [
    (x, y) => tf.sin(x).mul(y).add(x),
    (x, y) => tf.sin(x).mul(y).add(y),
  ],
  "the result that is read on": [
    (x) => tf.exp(tf.sin(x)).mul(tf.sin(x)),
    (x) => tf.square(tf.exp(tf.sin(x))).add(tf.sin(x).mul(0)),
  ],
  "the order of results": [
    (x) => tf.exp(tf.sin(x)).sub(tf.sin(x)),
    (x) => tf.sin(x).sub(tf.exp(tf.sin(x))),
  ],
  "an axis": [
    (x) => tf.reduceSum(tf.sin(x), { axis: 0 }),
    (x) => tf.reduceSum(tf.sin(x), { axis: 1 }),
  ],
  "a reducer": [
    (x) => tf.reduceSum(tf.sin(x), { axis: 1 }),
    (x) => tf.reduceMax(tf.sin(x), { axis: 1 }),
  ],
  "what is kept": [(x) => tf.exp(tf.sin(x)), (x) => [tf.sin(x), tf.exp(tf.sin(x))]],
  "a layout": [
    (x, y) => tf.sin(x.reshape([WIDTH, 6]).transpose()).add(y),
    (x, y) => tf.sin(x).add(y.reshape([WIDTH, 6]).transpose()),
  ],
  "an offset": [(x, y) => tf.sin(x.at(1)).add(y.at(2)), (x, y) => tf.sin(x.at(2)).add(y.at(1))],
  "a dtype": [
    (x) => tf.cast(tf.cast(x, "float32"), "float64"),
    (x) => tf.cast(tf.cast(x, "int32"), "float64"),
  ],
  "an attribute": [
    (x) => tf.cumsum(few(x), { axis: 0 }),
    (x) => tf.cumsum(few(x), { axis: 0, reverse: true }),
  ],
};

describe("units that differ in", () => {
  it.each(Object.entries(pairs))("%s", (_, [first, second]) => {
    const f = (x: tf.Tensor, y: tf.Tensor): readonly tf.Tensor[] => {
      const [a, b] = [apart(y), apart(x)];
      const [c, d] = [apart(a), apart(b)];
      return [first(x, y), second(a, b), first(c, d)].flat();
    };
    expectSameValues(f, vector(1), vector(2));
  });
});

it("ten layers have the functions of one, whatever numbers and arrays they are of", () => {
  const layers = (count: number) =>
    tf.compile((input: tf.Tensor, weights: tf.Tensor) => {
      let x = input;
      for (let layer = 0; layer < count; layer++) {
        x = tf
          .tanh(tf.matmul(x, weights))
          .mul(1.1 + layer / 7)
          .add(x);
      }
      return x;
    });
  const [input, weights] = [
    tf.random.normal([32, 24], { seed: 1 }),
    tf.random.normal([24, 24], { seed: 2 }),
  ];
  const functions = (count: number): number =>
    layers(count)
      .inspect(input, weights)
      .wat.match(/\(func /g)!.length;
  expect(functions(10)).toBe(functions(3));
});

/** Rows that are computed element by element: every way to look at them, before and behind everything that mixes their elements. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import type { Shape } from "../../src/core/shape.js";
import { differences } from "../harness/comparing.js";
import { randomWeights, tensorFrom } from "../harness/operands.js";

type Step = (x: tf.Tensor) => tf.Tensor;

const VIEWS: Readonly<Record<string, Step>> = {
  "as they are": (x) => x,
  transposed: (x) => tf.transpose(x),
  "last axes swapped": (x) =>
    tf.transpose(
      x,
      [...x.shape.keys()].map((axis, _, all) => swapped(axis, all.length)),
    ),
  "rows reversed": (x) => tf.reverse(x, 0),
  "elements reversed": (x) => tf.reverse(x, -1),
  "some rows": (x) => tf.slice(x, begins(x, 1, 0), sizes(x, 1, 0)),
  "some elements": (x) => tf.slice(x, begins(x, 0, 1), sizes(x, 0, 1)),
  "every other row": (x) =>
    tf.stridedSlice(
      x,
      x.shape.map(() => 0),
      [...x.shape],
      [2, ...ones(x)],
    ),
  "other shape": (x) => tf.reshape(x, [...x.shape].reverse()),
  flat: (x) => tf.reshape(x, [-1]),
  "one more axis": (x) => tf.expandDims(x, 1),
  "one row": (x) => x.at(-1),
  halves: (x) => {
    const [first, second] = tf.split(x, [1, x.shape[0]! - 1], 0);
    return tf.concat([second!, first!], 0);
  },
};

function swapped(axis: number, rank: number): number {
  if (axis === rank - 1) return rank - 2;
  return axis === rank - 2 ? rank - 1 : axis;
}

function ones(x: tf.Tensor): number[] {
  return x.shape.slice(1).map(() => 1);
}

function begins(x: tf.Tensor, first: number, last: number): number[] {
  return x.shape.map((_, axis) => (axis === 0 ? first : axis === x.rank - 1 ? last : 0));
}

function sizes(x: tf.Tensor, first: number, last: number): number[] {
  return begins(x, first, last).map((begin, axis) => x.shape[axis]! - begin);
}

const MIXTURES: Readonly<Record<string, Step>> = {
  softmax: (x) => tf.nn.softmax(x, { axis: -1 }),
  "softmax of columns": (x) => tf.nn.softmax(x, { axis: 0 }),
  sums: (x) => x.mul(tf.reduceSum(x, { axis: -1, keepdims: true })),
  "sums of columns": (x) => x.add(tf.reduceSum(x, { axis: 0, keepdims: true })),
  "running sums": (x) => tf.cumsum(x, { axis: -1, reverse: true }),
  "running products": (x) => tf.math.cumprod(x, { axis: 0, exclusive: true }),
  joined: (x) => tf.concat([x, tf.sin(x)], -1),
  "joined columns": (x) => tf.concat([tf.sin(x), x], 0),
  padded: (x) =>
    tf.pad(
      x,
      x.shape.map((_, axis) => [axis, 1]),
    ),
  products: (x) => (x.rank < 2 ? x.mul(2) : tf.matmul(x, x, { transposeB: true })),
};

/** Square ones, whose rows and columns look alike, and gradients of some. */
const SHAPES: readonly (readonly [shape: Shape, hasGradient: boolean])[] = [
  [[4, 4], false],
  [[17, 17], true],
  [[33, 2], false],
  [[3, 4, 4], false],
];

/** Everything mixed after the view, or before it, with elementwise operations around. */
function results(x: tf.Tensor, view: Step): tf.Tensor[] {
  return Object.values(MIXTURES).flatMap((mix) => [
    tf.cos(mix(view(tf.sin(x)))),
    view(mix(tf.sin(x).mul(0.5))).mul(1.5),
  ]);
}

describe.each(SHAPES)("of %j", (shape, hasGradient) => {
  const size = shape.reduce((product, length) => product * length, 1);
  const x = tensorFrom(randomWeights(size, `rows ${shape}`), "float64", shape);
  it.each(Object.entries(VIEWS))("%s", (_, view) => {
    const all = (own: tf.Tensor): tf.Tensor[] => {
      if (!hasGradient) return results(own, view);
      const tape = new tf.GradientTape();
      tape.watch(own);
      const values = results(own, view);
      const sum = tf.addN(values.map((value) => tf.reduceSum(tf.sin(value))));
      return [...values, tape.gradient(sum, own)];
    };
    const names = Object.keys(MIXTURES).flatMap((name) => [`${name} behind`, `${name} before`]);
    const label = (index: number): string => names[index] ?? "gradient";
    expect(differences(label, tf.compile(all)(x), all(x), 1e-12)).toEqual([]);
  });
});

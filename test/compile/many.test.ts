/** Functions of many tensors, with many results, and of many operations: engines have limits for functions, which code must keep. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectSameValues } from "./comparing.js";

/** Engines allow 1,000 parameters and results, and 50,000 locals. */
const COUNT = 1500;

const DOUBLE = { dtype: "float64" } as const;

function manyOf(make: (place: number) => tf.Tensor): readonly tf.Tensor[] {
  return Array.from({ length: COUNT }, (_, place) => make(place));
}

const scalars = manyOf((place) => tf.constant(Math.sin(place), DOUBLE));
const vectors = manyOf((place) => tf.linspace(place, place + 1, 20).cast("float64"));

describe.each([
  ["scalars", scalars],
  ["vectors", vectors],
])("of %s", (_, all) => {
  it("results of each", () => {
    expectSameValues((...own) => own.map((one) => one.mul(2)), ...all);
  });

  it("their sum, and their join", () => {
    expectSameValues(
      (...own) => [
        tf.addN(own),
        tf.stack(own),
        tf.concat(
          own.map((one) => one.reshape([-1])),
          0,
        ),
      ],
      ...all,
    );
  });

  it("gradients by each", () => {
    const loss = (...own: tf.Tensor[]): tf.Tensor =>
      tf.addN(own.map((one, place) => tf.reduceSum(tf.sin(one.mul(place / COUNT)))));
    const gradient = tf.compile((own: readonly tf.Tensor[]) =>
      tf.grad(loss, { argnums: [...own.keys()] })(...own),
    );
    gradient(all).forEach((one, place) => {
      const factor = place / COUNT;
      const wanted = factor * Math.cos(factor * (all[place]!.data()[0] as number));
      expect(one.data()[0]).toBeCloseTo(wanted, 10);
    });
  });
});

it("parts of one computed tensor", () => {
  const x = tf.linspace(0, 1, COUNT).cast("float64");
  expectSameValues((own) => tf.unstack(tf.sin(own)), x);
  expectSameValues((own) => tf.unstack(tf.sin(own)).map((one, place) => one.mul(place)), x);
  expectSameValues((own) => tf.stack(tf.unstack(tf.sin(own)).reverse()), x);
});

it("one after the other", () => {
  const x = tf.linspace(0, 1, 40).cast("float64");
  expectSameValues((own) => {
    const steps = [own];
    for (let place = 0; place < COUNT; place++) steps.push(tf.sin(steps.at(-1)!).add(own));
    return [steps.at(-1)!, tf.addN(steps)];
  }, x);
});

it("carried by a loop", () => {
  const few = scalars.slice(0, 600);
  expectSameValues(
    (...own) =>
      tf.whileLoop(
        (n: tf.Tensor) => tf.less(n, 3),
        (n: tf.Tensor, ...state: tf.Tensor[]) => [
          n.add(1),
          ...state.slice(1).map((one) => one.mul(1.5)),
          state[0]!,
        ],
        [tf.constant(0, { dtype: "int32" }), ...own],
      ) as tf.Tensor[],
    ...few,
  );
});

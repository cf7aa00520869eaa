/** Gradient descent to its end, by both modes, beside the same in plain numbers. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import {
  argmax,
  argmin,
  forward,
  type Gradient,
  reverse,
} from "../../bench/gradbench/modules/gradient-descent.js";
import { minimum, type Problem, particleAnswer, saddleAnswer } from "./reference.js";

/** Σ (i + 1) (x − i)², on the way to whose minimum the rate is doubled and halved. */
const bowl = (x: tf.Tensor): tf.Tensor =>
  tf.reduceSum(tf.multiply([1, 2], tf.square(x.sub([0, 1]))));

const plainBowl: Problem = {
  value: ([x = 0, y = 0]) => x ** 2 + 2 * (y - 1) ** 2,
  gradient: ([x = 0, y = 0]) => [2 * x, 4 * (y - 1)],
};

const modes: readonly (readonly [string, Gradient])[] = [
  ["forward", forward],
  ["reverse", reverse],
];

describe.each(modes)("by %s mode", (_, gradient) => {
  it.each([[[3, -2]], [[0.4, 1.2]], [[0, 1]]])("from %j", (start) => {
    const from = tf.constant(start, { dtype: "float64" });
    const expected = minimum(plainBowl, start);
    const found = [argmin(bowl, gradient, from), argmax((x) => bowl(x).neg(), gradient, from)];
    for (const place of found) {
      expected.forEach((coordinate, axis) => {
        expect(place.at(axis).item()).toBeCloseTo(coordinate, 12);
      });
    }
  });
});

describe("the answers in plain numbers", () => {
  it("are those that the evals expect", () => {
    expect(particleAnswer(0)).toBeCloseTo(0.2071918746486116, 12);
    for (const coordinate of saddleAnswer([1, 1])) {
      expect(coordinate).toBeCloseTo(8.246324826140356e-6, 18);
    }
  });
});

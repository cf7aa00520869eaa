/** What control flow gives back as it got it, seen by tapes around a vectorizedMap. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const rows = tf.constant([1, 2]);

/** The gradient of Σ f(row) · row, where f is the identity on every row. */
function gradientAround(f: (row: tf.Tensor) => tf.Tensor): unknown {
  const tape = new tf.GradientTape();
  tape.watch(rows);
  const mapped = tf.vectorizedMap(f, rows);
  return tape.gradient(mapped.mul(rows), rows).toArray();
}

describe("a result that is an operand keeps its own place on the tape", () => {
  it.each<[string, (row: tf.Tensor) => tf.Tensor]>([
    [
      "a loop without iterations",
      (row) =>
        tf.whileLoop(
          (y) => tf.less(y, 0),
          (y) => [y.mul(2)],
          [row],
        )[0],
    ],
    [
      "a loop variable that stays",
      (row) =>
        tf.whileLoop(
          (i) => tf.less(i, 3),
          (i, y) => [i.add(1), y],
          [tf.constant(0), row],
        )[1],
    ],
    [
      "a branch that gives what is there",
      (row) =>
        tf.cond(
          tf.constant(true),
          () => row,
          () => row,
        ),
    ],
    ["a function that is run again", tf.recomputeGrad((row: tf.Tensor) => row)],
  ])("%s", (_, f) => {
    expect(gradientAround(f)).toEqual([2, 4]);
  });
});

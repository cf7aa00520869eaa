/** Bad input to `cond`: typed errors that say what is wrong with condition or branches. */
import * as tf from "gradtape";
import { describe } from "vitest";
import { leavesNothingActive } from "./control.js";
import { testRefusals, untyped } from "./refusals.js";

leavesNothingActive();

const positive = (x: tf.Tensor): tf.Tensor => tf.greater(tf.reduceSum(x), 0);

describe("bad input to cond", () => {
  testRefusals({
    everywhere: [
      [
        "no function for true",
        (x) => untyped(tf.cond, true, x, () => x),
        tf.ArgumentError,
        /cond: trueFn must be a function/,
      ],
      [
        "no function for false",
        (x) => untyped(tf.cond, true, () => x),
        tf.ArgumentError,
        /cond: falseFn must be a function, got undefined/,
      ],
      [
        "a condition of another dtype",
        (x) =>
          tf.cond(
            tf.reduceSum(x),
            () => x,
            () => x,
          ),
        tf.DTypeError,
        /cond: the condition is .*float64.*expected bool/,
      ],
      [
        "a condition with several elements",
        (x) =>
          tf.cond(
            tf.greater(x, 0),
            () => x,
            () => x,
          ),
        tf.ShapeError,
        /cond: the condition is .*\[2\].*expected a scalar/,
      ],
      [
        "a condition that is null",
        (x) =>
          untyped(
            tf.cond,
            null,
            () => x,
            () => x,
          ),
        tf.ArgumentError,
        /cond: condition .*null/,
      ],
      [
        "a branch that gives nothing",
        (x) =>
          untyped(
            tf.cond,
            tf.greater(tf.reduceSum(x), -100),
            () => undefined,
            () => x,
          ),
        tf.ArgumentError,
        /cond: .*undefined/,
      ],
      [
        "a branch that gives a number",
        (x) =>
          untyped(
            tf.cond,
            tf.greater(tf.reduceSum(x), -100),
            () => 3,
            () => x,
          ),
        tf.ArgumentError,
        /cond: .*3/,
      ],
    ],
    traced: [
      [
        "branches of different shapes",
        (x) =>
          tf.cond(
            positive(x),
            () => x,
            () => tf.concat([x, x], 0),
          ),
        tf.ShapeError,
        /cond: result 0 is float64\[2\] by trueFn and float64\[4\] by falseFn/,
      ],
      [
        "branches of different dtypes",
        (x) =>
          tf.cond(
            positive(x),
            () => [x, x],
            () => [x, tf.cast(x, "float32")],
          ),
        tf.DTypeError,
        /cond: result 1 is float64\[2\] by trueFn and float32\[2\] by falseFn/,
      ],
      [
        "branches of different structures",
        (x) =>
          tf.cond<tf.Nest>(
            positive(x),
            () => [x, x],
            () => ({ x }),
          ),
        tf.ArgumentError,
        /cond: trueFn gives \[\*, \*\] and falseFn \{x: \*\}/,
      ],
      [
        "a branch that reads values",
        (x) =>
          tf.cond(
            positive(x),
            () => x.mul(x.at(0).item()),
            () => x,
          ),
        tf.TraceError,
        /read|item/,
      ],
    ],
  });
});

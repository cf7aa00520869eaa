/** Bad input to `whileLoop`: typed errors that say which loop variable, condition or option is wrong. */
import * as tf from "gradtape";
import { describe } from "vitest";
import { integer, leavesNothingActive } from "./control.js";
import { testRefusals, untyped } from "./refusals.js";

leavesNothingActive();

const yes = (): tf.Tensor => tf.constant(true);

describe("bad input to whileLoop", () => {
  testRefusals({
    everywhere: [
      [
        "a condition that is no function",
        (x) => untyped(tf.whileLoop, true, () => [x], [x]),
        tf.ArgumentError,
        /whileLoop: condition must be a function, got .*true/,
      ],
      [
        "a body that is no function",
        (x) => untyped(tf.whileLoop, yes, x, [x]),
        tf.ArgumentError,
        /whileLoop: body must be a function/,
      ],
      [
        "variables that are no list",
        (x) => untyped(tf.whileLoop, yes, () => [x], x),
        tf.ArgumentError,
        /whileLoop: loopVars must be a list/,
      ],
      [
        "a variable that is no tensor",
        (x) => untyped(tf.whileLoop, yes, () => [x], [x, "a"]),
        tf.ArgumentError,
        /whileLoop: loopVars\[1\] must be a tensor/,
      ],
      [
        "a variable that changes its shape",
        (x) =>
          tf.whileLoop(
            (i) => tf.less(i, 3),
            (i, v) => [i.add(1), tf.concat([v, v], 0)],
            [integer(0), x],
          ),
        tf.ShapeError,
        /whileLoop: loop variable 1 is float64\[2\] before an iteration and float64\[4\] after it/,
      ],
      [
        "a variable that changes its dtype",
        (x) =>
          tf.whileLoop(
            (i) => tf.less(i, 3),
            (i, v) => [tf.cast(i, "float32"), v],
            [integer(0), x],
          ),
        tf.DTypeError,
        /whileLoop: loop variable 0 is int32.* before an iteration and float32.* after it/,
      ],
      [
        "too many variables after the body",
        (x) =>
          tf.whileLoop(
            (v) => tf.less(tf.reduceSum(v), 30),
            (v) => [v, v],
            [x],
          ),
        tf.ArgumentError,
        /whileLoop: the loop variables are \[\*\], but body gives \[\*, \*\]/,
      ],
      [
        "variables in another structure after the body",
        (x) =>
          tf.whileLoop(
            ({ v }) => tf.less(tf.reduceSum(v), 30),
            ({ v }) => [{ w: v }],
            [{ v: x }],
          ),
        tf.ArgumentError,
        /whileLoop: the loop variables are \[\{v: \*\}\], but body gives \[\{w: \*\}\]/,
      ],
      [
        "a body that gives nothing",
        (x) =>
          tf.whileLoop(
            (v) => tf.less(tf.reduceSum(v), 30),
            () => undefined,
            [x],
          ),
        tf.ArgumentError,
        /whileLoop: .*body .*undefined/,
      ],
      [
        "one tensor for two variables",
        (x) =>
          tf.whileLoop(
            (v) => tf.less(tf.reduceSum(v), 30),
            (v) => v,
            [x, x],
          ),
        tf.ArgumentError,
        /whileLoop: body must give the 2 loop variables in a list/,
      ],
      [
        "a condition of another dtype",
        (x) =>
          tf.whileLoop(
            (v) => tf.reduceSum(v),
            (v) => [v],
            [x],
          ),
        tf.DTypeError,
        /whileLoop: the condition is .*float64.*expected bool/,
      ],
      [
        "a condition with several elements",
        (x) =>
          tf.whileLoop(
            (v) => tf.less(v, 3),
            (v) => [v.add(1)],
            [x],
          ),
        tf.ShapeError,
        /whileLoop: the condition is .*\[2\].*expected a scalar.*reduceA/,
      ],
      [
        "a condition that is a number",
        (x) =>
          untyped(
            tf.whileLoop,
            () => 1,
            (v: tf.Tensor) => [v],
            [x],
          ),
        tf.ArgumentError,
        /whileLoop: condition must give .*1/,
      ],
      [
        "more iterations than allowed",
        (x) => {
          const [v] = tf.whileLoop(
            (own) => tf.less(tf.reduceSum(own), 1e6),
            (own) => [own.add(1)],
            [x],
            { maximumIterations: 5 },
          );
          return v;
        },
        tf.LoopError,
        /whileLoop: .*after 5 iterations.*maximumIterations/,
      ],
      [
        "a negative maximum",
        (x) => tf.whileLoop(yes, () => [x], [x], { maximumIterations: -1 }),
        tf.ArgumentError,
        /whileLoop: maximumIterations must not be negative, got -1/,
      ],
      [
        "a fraction for a maximum",
        (x) => tf.whileLoop(yes, () => [x], [x], { maximumIterations: 1.5 }),
        tf.ArgumentError,
        /whileLoop: maximumIterations must be an integer, got 1\.5/,
      ],
      [
        "an unknown option",
        (x) => untyped(tf.whileLoop, yes, () => [x], [x], { maxIterations: 5 }),
        tf.ArgumentError,
        /whileLoop: unknown option "maxIterations"/,
      ],
      [
        "an error of the body",
        (x) =>
          tf.whileLoop(
            (v) => tf.less(tf.reduceSum(v), 30),
            (v) => [tf.matmul(v, v)],
            [x],
          ),
        tf.ShapeError,
        /matmul/,
      ],
    ],
    traced: [
      [
        "a condition that is true or false",
        (x) =>
          tf.whileLoop(
            () => true,
            (v) => [v],
            [x],
          ),
        tf.ArgumentError,
        /whileLoop: while it is traced, condition must give a bool tensor .*true/,
      ],
      [
        "a condition that reads values",
        (x) =>
          tf.whileLoop(
            (v) => v.at(0).item() > 0,
            (v) => [v],
            [x],
          ),
        tf.TraceError,
        /whileLoop traces its functions/,
      ],
    ],
  });
});

/** Bad input to `scan` and `mapFn`: typed errors that say which entries, state or option are wrong. */
import * as tf from "gradtape";
import { describe } from "vitest";
import { integer, leavesNothingActive } from "./control.js";
import { testRefusals, untyped } from "./refusals.js";

leavesNothingActive();

describe("bad input to scan", () => {
  testRefusals({
    everywhere: [
      [
        "no function",
        (x) => untyped(tf.scan, x, x),
        tf.ArgumentError,
        /scan: f must be a function/,
      ],
      [
        "a scalar to go over",
        (x) => tf.scan((s: tf.Tensor) => s, tf.reduceSum(x)),
        tf.ShapeError,
        /scan: element 0 is a scalar/,
      ],
      [
        "nothing to go over",
        (x) => untyped(tf.scan, (s: unknown) => s, [], { initializer: x }),
        tf.ArgumentError,
        /scan: elems holds no tensor/,
      ],
      [
        "different first dimensions",
        (x) => tf.scan((s) => s, { a: x, b: tf.zeros([3], { dtype: "float64" }) }),
        tf.ShapeError,
        /scan: the first axes must have one length.*\[2\].*\[3\]/,
      ],
      [
        "no entries and no initializer",
        () => tf.scan((s: tf.Tensor) => s, tf.zeros([0, 2])),
        tf.ShapeError,
        /scan: elems has no entries, and there is no initializer/,
      ],
      [
        "a state that changes its shape",
        (x) => tf.scan((s: tf.Tensor) => tf.stack([s, s]), x),
        tf.ShapeError,
        /scan: state 0 is float64(\[\])? before an iteration and float64\[2\] after it/,
      ],
      [
        "a state that changes its dtype",
        (x) => tf.scan((_s: tf.Tensor, e: tf.Tensor) => e, x, { initializer: integer(0) }),
        tf.DTypeError,
        /scan: state 0 is int32(\[\])? before an iteration and float64(\[\])? after it/,
      ],
      [
        "a state in another structure",
        (x) => tf.scan((s: tf.Tensor) => [s, s], x),
        tf.ArgumentError,
        /scan: the state is \*, but f gives \[\*, \*\]/,
      ],
      [
        "a step that gives nothing",
        (x) => tf.scan(() => undefined, x),
        tf.ArgumentError,
        /scan: what f returns .*undefined/,
      ],
      [
        "an initializer that is no nest of tensors",
        (x) => untyped(tf.scan, (s: unknown) => s, x, { initializer: null }),
        tf.ArgumentError,
        /scan: initializer .*null/,
      ],
      [
        "segments without entries",
        (x) => tf.scan((s: tf.Tensor) => s, x, { checkpoint: 0 }),
        tf.ArgumentError,
        /scan: checkpoint must be true, false or a length from 1, got 0/,
      ],
      [
        "a fraction for the length of segments",
        (x) => tf.scan((s: tf.Tensor) => s, x, { checkpoint: 1.5 }),
        tf.ArgumentError,
        /scan: checkpoint must be an integer, got 1\.5/,
      ],
      [
        "an unknown option",
        (x) => untyped(tf.scan, (s: tf.Tensor) => s, x, { initial: x }),
        tf.ArgumentError,
        /scan: unknown option "initial"/,
      ],
    ],
    traced: [
      [
        "a step that reads values",
        (x) => tf.scan((s: tf.Tensor, e: tf.Tensor) => s.mul(e.item()), x),
        tf.TraceError,
        /scan traces its function/,
      ],
    ],
  });
});

describe("bad input to mapFn", () => {
  testRefusals({
    everywhere: [
      [
        "no function",
        (x) => untyped(tf.mapFn, x, x),
        tf.ArgumentError,
        /mapFn: f must be a function/,
      ],
      [
        "a scalar to go over",
        (x) => tf.mapFn((e: tf.Tensor) => e, tf.reduceSum(x)),
        tf.ShapeError,
        /mapFn: element 0 is a scalar/,
      ],
      [
        "nothing to go over",
        () => tf.mapFn((e) => e, []),
        tf.ArgumentError,
        /mapFn: elems holds no tensor/,
      ],
      [
        "different first dimensions",
        (x) => tf.mapFn((e) => e, [x, tf.zeros([3])]),
        tf.ShapeError,
        /mapFn: the first axes must have one length/,
      ],
      [
        "a number to go over",
        () => untyped(tf.mapFn, (e: unknown) => e, 3),
        tf.ArgumentError,
        /mapFn: elems must be a tensor/,
      ],
      [
        "a function that gives nothing",
        (x) => tf.mapFn(() => undefined, x),
        tf.ArgumentError,
        /mapFn: what f returns .*undefined/,
      ],
    ],
    onValues: [
      [
        "results of different shapes",
        (x) => tf.mapFn((e: tf.Tensor) => (e.item() > 1 ? e : x), x),
        tf.ShapeError,
        /mapFn: result 0 is/,
      ],
      [
        "results of different structures",
        (x) => tf.mapFn((e: tf.Tensor) => (e.item() > 1 ? e : [e]), x),
        tf.ArgumentError,
        /mapFn: f gives \[\*\] for entry 0 and \* for entry 1/,
      ],
    ],
    traced: [
      [
        "a function that reads values",
        (x) => tf.mapFn((e: tf.Tensor) => e.mul(e.item()), x),
        tf.TraceError,
        /mapFn traces its function/,
      ],
    ],
  });
});

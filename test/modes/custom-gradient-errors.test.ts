/** What functions with custom gradients return wrongly: each is an error that names the culprit. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { untyped, watching } from "../tape/tapes.js";
import { errorOf, leavesNothingActive } from "./modes.js";

leavesNothingActive();

type ErrorType = abstract new (...parameters: never) => Error;
type Pullback = (cotangent: tf.Tensor) => tf.CustomCotangents;

const vector = tf.constant([1, 2]);

function withOne(pullback: (cotangent: tf.Tensor) => unknown): (x: tf.Tensor) => tf.Tensor {
  return tf.customGradient((x: tf.Tensor) => [x.mul(2), pullback as Pullback]);
}

function withTwo(pullback: (cotangent: tf.Tensor) => unknown): (x: tf.Tensor) => tf.Tensor {
  const f = tf.customGradient((a: tf.Tensor, b: tf.Tensor) => [a.mul(b), pullback as Pullback]);
  return (x) => f(x, x.mul(1));
}

const COTANGENTS: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, ErrorType, RegExp])[] = [
  [
    "two cotangents for one argument",
    withOne((dy) => [dy, dy]),
    tf.ArgumentError,
    /customGradient: the pullback returned 2 cotangents for 1 argument$/,
  ],
  ["none in a list", withOne(() => []), tf.ArgumentError, /returned 0 cotangents for 1 argument/],
  [
    "one tensor for two arguments",
    withTwo((dy) => dy),
    tf.ArgumentError,
    /must return a list of 2 cotangents, one for each argument, got float32\[2\]/,
  ],
  [
    "one in a list for two arguments",
    withTwo((dy) => [dy]),
    tf.ArgumentError,
    /returned 1 cotangents for 2 arguments/,
  ],
  [
    "three for two arguments",
    withTwo((dy) => [dy, dy, dy]),
    tf.ArgumentError,
    /returned 3 cotangents for 2 arguments/,
  ],
  ["null for two arguments", withTwo(() => null), tf.ArgumentError, /a list of 2 cotangents/],
  [
    "a wrong shape",
    withTwo((dy) => [dy, tf.reduceSum(dy)]),
    tf.ShapeError,
    /cotangent of shape \[\] for argument 1, which is float32\[2\]/,
  ],
  [
    "a shape that would broadcast",
    withOne(() => tf.ones([1])),
    tf.ShapeError,
    /cotangent of shape \[1\] for argument 0/,
  ],
  [
    "a wrong dtype",
    withTwo((dy) => [tf.cast(dy, "float64"), dy]),
    tf.DTypeError,
    /cotangent of float64 for argument 0, which is float32\[2\]/,
  ],
  ["a number", withOne(() => 3), tf.ArgumentError, /argument 0 must be a tensor or null, got/],
  [
    "a string",
    withTwo((dy) => [dy, "dy"]),
    tf.ArgumentError,
    /argument 1 must be a tensor or null/,
  ],
  [
    "a nest where a tensor is due",
    withOne((dy) => ({ dy })),
    tf.ArgumentError,
    /argument 0 must be a tensor or null/,
  ],
];

describe("rule 32: cotangents that do not fit", () => {
  it.each(COTANGENTS)("rule 32: %s", (_, f, type, message) => {
    const tape = watching(vector);
    const y = f(vector);
    const error = errorOf(() => tape.gradient(y, vector));
    expect(error.message).toMatch(message);
    expect(error).toBeInstanceOf(type);
    expect(tape.recording).toBe(false);
    // So it is in forward mode, in Jacobians and in maps.
    for (const call of [
      () => tf.jvp(f, [vector], [[1, 1]]),
      () => tf.jacobian(f)(vector),
      () => tf.jacobian(f, { mode: "forward" })(vector),
      () => tf.vectorizedMap((row: tf.Tensor) => f(row), tf.ones([3, 2])),
    ]) {
      expect(errorOf(call)).toBeInstanceOf(type);
    }
    expect(f(vector).shape).toEqual([2]);
  });

  it("rule 32: the place in a nest is named", () => {
    const f = tf.customGradient(({ layers }: { layers: readonly { w: tf.Tensor }[] }) => [
      layers[0]!.w.mul(layers[1]!.w),
      (dy) => ({ layers: [{ w: dy }, { w: tf.ones([3]) }] }),
    ]);
    const g = tf.customGradient(({ layers }: { layers: readonly { w: tf.Tensor }[] }) => [
      layers[0]!.w.mul(layers[1]!.w),
      (dy) => ({ layers: [{ w: dy }, dy] }),
    ]);
    const argument = { layers: [{ w: tf.ones([2]) }, { w: tf.ones([2]) }] };
    const gradientOf = (h: (nest: typeof argument) => tf.Tensor) => () =>
      tf.grad((nest: typeof argument) => tf.reduceSum(h(nest)))(argument);
    expect(gradientOf(f)).toThrow(/shape \[3\] for argument 0\.layers\.1\.w/);
    expect(gradientOf(g)).toThrow(
      /in the structure of the arguments, got float32\[2\] on the way to argument 0\.layers\.1\.w/,
    );
  });

  it("rule 32: a forward rule that gives something else is an error that names it", () => {
    const make = (tangent: unknown) =>
      tf.customGradient((x: tf.Tensor) => [x.mul(2), (dy) => dy, () => tangent as tf.Tensor]);
    const tangentOf = (tangent: unknown) => () => tf.jvp(make(tangent), [vector], [[1, 1]]);
    expect(tangentOf(3)).toThrow(tf.ShapeError);
    expect(tangentOf(undefined)).toThrow(/what the forward rule gives/);
    expect(tangentOf(tf.ones([3]))).toThrow(tf.ShapeError);
    expect(tangentOf(tf.ones([2], { dtype: "float64" }))).toThrow(tf.DTypeError);
    expect(tangentOf([tf.ones([2]), tf.ones([2])])).toThrow(tf.ArgumentError);
    expect(tangentOf(tf.ones([2]))()[1].toArray()).toEqual([1, 1]);
  });
});

const RETURNED: readonly (readonly [string, unknown, RegExp])[] = [
  ["a tensor alone", vector, /got float32\[2\]/],
  ["nothing", undefined, /got undefined/],
  ["a value alone in a list", [vector], /got \[float32\[2\]\]/],
  ["a pullback that is no function", [vector, vector], /got \[float32\[2\], float32\[2\]\]/],
  ["a forward rule that is no function", [vector, () => null, 3], /got \[/],
  ["four parts", [vector, () => null, () => null, () => null], /got \[/],
];

describe("rule 32: results that do not fit", () => {
  it.each(RETURNED)("rule 32: %s", (_, returned, message) => {
    const f = tf.customGradient(() => returned as never);
    const error = errorOf(() => f());
    expect(error).toBeInstanceOf(tf.ArgumentError);
    expect(error.message).toMatch(
      /customGradient: f must return \[value, pullback\] or \[value, pullback, pushforward\]/,
    );
    expect(error.message).toMatch(message);
  });

  it("rule 32: a value that is no nest of tensors", () => {
    const f = tf.customGradient(() => [3 as never, () => null]);
    expect(() => f()).toThrow(/customGradient: the value that f returns must be a tensor/);
  });

  it("rule 32: what is no function", () => {
    for (const wrong of [undefined, null, vector, {}]) {
      expect(() => untyped(tf.customGradient, wrong)).toThrow(tf.ArgumentError);
      expect(() => untyped(tf.recomputeGrad, wrong)).toThrow(/recomputeGrad: f must be a function/);
      expect(() => untyped(tf.gradPassThrough, wrong)).toThrow(tf.ArgumentError);
    }
  });
});

/** Bad input of the functional derivatives: each is a typed error that names what is wrong, and leaves nothing active. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { isRecording, isTracing } from "../../src/core/dispatch.js";
import { untyped } from "../tape/tapes.js";
import { errorOf, leavesNothingActive } from "./modes.js";

leavesNothingActive();

type ErrorType = abstract new (...parameters: never) => Error;

const vector = tf.constant([1, 2]);
const integers = tf.constant([1, 2], { dtype: "int32" });
const square = (x: tf.Tensor): tf.Tensor => tf.reduceSum(x.mul(x));
const same = (x: tf.Tensor): tf.Tensor => x.mul(1);

/** A call of each function of functions with the given function of one argument. */
const CALLS: Readonly<Record<string, (f: unknown, x: unknown) => unknown>> = {
  grad: (f, x) => untyped(untyped(tf.grad, f), x),
  valueAndGrad: (f, x) => untyped(untyped(tf.valueAndGrad, f), x),
  jacobian: (f, x) => untyped(untyped(tf.jacobian, f), x),
  hessian: (f, x) => untyped(untyped(tf.hessian, f), x),
  jvp: (f, x) => untyped(tf.jvp, f, [x], [[1, 1]]),
  vjp: (f, x) => untyped(tf.vjp, f, x),
  hvp: (f, x) => untyped(tf.hvp, f, [x], [[1, 1]]),
};
const NAMES = Object.keys(CALLS);
const SCALAR_FUNCTIONS = ["grad", "valueAndGrad", "hessian", "hvp"];

describe.each(NAMES)("%s", (name) => {
  const call = CALLS[name]!;

  it("what is no function is an ArgumentError", () => {
    for (const wrong of [undefined, null, 3, vector, {}]) {
      const error = errorOf(() => call(wrong, vector));
      expect(error).toBeInstanceOf(tf.ArgumentError);
      expect(error.message).toMatch(/: f must be a function, got /);
    }
  });

  it("an argument of int32 or bool is a DTypeError that says what to do", () => {
    for (const wrong of [integers, tf.constant([true, false])]) {
      const error = errorOf(() => call(square, wrong));
      expect(error).toBeInstanceOf(tf.DTypeError);
      expect(error.message).toContain("cast it to float32 or float64");
    }
  });

  it("an argument that holds anything else is an ArgumentError that names the place", () => {
    const error = errorOf(() => call(square, { a: [vector, "text"] }));
    expect(error).toBeInstanceOf(tf.ArgumentError);
    expect(error.message).toMatch(/\.a\[1\]/);
    expect(errorOf(() => call(square, new Map()))).toBeInstanceOf(tf.ArgumentError);
    expect(errorOf(() => call(square, null))).toBeInstanceOf(tf.ArgumentError);
  });

  it("a function that returns nothing, or no tensor, is an ArgumentError", () => {
    for (const wrong of [undefined, null, "text", () => vector]) {
      const error = errorOf(() => call(() => wrong, vector));
      expect(error).toBeInstanceOf(tf.ArgumentError);
      expect(error.message).toContain(
        SCALAR_FUNCTIONS.includes(name) ? "f must return" : "what f returns",
      );
    }
  });

  it("an error of the function arrives unchanged, and the library is usable afterwards", () => {
    const failure = new RangeError("from the function");
    const failing = (x: tf.Tensor): tf.Tensor => {
      x.mul(x);
      throw failure;
    };
    expect(errorOf(() => call(failing, vector))).toBe(failure);
    expect(isRecording()).toBe(false);
    expect(isTracing()).toBe(false);
    expect(tf.grad(square)(vector).toArray()).toEqual([2, 4]);
    expect(tf.jacobian(same)(vector).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe.each(SCALAR_FUNCTIONS)("%s", (name) => {
  it("a function that gives no scalar is a ShapeError, one that gives integers a DTypeError", () => {
    const call = CALLS[name]!;
    const wrongShape = errorOf(() => call(same, vector));
    expect(wrongShape).toBeInstanceOf(tf.ShapeError);
    expect(wrongShape.message).toMatch(/must return a scalar, but it returned float32\[2\]/);
    const wrongDType = errorOf(() => call((x: tf.Tensor) => tf.argmax(x), vector));
    expect(wrongDType).toBeInstanceOf(tf.DTypeError);
  });
});

const CASES: readonly (readonly [string, () => unknown, ErrorType, RegExp])[] = [
  [
    "argnums beyond the arguments",
    () => untyped(tf.grad(square, { argnums: 1 as 0 }), vector),
    tf.ArgumentError,
    /grad: argnums must name different arguments by position, of which 1 are given, got 1/,
  ],
  [
    "negative argnums",
    () => untyped(tf.jacobian(square, { argnums: -1 as 0 }), vector),
    tf.ArgumentError,
    /jacobian: argnums .* got -1/,
  ],
  [
    "argnums twice the same",
    () => tf.hessian(square, { argnums: [0, 0] })(vector),
    tf.ArgumentError,
    /hessian: argnums .* got 0,0/,
  ],
  [
    "argnums that is no number",
    () => untyped(untyped(tf.grad, square, { argnums: "0" }), vector),
    tf.ArgumentError,
    /grad: argnums/,
  ],
  [
    "an unknown option",
    () => untyped(tf.grad, square, { argnum: 0 }),
    tf.ArgumentError,
    /grad: unknown option "argnum"/,
  ],
  [
    "an unknown option of hessian",
    () => untyped(tf.hessian, square, { mode: "forward" }),
    tf.ArgumentError,
    /hessian: unknown option "mode"/,
  ],
  [
    "an unknown mode",
    () => untyped(tf.jacobian, square, { mode: "sideways" }),
    tf.ArgumentError,
    /jacobian: mode/,
  ],
  [
    "no arguments at all",
    () => untyped(tf.grad(square)),
    tf.ArgumentError,
    /grad: argnums .* of which 0 are given/,
  ],
  [
    "too few tangents",
    () => untyped(tf.jvp, (x: tf.Tensor, y: tf.Tensor) => x.mul(y), [vector, vector], [[1, 1]]),
    tf.ArgumentError,
    /jvp: tangents must have the structure of the primals, but has no entry "1"/,
  ],
  [
    "too many tangents",
    () => tf.jvp(same, [vector], [vector, vector]),
    tf.ArgumentError,
    /jvp: tangents .* has an entry "1" for which there is no primal/,
  ],
  [
    "a tangent of another structure",
    () => untyped(tf.jvp, square, [{ a: vector }], [[vector]]),
    tf.ArgumentError,
    /jvp: tangents\[0\] must have the structure of the primals/,
  ],
  [
    "a tangent of another shape",
    () => tf.jvp(same, [vector], [[1, 2, 3]]),
    tf.ShapeError,
    /jvp: tangents\[0\] has shape \[3\], its primal \[2\]/,
  ],
  [
    "a tangent that would broadcast",
    () => tf.hvp(square, [vector], [1]),
    tf.ShapeError,
    /hvp: tangents\[0\] has shape \[\], its primal \[2\]/,
  ],
  [
    "a tangent of another dtype",
    () => tf.jvp(same, [vector], [tf.constant([1, 2], { dtype: "float64" })]),
    tf.DTypeError,
    /jvp: tangents\[0\] is float64, its primal float32/,
  ],
  [
    "tangents that are null",
    () => untyped(tf.jvp, same, [vector], null),
    tf.ArgumentError,
    /jvp: tangents/,
  ],
  [
    "an accumulator's tangent in a nest of another shape",
    () => new tf.ForwardAccumulator({ a: [vector] }, { a: [[1]] }),
    tf.ShapeError,
    /ForwardAccumulator: tangents\.a\[0\] has shape \[1\], its primal \[2\]/,
  ],
  [
    "an accumulator of something else",
    () =>
      untyped(() =>
        Reflect.construct(tf.ForwardAccumulator, [
          [1, 2],
          [1, 2],
        ]),
      ),
    tf.ArgumentError,
    /ForwardAccumulator: primals\[0\]/,
  ],
  [
    "a cotangent of another shape",
    () => tf.vjp(same, vector)[1]([1, 2, 3]),
    tf.ShapeError,
    /vjp's pullback: output gradient 0 has shape \[3\], its target \[2\]/,
  ],
  [
    "a cotangent of another dtype",
    () => tf.vjp(same, vector)[1](tf.constant([1, 2], { dtype: "float64" })),
    tf.DTypeError,
    /vjp's pullback: output gradient 0 is float64/,
  ],
  [
    "cotangents of another structure",
    () => tf.vjp((x: tf.Tensor) => ({ x }), vector)[1]({ y: [1, 2] }),
    tf.ArgumentError,
    /vjp's pullback: outputGradients has an entry "y"/,
  ],
];

describe("bad input", () => {
  it.each(CASES)("%s", (_, body, type, message) => {
    using around = new tf.GradientTape();
    const x = tf.constant(3);
    around.watch(x);
    const error = errorOf(body);
    expect(error.message).toMatch(message);
    expect(error).toBeInstanceOf(type);
    expect(around.gradient(x.mul(x), x).item()).toBe(6);
  });
});

it("errors of a Hessian or a Jacobian name it", () => {
  const x = tf.constant([1, 2]);
  expect(() => tf.hessian((own: tf.Tensor) => own.mul(2))(x)).toThrow(/^hessian: /);
  const huge = tf.zeros([40_000]);
  expect(() => tf.jacobian((own: tf.Tensor) => own.mul(2))(huge)).toThrow(/^jacobian: /);
});

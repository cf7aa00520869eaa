/** Forward and reverse mode composed in every way up to the fourth order, on functions whose derivatives are known. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";
import type { Differentiable } from "./orders.js";

leavesNothingActive();

/** Ways to differentiate a function of a scalar once. */
const MODES: Readonly<Record<string, (f: Differentiable) => Differentiable>> = {
  grad: (f) => tf.grad(f),
  jvp: (f) => (x) => tf.jvp(f, [x], [1])[1],
  vjp: (f) => (x) => tf.vjp(f, x)[1]()[0],
  jacobian: (f) => tf.jacobian(f),
  tape: (f) => (x) => {
    const tape = watching(x);
    return tape.gradient(f(x), x);
  },
  accumulator: (f) => (x) => {
    using accumulator = new tf.ForwardAccumulator(x, 1);
    return accumulator.jvp(f(x));
  },
};

/** All lists of `length` of the given names. */
function sequences(names: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  return names.flatMap((name) => sequences(names, length - 1).map((rest) => [name, ...rest]));
}

function derivative(f: Differentiable, modes: readonly string[]): Differentiable {
  return modes.reduceRight((inner, mode) => MODES[mode]!(inner), f);
}

/** A function with its value and first four derivatives at 0.7. */
const FUNCTIONS: readonly (readonly [string, Differentiable, readonly number[]])[] = [
  [
    "sin",
    (x) => tf.sin(x),
    [Math.sin(0.7), Math.cos(0.7), -Math.sin(0.7), -Math.cos(0.7), Math.sin(0.7)],
  ],
  ["exp", (x) => tf.exp(x), new Array<number>(5).fill(Math.exp(0.7))],
  [
    "x·exp(2x)",
    (x) => x.mul(tf.exp(x.mul(2))),
    [0, 1, 2, 3, 4].map((order) => (2 ** order * 0.7 + order * 2 ** (order - 1)) * Math.exp(1.4)),
  ],
  [
    "exp of identity, times sin",
    (x) => {
      const m = tf.identity(x);
      return tf.exp(m).mul(tf.sin(m));
    },
    [0, 1, 2, 3, 4].map(
      (order) => 2 ** (order / 2) * Math.exp(0.7) * Math.sin(0.7 + (order * Math.PI) / 4),
    ),
  ],
];

describe.each(FUNCTIONS)("%s", (_, f, derivatives) => {
  it.each([1, 2, 3])("order %i in all ways", (order) => {
    for (const modes of sequences(Object.keys(MODES), order)) {
      expectClose(derivative(f, modes)(double(0.7)), derivatives[order]!, 1e-12);
    }
  });

  it("order 4 in all ways of forward and reverse mode", () => {
    for (const modes of sequences(["grad", "accumulator"], 4)) {
      expectClose(derivative(f, modes)(double(0.7)), derivatives[4]!, 1e-11);
    }
    for (const modes of sequences(["jvp", "tape"], 4)) {
      expectClose(derivative(f, modes)(double(0.7)), derivatives[4]!, 1e-11);
    }
  });
});

describe("on vectors", () => {
  it("the gradient of a Hessian-vector product, and the product of a gradient", () => {
    const x = double([0.3, 0.5]);
    const f = (own: tf.Tensor): tf.Tensor => tf.exp(tf.reduceSum(own.mul([1, 2])));
    const e = Math.exp(1.3);
    const product = (own: tf.Tensor): tf.Tensor =>
      tf.reduceSum(tf.hvp(f, [own], [[1, 1]])[0].mul([1, 0]));
    // e·(1, 2)(1, 2)ᵀ(1, 1) = e·(3, 6); the first times (1, 2) once more
    expectClose(tf.grad(product)(x), [3 * e, 6 * e], 1e-12);
    expectClose(tf.jvp(product, [x], [[0, 1]])[1], 6 * e, 1e-12);
  });

  it("jacobian of hessian has the third derivatives", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.reduceProd(x.mul([1, 2])).mul(x.at(0));
    // 2·x₀²·x₁: ∂³/∂x₀²∂x₁ = 4
    const third = tf.jacobian(tf.hessian(f))(double([3, 5]));
    expect(third.shape).toEqual([2, 2, 2]);
    expect(third.toArray()).toEqual([
      [
        [0, 4],
        [4, 0],
      ],
      [
        [4, 0],
        [0, 0],
      ],
    ]);
    const fourth = tf.hessian((x: tf.Tensor) => tf.reduceSum(tf.hessian(f)(x)))(double([3, 5]));
    expect(fourth.toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("an inner derivative by one argument stays differentiable by another", () => {
    const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => x.mul(x).mul(y).mul(y).mul(y);
    const mixed = tf.grad(tf.grad(f), { argnums: 1 });
    expect(mixed(double(2), double(3)).item()).toBe(2 * 2 * 3 * 9);
    const again = tf.grad(mixed, { argnums: 1 });
    expect(again(double(2), double(3)).item()).toBe(2 * 2 * 6 * 3);
  });
});

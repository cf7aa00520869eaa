/** Gradients of small programs, and tensors of random numbers, for the tests of operations on whole tensors. */
import * as tf from "gradtape";
import { expect } from "vitest";

/** A scalar function of one tensor. */
export type Program = (x: tf.Tensor) => tf.Tensor;

/** The gradient of the sum of `f` as a function; zeros where `f` does not depend on x. */
export function gradientOf(f: Program): Program {
  return (x) => {
    const tape = new tf.GradientTape();
    tape.watch(x);
    return tape.gradient(f(x), x, { unconnectedGradients: "zero" });
  };
}

/** One element of a tensor, by its row-major position, as a scalar on the tape. */
export function elementOf(x: tf.Tensor, position: number): tf.Tensor {
  return tf.gather(tf.reshape(x, [x.size]), position);
}

/** ∂f/∂x(p)∂x(q)… for row-major positions p, q, …, in this order of differentiation. */
export function partial(f: Program, x: tf.Tensor, positions: readonly number[]): number {
  let current = f;
  for (const position of positions) {
    const gradient = gradientOf(current);
    current = (y) => elementOf(gradient(y), position);
  }
  return current(x).item() + 0;
}

/** A float64 tensor. */
export function float64(values: readonly number[], shape?: readonly number[]): tf.Tensor {
  return tf.constant(Float64Array.from(values), { shape: shape ?? [values.length] });
}

/** The elements in row-major order; −0 is given as 0. */
export function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.data(), (value) => value + 0);
}

/** Reproducible numbers between −1 and 1. */
export function uniform(count: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

/** A float64 tensor of reproducible numbers between −1 and 1. */
export function uniformTensor(shape: readonly number[], seed = 1): tf.Tensor {
  return float64(
    uniform(
      shape.reduce((product, length) => product * length, 1),
      seed,
    ),
    shape,
  );
}

/** Expects every element within an absolute tolerance. */
export function expectClose(
  actual: tf.Tensor,
  expected: readonly number[],
  tolerance = 1e-11,
): void {
  const found = numbers(actual);
  expect(found.length).toBe(expected.length);
  const worst = expected.reduce(
    (most, value, position) => Math.max(most, Math.abs((found[position] ?? Number.NaN) - value)),
    0,
  );
  expect(worst).toBeLessThanOrEqual(tolerance);
}

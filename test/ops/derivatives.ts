/** Derivatives of elementwise functions to any order, by tapes nested in one another. */
import * as tf from "gradtape";

/** A function of one tensor that gives a tensor of the same shape. */
export type Elementwise = (x: tf.Tensor) => tf.Tensor;

/** f′ at every element. */
export function derivative(f: Elementwise): Elementwise {
  return (x) => {
    const tape = new tf.GradientTape();
    tape.watch(x);
    return tape.gradient(f(x), x, { unconnectedGradients: "zero" });
  };
}

/** The n-th derivative of f at the given points, in float64; −0 is given as 0. */
export function nthDerivative(f: Elementwise, points: readonly number[], order: number): number[] {
  let function_ = f;
  for (let step = 0; step < order; step++) function_ = derivative(function_);
  return numbers(function_(tf.constant(points, { dtype: "float64" })));
}

/** The elements of a tensor in row-major order; −0 is given as 0. */
export function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.data(), (value) => value + 0);
}

/** The gradients of the sum of f by both of its operands, in float64. */
export function gradients(
  f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  first: readonly number[],
  second: readonly number[],
): [number[], number[]] {
  const a = tf.constant(first, { dtype: "float64" });
  const b = tf.constant(second, { dtype: "float64" });
  const tape = new tf.GradientTape();
  tape.watch([a, b]);
  const [byA, byB] = tape.gradient(f(a, b), [a, b]);
  return [numbers(byA), numbers(byB)];
}

/** ∂²f/∂a∂b by either order of differentiation, in float64. */
export function mixedDerivatives(
  f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  first: readonly number[],
  second: readonly number[],
): [number[], number[]] {
  const inA = (b: tf.Tensor) => (a: tf.Tensor) => f(a, b);
  const inB = (a: tf.Tensor) => (b: tf.Tensor) => f(a, b);
  const a = tf.constant(first, { dtype: "float64" });
  const b = tf.constant(second, { dtype: "float64" });
  return [
    numbers(derivative((y) => derivative(inA(y))(a))(b)),
    numbers(derivative((x) => derivative(inB(x))(b))(a)),
  ];
}

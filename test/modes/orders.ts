/** Jacobians of functions and of their gradients, by both modes and by differences, compared. */
import * as tf from "gradtape";
import { expectClose } from "./modes.js";

/** A function of one tensor. */
export type Differentiable = (x: tf.Tensor) => tf.Tensor;

/** The Jacobian of `f` by central differences, of the shape of the result followed by that of the argument. */
export function numericJacobian(f: Differentiable, x: tf.Tensor, step = 1e-5): tf.Tensor {
  const values = Float64Array.from(x.data());
  const shifted = (index: number, by: number): tf.Tensor => {
    const moved = values.slice();
    moved[index]! += by;
    return f(tf.constant(moved).reshape(x.shape)).reshape([-1]);
  };
  const columns = Array.from(values.keys(), (index) =>
    shifted(index, step)
      .sub(shifted(index, -step))
      .div(2 * step),
  );
  return tf.stack(columns, 1).reshape([...f(x).shape, ...x.shape]);
}

/** Compares the Jacobians of `f`, of the gradient of its sum, and so on, `order` times. */
export function expectJacobians(
  f: Differentiable,
  x: tf.Tensor,
  order: number,
  tolerance = 1e-5,
): void {
  const numeric = numericJacobian(f, x);
  const reverse = tf.jacobian(f, { mode: "reverse" })(x);
  const forward = tf.jacobian(f, { mode: "forward" })(x);
  expectClose(reverse, numeric, tolerance);
  expectClose(forward, numeric, tolerance);
  expectClose(forward, reverse, 1e-10);
  if (order > 1) {
    const gradient = tf.grad((own: tf.Tensor) => tf.reduceSum(f(own)));
    expectJacobians(gradient, x, order - 1, tolerance * 10);
  }
}

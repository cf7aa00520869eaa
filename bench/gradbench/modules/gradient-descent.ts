/** The minimum and the maximum of a function by gradient descent, with the gradient by either mode, as particle and saddle need them. */

import * as tf from "gradtape";

/** A function of a vector that gives a scalar. */
export type Scalar = (x: tf.Tensor) => tf.Tensor;

/** The gradient of a function as a function. */
export type Gradient = (f: Scalar) => (x: tf.Tensor) => tf.Tensor;

/** By forward mode: one directional derivative along each axis. */
export const forward: Gradient = (f) => (x) => {
  const axes = tf.unstack(tf.eye(x.size, { dtype: x.dtype }));
  return tf.stack(axes.map((axis) => tf.jvp(f, [x], [axis])[1]));
};

/** By reverse mode. */
export const reverse: Gradient = (f) => tf.grad(f);

/** The four variants of an eval: the first letter is the mode of the outer derivative, the second that of the inner one. */
export function variants<T>(make: (outer: Gradient, inner: Gradient) => T) {
  return {
    ff: make(forward, forward),
    fr: make(forward, reverse),
    rf: make(reverse, forward),
    rr: make(reverse, reverse),
  };
}

const FIRST_RATE = 1e-5;
/** Lengths of gradients and of steps at which the descent ends. */
const TOLERANCE = 1e-5;
/** So many steps in succession double the rate. */
const PATIENCE = 10;

/** A place where `f` is least: the rate grows with success, and a step that does not lead down is not taken but halves it. */
export function argmin(f: Scalar, gradient: Gradient, start: tf.Tensor): tf.Tensor {
  const slope = gradient(f);
  const ahead = (x: tf.Tensor, dx: tf.Tensor, rate: tf.Tensor) => x.sub(dx.mul(rate));
  const [found] = tf.whileLoop(
    (x, _, dx, rate) =>
      tf.math.logicalAnd(
        tf.greater(tf.norm(dx), TOLERANCE),
        tf.greater(tf.norm(x.sub(ahead(x, dx, rate))), TOLERANCE),
      ),
    (x, y, dx, rate, steps) => {
      const next = ahead(x, dx, rate);
      const nextY = f(next);
      return tf.cond(
        tf.less(nextY, y),
        () => {
          const isPatient = tf.less(steps, PATIENCE - 1);
          return [
            next,
            nextY,
            slope(next),
            tf.where(isPatient, rate, rate.mul(2)),
            tf.where(isPatient, steps.add(1), 0),
          ];
        },
        () => [x, y, dx, rate.div(2), tf.zerosLike(steps)],
      );
    },
    [
      start,
      f(start),
      slope(start),
      tf.constant(FIRST_RATE, { dtype: start.dtype }),
      tf.constant(0, { dtype: "int32" }),
    ],
  );
  return found;
}

/** A place where `f` is greatest. */
export function argmax(f: Scalar, gradient: Gradient, start: tf.Tensor): tf.Tensor {
  return argmin((x) => f(x).neg(), gradient, start);
}

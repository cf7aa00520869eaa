/** ode: the last state of an ordinary differential equation by Runge and Kutta's method, and the gradient of its last element. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toList } from "../float64.js";

interface Input {
  readonly x: readonly number[];
  readonly s: number;
}

const END = 2;

/** y′: x₀ for the first element, and for every other the element of x times the one of y before. */
function slope(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const before = y.slice([0], [y.size - 1]);
  return x.mul(tf.concat([[1], before], 0));
}

function lastState(x: tf.Tensor, steps: number): tf.Tensor {
  const h = END / steps;
  const step = (y: tf.Tensor): tf.Tensor => {
    const k1 = slope(x, y);
    const k2 = slope(x, y.add(k1.mul(h / 2)));
    const k3 = slope(x, y.add(k2.mul(h / 2)));
    const k4 = slope(x, y.add(k3.mul(h)));
    const mean = k1.add(k2.mul(2)).add(k3.mul(2)).add(k4).div(6);
    return y.add(mean.mul(h));
  };
  const [, last] = tf.whileLoop(
    (count) => tf.less(count, steps),
    (count, y) => [count.add(1), step(y)],
    [tf.constant(0, { dtype: "int32" }), tf.zerosLike(x)],
  );
  return last;
}

function lastElement(x: tf.Tensor, steps: number): tf.Tensor {
  return lastState(x, steps).at(-1);
}

const prepare = ({ x, s }: Input): [x: tf.Tensor, steps: number] => [float64(x), s];

export const ode = {
  primal: evalFunction({ prepare, evaluate: lastState, output: toList }),
  gradient: evalFunction({ prepare, evaluate: tf.grad(lastElement), output: toList }),
};

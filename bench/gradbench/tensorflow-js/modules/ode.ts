/** ode: the last state of an ordinary differential equation by Runge and Kutta's method, and the gradient of its last element. */

import * as tf from "@tensorflow/tfjs";
import { evalFunction, type Tensor, toList, vector } from "../eval-function.js";

interface Input {
  readonly x: readonly number[];
  readonly s: number;
}

const END = 2;

/** y′: x₀ for the first element, and for every other the element of x times the one of y before. */
function slope(x: Tensor, y: Tensor): Tensor {
  return x.mul(tf.concat([tf.ones([1]), y.slice([0], [y.size - 1])]));
}

function lastState(x: Tensor, steps: number): Tensor {
  const h = END / steps;
  let y: Tensor = tf.zerosLike(x);
  for (let step = 0; step < steps; step++) {
    const k1 = slope(x, y);
    const k2 = slope(x, y.add(k1.mul(h / 2)));
    const k3 = slope(x, y.add(k2.mul(h / 2)));
    const k4 = slope(x, y.add(k3.mul(h)));
    const mean = k1.add(k2.mul(2)).add(k3.mul(2)).add(k4).div(6);
    y = y.add(mean.mul(h));
  }
  return y;
}

function gradient(x: Tensor, steps: number): Tensor {
  return tf.grad((own) => lastState(own, steps).slice([own.size - 1], [1]))(x);
}

const prepare = ({ x, s }: Input): [x: Tensor, steps: number] => [vector(x), s];

export const ode = {
  primal: evalFunction({ prepare, evaluate: lastState, output: toList }),
  gradient: evalFunction({ prepare, evaluate: gradient, output: toList }),
};

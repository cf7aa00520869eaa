/** particle: the place of a charge at which the path of another one, found by Euler's method, ends in the origin. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toNumber } from "../float64.js";
import { argmin, type Gradient, variants } from "./gradient-descent.js";

interface Input {
  readonly w: number;
}

const TIME_STEP = 0.1;
const START = [0, 8];
const START_VELOCITY = [0.75, 0];

/** The electric potential at x between charges, which are rows of coordinates. */
function potential(x: tf.Tensor, charges: tf.Tensor): tf.Tensor {
  return tf.reduceSum(tf.divide(1, tf.norm(x.sub(charges), { axis: 1 })));
}

/** The square of where the particle crosses the x axis. */
function miss(w: tf.Tensor, gradient: Gradient): tf.Tensor {
  const charges = tf.tensorScatterNdAdd(
    float64(
      [
        [10, 10],
        [10, 0],
      ],
      2,
    ),
    [[0, 1]],
    w.neg(),
  );
  const slope = gradient((x) => potential(x, charges));
  const after = (x: tf.Tensor, velocity: tf.Tensor, time: tf.Tensor | number) =>
    x.add(velocity.mul(time));
  const [last, velocity] = tf.whileLoop(
    (x, velocity) => tf.greater(after(x, velocity, TIME_STEP).at(1), 0),
    (x, velocity) => [after(x, velocity, TIME_STEP), velocity.sub(slope(x).mul(TIME_STEP))],
    [float64(START), float64(START_VELOCITY)],
  );
  const below = after(last, velocity, TIME_STEP);
  const crossing = after(below, velocity, below.at(1).div(velocity.at(1)).neg());
  return tf.square(crossing.at(0));
}

const prepare = ({ w }: Input): [start: tf.Tensor] => [float64([w])];

export const particle = variants((outer, inner) =>
  evalFunction({
    prepare,
    evaluate: (start: tf.Tensor) => argmin((w) => miss(w, inner), outer, start),
    output: toNumber,
  }),
);

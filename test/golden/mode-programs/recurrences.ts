/** Programs with loops and conditions: steps of equations of motion, iterations, recurrences. */
import * as tf from "gradtape";
import { at, numbers, type Programs, total } from "./program.js";

const { add, divide, multiply, sin, square, subtract } = tf;

/** What `times` applications of a step make of a state. */
function iterate<S>(times: number, start: S, step: (state: S) => S): S {
  let state = start;
  for (let k = 0; k < times; k++) state = step(state);
  return state;
}

/** One step of the classical Runge-Kutta method. */
function rungeKutta(slope: (y: tf.Tensor) => tf.Tensor, y: tf.Tensor, h: number): tf.Tensor {
  const k1 = slope(y);
  const k2 = slope(add(y, multiply(h / 2, k1)));
  const k3 = slope(add(y, multiply(h / 2, k2)));
  const k4 = slope(add(y, multiply(h, k3)));
  return add(y, multiply(h / 6, total(k1, multiply(2, k2), multiply(2, k3), k4)));
}

const motion: Programs = {
  kepler: (meanAnomaly, eccentricity) =>
    iterate(6, meanAnomaly, (angle) => {
      const error = subtract(subtract(angle, multiply(eccentricity, sin(angle))), meanAnomaly);
      return subtract(angle, divide(error, subtract(1, multiply(eccentricity, tf.cos(angle)))));
    }),
  pendulum: (state, parameters) => {
    const [gravity, friction] = tf.unstack(parameters) as [tf.Tensor, tf.Tensor];
    const slope = (y: tf.Tensor): tf.Tensor => {
      const [angle, speed] = tf.unstack(y) as [tf.Tensor, tf.Tensor];
      const pull = multiply(gravity, sin(angle));
      return tf.stack([speed, tf.negative(add(pull, multiply(friction, speed)))]);
    };
    return iterate(4, state, (y) => rungeKutta(slope, y, 0.2));
  },
  lotkaVolterra: (state, rates) => {
    const [a, b, c, d] = tf.unstack(rates) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const states = [state];
    for (let k = 0; k < 4; k++) {
      const [prey, hunters] = tf.unstack(at(states, k)) as [tf.Tensor, tf.Tensor];
      const born = multiply(prey, subtract(a, multiply(b, hunters)));
      const fed = multiply(hunters, subtract(multiply(c, prey), d));
      states.push(add(at(states, k), multiply(0.1, tf.stack([born, fed]))));
    }
    return tf.stack(states.slice(1));
  },
  heat: (u, conductivity) =>
    iterate(3, u, (x) => {
      const curvature = subtract(add(tf.roll(x, 1, 0), tf.roll(x, -1, 0)), multiply(2, x));
      return add(x, multiply(conductivity, curvature));
    }),
  logisticMap: (rate, x) => iterate(4, x, (y) => multiply(multiply(rate, y), subtract(1, y))),
};

const iterations: Programs = {
  newtonRoot: (x) => iterate(5, numbers(1), (y) => multiply(0.5, add(y, divide(x, y)))),
  arithmeticGeometricMean: (a, b) => {
    const step = ([x, y]: readonly tf.Tensor[]): readonly tf.Tensor[] => [
      multiply(0.5, add(x!, y!)),
      tf.sqrt(multiply(x!, y!)),
    ];
    return at(iterate<readonly tf.Tensor[]>(4, [a, b], step), 0);
  },
  continuedFraction: (x) => iterate(5, x, (y) => add(x, divide(1, add(1, square(y))))),
  powerIteration: (a) => {
    const vector = iterate(4, numbers([1, 1, 1]), (v) => {
      const next = tf.linalg.matvec(a, v);
      return divide(next, tf.norm(next));
    });
    return tf.reduceSum(multiply(vector, tf.linalg.matvec(a, vector)));
  },
  ifElse: (x, y) => {
    const isLarger = tf.greater(tf.reduceSum(x), tf.reduceSum(y)).item() !== 0;
    return isLarger ? multiply(x, tf.exp(y)) : multiply(square(x), sin(y));
  },
  whileLoop: (x) => {
    let y = x;
    while (tf.less(tf.reduceMax(y), 50).item() !== 0) y = add(square(y), multiply(0.5, x));
    return y;
  },
};

const recursions: Programs = {
  horner: (x, coefficients) =>
    tf.unstack(coefficients).reduce((sum, coefficient) => add(multiply(sum, x), coefficient)),
  chebyshev: (x) => {
    const values = [tf.onesLike(x), x];
    for (let k = 2; k < 5; k++) {
      values.push(subtract(multiply(multiply(2, x), at(values, k - 1)), at(values, k - 2)));
    }
    return tf.stack(values);
  },
  bezier: (points, t) => {
    const merge = (row: readonly tf.Tensor[]): tf.Tensor[] =>
      row.slice(1).map((point, k) => add(multiply(subtract(1, t), at(row, k)), multiply(t, point)));
    return at(iterate(3, tf.unstack(points), merge), 0);
  },
  logsumexpChain: (x) =>
    iterate(3, x, (y) =>
      tf.stack([tf.reduceLogsumexp(y), tf.reduceLogsumexp(multiply(2, y)), tf.reduceMean(y)]),
    ),
  forwardAlgorithm: (transitions, emissions) => {
    const [first, ...others] = tf.unstack(emissions) as [tf.Tensor, ...tf.Tensor[]];
    const step = (alpha: tf.Tensor, emission: tf.Tensor): tf.Tensor =>
      add(emission, tf.reduceLogsumexp(add(tf.expandDims(alpha, 1), transitions), { axis: 0 }));
    return tf.reduceLogsumexp(others.reduce(step, first));
  },
  softmaxChain: (x) => iterate(2, x, (y) => tf.nn.softmax(multiply(3, y))),
  normChain: (x) => iterate(3, x, (y) => divide(sin(y), tf.norm(y))),
};

export const recurrences: Programs = { ...motion, ...iterations, ...recursions };

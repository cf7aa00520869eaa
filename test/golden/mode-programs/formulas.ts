/** Test functions of optimisation, densities, geometry and physics. */
import * as tf from "gradtape";
import { at, numbers, type Programs, total } from "./program.js";

const { add, cos, divide, exp, multiply, sin, sqrt, square, subtract } = tf;
const { erf, lgamma, log } = tf.math;

/** The distribution function of the standard normal distribution. */
function normalCdf(x: tf.Tensor): tf.Tensor {
  return multiply(0.5, add(1, erf(divide(x, Math.SQRT2))));
}

/** The elements of a vector, each a scalar. */
function elements(x: tf.Tensor): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  return tf.unstack(x) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
}

const optimisation: Programs = {
  rosenbrock: (x) => {
    const head = tf.slice(x, [0], [4]);
    const tail = tf.slice(x, [1], [4]);
    const valley = multiply(100, square(subtract(tail, square(head))));
    return tf.reduceSum(add(valley, square(subtract(1, head))));
  },
  himmelblau: (x) => {
    const [a, b] = elements(x);
    return add(square(subtract(add(square(a), b), 11)), square(subtract(add(a, square(b)), 7)));
  },
  beale: (x) => {
    const [a, b] = elements(x);
    const term = (constant: number, power: number): tf.Tensor =>
      square(add(subtract(constant, a), multiply(a, tf.pow(b, power))));
    return total(term(1.5, 1), term(2.25, 2), term(2.625, 3));
  },
  ackley: (x) =>
    subtract(
      multiply(-20, exp(multiply(-0.2, sqrt(tf.reduceMean(square(x)))))),
      exp(tf.reduceMean(cos(multiply(2 * Math.PI, x)))),
    ),
  rastrigin: (x) => tf.reduceSum(subtract(square(x), multiply(10, cos(multiply(2 * Math.PI, x))))),
  huber: (x) =>
    tf.where(tf.lessEqual(tf.abs(x), 1), multiply(0.5, square(x)), subtract(tf.abs(x), 0.5)),
  softThreshold: (x, limit) => multiply(tf.sign(x), tf.maximum(subtract(tf.abs(x), limit), 0)),
};

const densities: Programs = {
  mixtureLogLikelihood: (logits, means, logScales, data) => {
    const z = divide(subtract(tf.expandDims(data, 1), means), exp(logScales));
    const parts = subtract(subtract(tf.nn.logSoftmax(logits), logScales), multiply(0.5, square(z)));
    return tf.reduceSum(tf.reduceLogsumexp(parts, { axis: 1 }));
  },
  betaLogDensity: (x, a, b) => {
    const kernel = add(
      multiply(subtract(a, 1), log(x)),
      multiply(subtract(b, 1), tf.math.log1p(tf.negative(x))),
    );
    return add(kernel, subtract(lgamma(add(a, b)), add(lgamma(a), lgamma(b))));
  },
  gammaLogDensity: (x, shape, rate) =>
    total(
      multiply(shape, log(rate)),
      multiply(subtract(shape, 1), log(x)),
      tf.negative(multiply(rate, x)),
      tf.negative(lgamma(shape)),
    ),
  studentLogDensity: (x, degrees) => {
    const half = divide(add(degrees, 1), 2);
    const kernel = multiply(half, tf.math.log1p(divide(square(x), degrees)));
    const scale = subtract(lgamma(half), lgamma(divide(degrees, 2)));
    return subtract(subtract(scale, multiply(0.5, log(degrees))), kernel);
  },
  poissonLoss: (x, w) => {
    const rates = tf.linalg.matvec(x, w);
    return tf.reduceSum(subtract(exp(rates), multiply([2, 0, 3], rates)));
  },
  probit: (x) => log(normalCdf(x)),
  blackScholes: (spot, strike, years, volatility) => {
    const spread = multiply(volatility, sqrt(years));
    const d1 = add(divide(log(divide(spot, strike)), spread), multiply(0.5, spread));
    return subtract(
      multiply(spot, normalCdf(d1)),
      multiply(strike, normalCdf(subtract(d1, spread))),
    );
  },
  divergence: (p, q) => {
    const difference = subtract(tf.nn.logSoftmax(p), tf.nn.logSoftmax(q));
    return tf.reduceSum(multiply(tf.nn.softmax(p), difference));
  },
  geometricMean: (x) => exp(tf.reduceMean(log(x))),
  harmonicMean: (x) => tf.math.reciprocal(tf.reduceMean(tf.math.reciprocal(x))),
  smoothMaximum: (x, sharpness) => divide(tf.reduceLogsumexp(multiply(sharpness, x)), sharpness),
  survival: (x) => tf.reduceSum(tf.math.cumprod(subtract(1, tf.sigmoid(x)))),
  entropyUnsafe: (x) => tf.where(tf.greater(x, 0), multiply(x, log(x)), 0),
  rootUnsafe: (x) => tf.where(tf.greater(x, 0), sqrt(x), 0),
  entropySafe: (x) => {
    const isPositive = tf.greater(x, 0);
    return tf.where(isPositive, multiply(x, log(tf.where(isPositive, x, 1))), 0);
  },
  rootSafe: (x) => {
    const isPositive = tf.greater(x, 0);
    return tf.where(isPositive, sqrt(tf.where(isPositive, x, 1)), 0);
  },
};

const geometry: Programs = {
  polar: (r, angle) => tf.stack([multiply(r, cos(angle)), multiply(r, sin(angle))]),
  spherical: (x) => {
    const [r, polar, azimuth] = elements(x);
    const ring = multiply(r, sin(polar));
    return tf.stack([
      multiply(ring, cos(azimuth)),
      multiply(ring, sin(azimuth)),
      multiply(r, cos(polar)),
    ]);
  },
  determinant: (m) => {
    const [a, b, c] = elements(m);
    const crossed = subtract(
      multiply(tf.roll(b, -1, 0), tf.roll(c, -2, 0)),
      multiply(tf.roll(b, -2, 0), tf.roll(c, -1, 0)),
    );
    return tf.reduceSum(multiply(a, crossed));
  },
  inverse: (m) => {
    const [a, b, c, d] = elements(tf.reshape(m, [4]));
    const adjugate = tf.stack([d, tf.negative(b), tf.negative(c), a]);
    return tf.reshape(divide(adjugate, subtract(multiply(a, d), multiply(b, c))), [2, 2]);
  },
  rotation: (q, v) => {
    const [w, x, y, z] = elements(divide(q, tf.norm(q)));
    const twice = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => multiply(2, multiply(a, b));
    const diagonal = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      subtract(subtract(1, twice(a, a)), twice(b, b));
    const rows = [
      [diagonal(y, z), subtract(twice(x, y), twice(w, z)), add(twice(x, z), twice(w, y))],
      [add(twice(x, y), twice(w, z)), diagonal(x, z), subtract(twice(y, z), twice(w, x))],
      [subtract(twice(x, z), twice(w, y)), add(twice(y, z), twice(w, x)), diagonal(x, y)],
    ];
    return tf.linalg.matvec(tf.stack(rows.map((row) => tf.stack(row))), v);
  },
  cosineSimilarity: (a, b) =>
    divide(
      tf.reduceSum(multiply(a, b), { axis: -1 }),
      multiply(tf.norm(a, { axis: -1 }), tf.norm(b, { axis: -1 })),
    ),
  gaussianKernel: (x, y, width) => {
    const differences = subtract(tf.expandDims(x, 1), tf.expandDims(y, 0));
    return exp(
      divide(tf.reduceSum(square(differences), { axis: -1 }), multiply(-2, square(width))),
    );
  },
  gravity: (positions, masses) => {
    const bodies = tf.unstack(positions);
    const weights = tf.unstack(masses);
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const;
    const energies = pairs.map(([i, j]) => {
      const distance = tf.norm(subtract(at(bodies, i), at(bodies, j)));
      return divide(multiply(at(weights, i), at(weights, j)), distance);
    });
    return tf.negative(tf.addN(energies));
  },
  planck: (x, t) => divide(tf.pow(x, 3), tf.math.expm1(divide(x, t))),
  fourier: (x) => {
    const waves = multiply(tf.expandDims(x, 1), numbers([1, 2, 3]));
    return tf.concat([sin(waves), cos(waves)], 1);
  },
  vandermonde: (x, c) => tf.linalg.matvec(tf.pow(tf.expandDims(x, 1), numbers([0, 1, 2, 3])), c),
};

export const formulas: Programs = { ...optimisation, ...densities, ...geometry };

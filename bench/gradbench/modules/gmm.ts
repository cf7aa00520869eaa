/** gmm: the log posterior of a mixture of Gaussians with a Wishart prior, and its gradient by the parameters. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toArrays, toNumber } from "../float64.js";
import type { MixtureInput } from "../messages.js";

/** The parameters that are differentiated. */
type Mixture = Readonly<Record<"alpha" | "mu" | "q" | "l", tf.Tensor>>;

/** What is known: the points, and the prior. */
interface Model {
  /** By point and coordinate. */
  readonly x: tf.Tensor;
  /** The place in `l` of every element below the diagonal of a d×d matrix, and that behind its end for all others. */
  readonly places: tf.Tensor;
  readonly m: number;
  readonly gamma: number;
}

function logPosterior({ alpha, mu, q, l }: Mixture, { x, places, m, gamma }: Model): tf.Tensor {
  const [n = 0, d = 0] = x.shape;
  const [k = 0] = alpha.shape;
  const nothing = tf.zeros([k, 1], { dtype: "float64" });
  const below = tf.gather(tf.concat([l, nothing], 1), places, { axis: 1 });
  const factors = below.add(tf.linalg.diag(tf.exp(q)));
  const logDeterminants = tf.reduceSum(q, { axis: 1 });

  const centered = x.sub(mu.reshape([k, 1, d]));
  const scaled = tf.matmul(centered, factors, { transposeB: true });
  const distances = tf.reduceSum(tf.square(scaled), { axis: 2 });
  const byComponent = alpha.add(logDeterminants).reshape([k, 1]).sub(distances.div(2));
  const logLikelihood = tf
    .reduceSum(tf.reduceLogsumexp(byComponent, { axis: 0 }))
    .sub(tf.reduceLogsumexp(alpha).mul(n))
    .sub((n * d * Math.log(2 * Math.PI)) / 2);

  const logPrior = tf
    .reduceSum(logDeterminants)
    .mul(m)
    .sub(tf.reduceSum(tf.square(factors)).mul(gamma ** 2 / 2))
    .add(priorConstant(d, d + m + 1, gamma).mul(k));
  return logLikelihood.add(logPrior);
}

/** The logarithm of the factor in the Wishart density that does not depend on the matrix. */
function priorConstant(d: number, n: number, gamma: number): tf.Tensor {
  const halves = tf.range(n, n - d, -1, { dtype: "float64" }).div(2);
  const logGamma = tf.reduceSum(tf.math.lgamma(halves)).add((d * (d - 1) * Math.log(Math.PI)) / 4);
  return tf.subtract(n * d * Math.log(gamma / Math.SQRT2), logGamma);
}

function prepare({ d, k, n, x, m, gamma, alpha, mu, q, l }: MixtureInput): [Mixture, Model] {
  const below = (d * (d - 1)) / 2;
  const places = new Int32Array(d * d).fill(below);
  for (let column = 0, place = 0; column < d; column++) {
    for (let row = column + 1; row < d; row++) places[row * d + column] = place++;
  }
  if (x.length !== n || alpha.length !== k) throw new RangeError("the sizes of x or alpha differ");
  return [
    { alpha: float64(alpha), mu: float64(mu, d), q: float64(q, d), l: float64(l, below) },
    { x: float64(x, d), places: tf.constant(places, { shape: [d, d] }), m, gamma },
  ];
}

export const gmm = {
  objective: evalFunction({ prepare, evaluate: logPosterior, output: toNumber }),
  jacobian: evalFunction({
    prepare,
    evaluate: tf.grad(logPosterior),
    output: ({ alpha, mu, q, l }: Mixture) => ({
      alpha: toArrays(alpha),
      mu: toArrays(mu),
      q: toArrays(q),
      l: toArrays(l),
    }),
  }),
};

/** gmm: the log posterior of a mixture of Gaussians with a Wishart prior, and its gradient by the parameters. */

import * as tf from "@tensorflow/tfjs";
import type { MixtureInput } from "../../messages.js";
import { evalFunction, matrix, type Tensor, toArrays, toNumber, vector } from "../eval-function.js";

/** alpha, mu, q and l. */
type Mixture = [Tensor, Tensor, Tensor, Tensor];

interface Model {
  readonly x: Tensor;
  readonly m: number;
  readonly gamma: number;
}

/** For every component a matrix with `l` below its diagonal, column by column, and zeros above. */
function strictlyLower(l: Tensor, d: number): Tensor {
  const components = l.shape[0]!;
  const lengths = Array.from({ length: d - 1 }, (_, column) => d - 1 - column);
  // The gradient of a split into one piece fails.
  const columns = d > 2 ? tf.split(l, lengths, 1) : [l].slice(0, d - 1);
  const padded = columns.map((column, place) =>
    tf.pad(column, [
      [0, 0],
      [place + 1, 0],
    ]),
  );
  return tf.stack([...padded, tf.zeros([components, d])], 2);
}

function logPosterior([alpha, mu, q, l]: Mixture, { x, m, gamma }: Model): Tensor {
  const [n = 0, d = 0] = x.shape;
  const k = alpha.shape[0]!;
  const factors = strictlyLower(l, d).add(tf.exp(q).expandDims(2).mul(tf.eye(d)));
  const logDeterminants = tf.sum(q, 1);

  const scaled = tf.matMul(x.sub(mu.reshape([k, 1, d])), factors, false, true);
  const distances = tf.sum(tf.square(scaled), 2);
  const byComponent = alpha.add(logDeterminants).reshape([k, 1]).sub(distances.div(2));
  const logLikelihood = tf
    .sum(tf.logSumExp(byComponent, 0))
    .sub(tf.logSumExp(alpha).mul(n))
    .sub((n * d * Math.log(2 * Math.PI)) / 2);

  return logLikelihood
    .add(tf.sum(logDeterminants).mul(m))
    .sub(tf.sum(tf.square(factors)).mul(gamma ** 2 / 2))
    .add(k * priorConstant(d, d + m + 1, gamma));
}

/** The logarithm of the factor in the Wishart density that does not depend on the matrix. */
function priorConstant(d: number, n: number, gamma: number): number {
  const halves = Array.from({ length: d }, (_, place) => logGammaOfHalf(n - place));
  const logGamma = halves.reduce((sum, one) => sum + one) + (d * (d - 1) * Math.log(Math.PI)) / 4;
  return n * d * Math.log(gamma / Math.SQRT2) - logGamma;
}

/** log Γ(n / 2) for an integer n from 1, since Γ(x + 1) is x·Γ(x). */
function logGammaOfHalf(n: number): number {
  let logarithm = n % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let twice = n % 2 === 0 ? 2 : 1; twice < n; twice += 2) logarithm += Math.log(twice / 2);
  return logarithm;
}

function jacobian(mixture: Mixture, model: Model): Tensor[] {
  return tf.grads((...own) => logPosterior(own as Mixture, model))(mixture);
}

function prepare({ d, x, m, gamma, alpha, mu, q, l }: MixtureInput): [Mixture, Model] {
  return [
    [vector(alpha), matrix(mu, d), matrix(q, d), matrix(l, (d * (d - 1)) / 2)],
    { x: matrix(x, d), m, gamma },
  ];
}

export const gmm = {
  objective: evalFunction({ prepare, evaluate: logPosterior, output: toNumber }),
  jacobian: evalFunction({
    prepare,
    evaluate: jacobian,
    output: ([alpha, mu, q, l]) => ({
      alpha: toArrays(alpha!),
      mu: toArrays(mu!),
      q: toArrays(q!),
      l: toArrays(l!),
    }),
  }),
};

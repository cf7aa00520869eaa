/** kmeans: the cost of centroids for clustering points, and Newton's direction, for which the Hessian is diagonal. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toArrays, toNumber } from "../float64.js";

type Rows = readonly (readonly number[])[];

interface Input {
  readonly points: Rows;
  readonly centroids: Rows;
}

function cost(centroids: tf.Tensor, points: tf.Tensor): tf.Tensor {
  const nearest = tf.gather(centroids, indicesOfNearest(centroids, points));
  return tf.reduceSum(tf.square(points.sub(nearest)));
}

/** For every point, which centroid is nearest: where |c|² − 2 p·c, which is the squared distance less |p|², is least. */
function indicesOfNearest(centroids: tf.Tensor, points: tf.Tensor): tf.Tensor {
  const squares = tf.reduceSum(tf.square(centroids), { axis: 1 });
  const products = tf.matmul(points, centroids, { transposeB: true });
  return tf.argmin(squares.sub(products.mul(2)), { axis: 1 });
}

/** Gradient and Hessian in one go, forward over reverse: as the Hessian is diagonal, its product with ones holds its diagonal. */
function direction(centroids: tf.Tensor, points: tf.Tensor): tf.Tensor {
  const gradient = tf.grad((own: tf.Tensor) => cost(own, points));
  const [slope, curvature] = tf.jvp(gradient, [centroids], [tf.onesLike(centroids)]);
  return slope.div(curvature);
}

function prepare({ points, centroids }: Input): [centroids: tf.Tensor, points: tf.Tensor] {
  const dimensions = points[0]!.length;
  return [float64(centroids, dimensions), float64(points, dimensions)];
}

export const kmeans = {
  cost: evalFunction({ prepare, evaluate: cost, output: toNumber }),
  dir: evalFunction({ prepare, evaluate: direction, output: toArrays }),
};

/** kmeans: the cost of centroids for clustering points, and Newton's direction, for which the Hessian is diagonal. */

import * as tf from "@tensorflow/tfjs";
import { evalFunction, matrix, type Tensor, toArrays, toNumber } from "../eval-function.js";

type Rows = readonly (readonly number[])[];

interface Input {
  readonly points: Rows;
  readonly centroids: Rows;
}

/** One row for every point, with a one in the column of the nearest centroid: where |c|² − 2 p·c is least. */
function nearest(centroids: Tensor, points: Tensor): Tensor {
  const squares = tf.sum(tf.square(centroids), 1);
  const products = tf.matMul(points, centroids, false, true);
  const indices = tf.argMin(squares.sub(products.mul(2)), 1);
  const count = centroids.shape[0]!;
  // `oneHot` refuses a single column.
  return count === 1
    ? tf.ones([points.shape[0]!, 1])
    : tf.cast(tf.oneHot(indices, count), "float32");
}

/** Centroids are chosen by a product: the backend has no gradient of `gather`. */
function cost(centroids: Tensor, points: Tensor, choice: Tensor): Tensor {
  return tf.sum(tf.square(points.sub(tf.matMul(choice, centroids))));
}

/** The product of the Hessian with ones, which is its diagonal, is the gradient of the gradient's sum. */
function direction(centroids: Tensor, points: Tensor): Tensor {
  const choice = nearest(centroids, points);
  const gradient = tf.grad((own) => cost(own, points, choice));
  let slope = centroids;
  const curvature = tf.grad((own) => {
    slope = tf.keep(gradient(own));
    return tf.sum(slope);
  })(centroids);
  const quotient = slope.div(curvature);
  slope.dispose();
  return quotient;
}

function prepare({ points, centroids }: Input): [centroids: Tensor, points: Tensor] {
  const dimensions = points[0]!.length;
  return [matrix(centroids, dimensions), matrix(points, dimensions)];
}

export const kmeans = {
  cost: evalFunction({
    prepare,
    evaluate: (centroids: Tensor, points: Tensor) =>
      cost(centroids, points, nearest(centroids, points)),
    output: toNumber,
  }),
  dir: evalFunction({ prepare, evaluate: direction, output: toArrays }),
};

/** ht: how far the points of a hand model in a pose are from measured points, and the Jacobian of that by the pose. */

import * as tf from "@tensorflow/tfjs";
import type { HandInput } from "../../messages.js";
import { evalFunction, matrix, type Tensor, toArrays, toList } from "../eval-function.js";
import { type HandModel, handPositions, prepareModel } from "./hand-model.js";

interface Measurement {
  /** By coordinate and point. */
  readonly points: Tensor;
  /** Where each point lies on the model: at a vertex, or in a triangle of three vertices one after the other. */
  readonly vertices: tf.Tensor1D;
  /** Where points lie in triangles, two of the three shares that the vertices have in each of them. */
  readonly us?: Tensor;
}

/**
 * Measured points less those of the model, by pose, coordinate and point. A row of `poses` is a pose; where points lie in triangles, two
 * numbers come before it that move the shares of all points together.
 */
function errors(poses: Tensor, { points, vertices, us }: Measurement, model: HandModel): Tensor {
  const [count = 0, length = 0] = poses.shape;
  if (us === undefined) return points.sub(handPositions(poses, vertices, model));
  const shift = poses.slice([0, 0], [count, 2]).reshape([count, 1, 2]);
  const thetas = poses.slice([0, 2], [count, length - 2]);
  const two = us.add(shift);
  const shares = tf.concat([two, tf.sub(1, tf.sum(two, 2, true))], 2).expandDims(1);
  const corners = handPositions(thetas, vertices, model).reshape([count, 3, us.shape[0]!, 3]);
  return points.sub(tf.sum(corners.mul(shares), 3));
}

/**
 * There is no forward mode: the product of the Jacobian with a direction is the gradient of that of the reverse mode, which is linear in
 * the factors of the errors. The pose is there as often as it has parameters, each time with the direction of another one.
 */
function jacobian(poses: Tensor, measured: Measurement, model: HandModel): Tensor {
  const directions = tf.eye(poses.shape[0]!);
  const byFactors = (factors: Tensor): Tensor => {
    const slopes = tf.grad((own) => tf.sum(errors(own, measured, model).mul(factors)))(poses);
    return tf.sum(slopes.mul(directions));
  };
  const columns = tf.grad(byFactors)(tf.ones([poses.shape[0]!, ...measured.points.shape]));
  return tf.transpose(columns, [2, 1, 0]);
}

function prepare(
  { theta, us, data }: HandInput,
  isJacobian: boolean,
): [Tensor, Measurement, HandModel] {
  const { model, correspondences, points } = data;
  const inTriangles = us.length > 0;
  const pose = inTriangles ? [0, 0, ...theta] : theta;
  const count = isJacobian ? pose.length : 1;
  const vertices = inTriangles
    ? correspondences.flatMap((one) => model.triangles[one]!)
    : [...correspondences];
  return [
    tf.tile(matrix([pose], pose.length), [count, 1]),
    {
      points: tf.transpose(matrix(points, 3)),
      vertices: tf.tensor1d(vertices, "int32"),
      ...(inTriangles ? { us: matrix(us, 2) } : {}),
    },
    prepareModel(model, count, theta.length),
  ];
}

export const ht = {
  objective: evalFunction({
    prepare: (input: HandInput) => prepare(input, false),
    evaluate: (...parameters) => tf.transpose(errors(...parameters), [2, 1, 0]),
    output: toList,
  }),
  jacobian: evalFunction({
    prepare: (input: HandInput) => prepare(input, true),
    evaluate: jacobian,
    output: (columns) => toArrays(columns.reshape([-1, columns.shape[2]!])),
  }),
};

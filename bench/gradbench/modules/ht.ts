/** ht: how far the points of a hand model in a pose are from measured points, and the Jacobian of that by the pose. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toArrays, toList } from "../float64.js";
import type { HandInput } from "../messages.js";
import { type HandModel, handPositions, prepareModel } from "./hand-model.js";

type Tensor = tf.Tensor;

/** Where a measured point lies on the model: at a vertex, or in a triangle, as a row of its three vertices. */
interface Measurement {
  readonly points: Tensor;
  readonly vertices: Tensor;
}

/** The pose, and, where points lie in triangles, two of the three shares that the vertices have in each of them. */
interface Pose {
  readonly theta: Tensor;
  readonly us?: Tensor;
}

/** Measured points less those of the model, by point and coordinate. */
function errors({ theta, us }: Pose, measured: Measurement, model: HandModel): Tensor {
  const found = tf.gather(handPositions(theta, model), measured.vertices, { axis: 1 });
  if (us === undefined) return measured.points.sub(tf.transpose(found));
  const third = tf.subtract(1, tf.reduceSum(us, { axis: 1, keepdims: true }));
  const shares = tf.concat([us, third], 1);
  return measured.points.sub(tf.transpose(tf.reduceSum(found.mul(shares), { axis: 2 })));
}

/**
 * By point and coordinate, and by the parameters of the pose. The error of a point depends on its own two shares alone; their columns
 * come first, and are found by moving the shares of all points together.
 */
function jacobian(pose: Pose, measured: Measurement, model: HandModel): Tensor {
  const { theta, us } = pose;
  if (us === undefined) {
    const byTheta = (own: Tensor): Tensor => errors({ theta: own }, measured, model);
    return tf.jacobian(byTheta, { mode: "forward" })(theta);
  }
  const moved = (shift: Tensor, own: Tensor): Tensor =>
    errors({ theta: own, us: us.add(shift) }, measured, model);
  const byBoth = tf.jacobian(moved, { argnums: [0, 1], mode: "forward" });
  return tf.concat(byBoth(tf.zeros([2], { dtype: "float64" }), theta), 2);
}

function prepare({ theta, us, data }: HandInput): [Pose, Measurement, HandModel] {
  const { model, correspondences, points } = data;
  const inTriangles = us.length > 0;
  const vertices = inTriangles
    ? correspondences.map((one) => model.triangles[one]!)
    : correspondences;
  return [
    { theta: float64(theta), ...(inTriangles ? { us: float64(us, 2) } : {}) },
    { points: float64(points, 3), vertices: tf.constant(vertices, { dtype: "int32" }) },
    prepareModel(model, theta.length),
  ];
}

export const ht = {
  objective: evalFunction({ prepare, evaluate: errors, output: toList }),
  jacobian: evalFunction({
    prepare,
    evaluate: jacobian,
    output: (matrices) => toArrays(matrices.reshape([-1, matrices.shape[2]!])),
  }),
};

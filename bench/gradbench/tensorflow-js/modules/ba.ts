/** ba: the errors of cameras and points that explain observations, and their sparse Jacobian. */

import * as tf from "@tensorflow/tfjs";
import type { SceneInput } from "../../messages.js";
import { evalFunction, type Tensor, toList } from "../eval-function.js";
import { CAMERA, POINT, reprojectionErrors, whichAreTurned } from "./camera.js";

/** n cameras, m points, and p observations, each of a point by a camera, with a weight and the features that were seen. */
interface Scene {
  readonly cameras: Tensor;
  readonly points: Tensor;
  readonly weights: Tensor;
  readonly features: Tensor;
  /** Which camera and which point belongs to an observation. */
  readonly cameraOf: tf.Tensor1D;
  readonly pointOf: tf.Tensor1D;
}

const weightErrors = (weights: Tensor): Tensor => tf.sub(1, tf.square(weights));

/** Camera, point and weight of every observation. */
function observations(scene: Scene): [Tensor, Tensor, Tensor] {
  const cameras = tf.gather(scene.cameras, scene.cameraOf);
  return [cameras, tf.gather(scene.points, scene.pointOf), scene.weights];
}

function errors(scene: Scene): { readonly u: Tensor; readonly v: Tensor; readonly weight: Tensor } {
  const all = observations(scene);
  const [u, v] = reprojectionErrors(...all, scene.features, whichAreTurned(all[0]));
  return { u, v, weight: weightErrors(scene.weights) };
}

/** The Jacobian by rows: the elements from `rows[i]` to `rows[i + 1]` of `values`, in columns `columns`, are row i. */
interface SparseMatrix {
  readonly rows: Tensor;
  readonly columns: Tensor;
  readonly values: Tensor;
}

/** An observation depends on a camera, a point and a weight of its own, so that one gradient of a sum has a row for each. */
function jacobian(scene: Scene): SparseMatrix & tf.TensorContainerObject {
  const all = observations(scene);
  const count = scene.weights.size;
  const isTurned = whichAreTurned(all[0]);
  const rowsOf = (coordinate: 0 | 1): Tensor => {
    const sum = (...own: Tensor[]): Tensor => {
      const [cameras, points, weights] = own as [Tensor, Tensor, Tensor];
      const both = reprojectionErrors(cameras, points, weights, scene.features, isTurned);
      return tf.sum(both[coordinate]);
    };
    const [byCamera, byPoint, byWeight] = tf.grads(sum as (...own: tf.Tensor[]) => tf.Tensor)(all);
    return tf.concat([byCamera!, byPoint!, byWeight!.reshape([count, 1])], 1);
  };
  const ofReprojection = tf.stack([rowsOf(0), rowsOf(1)], 1);
  const ofWeights = tf.grad((own) => tf.sum(weightErrors(own)))(scene.weights);
  return { ...structure(scene), values: tf.concat([ofReprojection.reshape([-1]), ofWeights]) };
}

function structure(scene: Scene): Omit<SparseMatrix, "values"> {
  const { cameras, points, weights, cameraOf, pointOf } = scene;
  const range = (start: number, end: number, step = 1) => tf.range(start, end, step, "int32");
  const firstPoint = cameras.size;
  const firstWeight = firstPoint + points.size;
  const weightColumns = range(firstWeight, firstWeight + weights.size);
  const first = (factor: number, places: Tensor, offset: number) =>
    places.mul(tf.scalar(factor, "int32")).add(tf.scalar(offset, "int32")).expandDims(1);
  const ofObservation = tf.concat(
    [
      first(CAMERA, cameraOf, 0).add(range(0, CAMERA)),
      first(POINT, pointOf, firstPoint).add(range(0, POINT)),
      weightColumns.expandDims(1),
    ],
    1,
  );
  // Both errors of an observation have the same columns.
  const ofReprojection = tf.stack([ofObservation, ofObservation], 1);
  const end = ofReprojection.size;
  return {
    rows: tf.concat([range(0, end, CAMERA + POINT + 1), range(end, end + weights.size + 1)]),
    columns: tf.concat([ofReprojection.reshape([-1]), weightColumns]),
  };
}

/** The message holds one of each; they are as many as it says all the same. */
function prepare({ n, m, p, cam, x, w, feat }: SceneInput): [Scene] {
  const copies = (values: readonly number[], count: number): Tensor =>
    tf.tile(tf.tensor([...values], [1, values.length], "float32"), [count, 1]);
  const inTurn = (count: number) =>
    tf.tensor1d(
      Int32Array.from({ length: p }, (_, observation) => observation % count),
      "int32",
    );
  return [
    {
      cameras: copies(cam, n),
      points: copies(x, m),
      weights: tf.fill([p], w),
      features: copies(feat, p),
      cameraOf: inTurn(n),
      pointOf: inTurn(m),
    },
  ];
}

/** The first numbers of a vector. */
function firstOf(list: Tensor, count: number): number[] {
  return toList(list.slice([0], [Math.min(count, list.size)]));
}

/** The first 30 entries of a list, which are those of the first observation, and the last one. */
function excerpt(list: Tensor): number[] {
  return [...firstOf(list, 2 * (CAMERA + POINT + 1)), ...toList(list.slice([list.size - 1], [1]))];
}

export const ba = {
  objective: evalFunction({
    prepare,
    evaluate: errors,
    output: ({ u, v, weight }) => ({
      reproj_error: { elements: [...firstOf(u, 1), ...firstOf(v, 1)], repeated: u.size },
      w_err: { element: firstOf(weight, 1)[0], repeated: weight.size },
    }),
  }),
  jacobian: evalFunction({
    prepare,
    evaluate: jacobian,
    output: ({ rows, columns, values }) => ({
      rows: excerpt(rows),
      cols: excerpt(columns),
      vals: excerpt(values),
    }),
  }),
};

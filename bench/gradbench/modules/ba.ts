/** ba: the errors of cameras and points that explain observations, and their sparse Jacobian. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { toList } from "../float64.js";
import type { SceneInput } from "../messages.js";
import { CAMERA, POINT, reprojectionError } from "./camera.js";

type Tensor = tf.Tensor;

/** n cameras, m points, and p observations, each of a point by a camera, with a weight and the features that were seen. */
interface Scene {
  readonly cameras: Tensor;
  readonly points: Tensor;
  readonly weights: Tensor;
  readonly features: Tensor;
  /** Which camera and which point belongs to an observation. */
  readonly cameraOf: Tensor;
  readonly pointOf: Tensor;
}

interface Errors {
  readonly reprojection: Tensor;
  readonly weight: Tensor;
}

/** A matrix by rows: the elements from `rows[i]` to `rows[i + 1]` of `values`, in columns `columns`, are row i. */
interface SparseMatrix {
  readonly rows: Tensor;
  readonly columns: Tensor;
  readonly values: Tensor;
}

function weightError(weight: Tensor): Tensor {
  return tf.subtract(1, tf.square(weight));
}

/** The arguments of `reprojectionError` for all observations. */
function observations(scene: Scene): [Tensor, Tensor, Tensor, Tensor] {
  const cameras = tf.gather(scene.cameras, scene.cameraOf);
  const points = tf.gather(scene.points, scene.pointOf);
  return [cameras, points, scene.weights, scene.features];
}

function errors(scene: Scene): Errors {
  return {
    reprojection: tf.vectorizedMap((one) => reprojectionError(...one), observations(scene)),
    weight: tf.vectorizedMap(weightError, scene.weights),
  };
}

/** The errors of an observation depend on one camera, one point and one weight; other columns are not stored. */
function jacobian(scene: Scene): SparseMatrix {
  const byArguments = tf.jacobian(reprojectionError, { argnums: [0, 1, 2], mode: "reverse" });
  const blocks = tf.vectorizedMap((one) => byArguments(...one), observations(scene));
  const [byCamera, byPoint, byWeight] = blocks;
  const ofReprojection = tf.concat([byCamera, byPoint, tf.expandDims(byWeight, 2)], 2);
  const ofWeights = tf.vectorizedMap(tf.grad(weightError), scene.weights);
  const values = tf.concat([ofReprojection.reshape([-1]), ofWeights], 0);
  return { ...structure(scene), values };
}

function structure(scene: Scene): Omit<SparseMatrix, "values"> {
  const { cameras, points, weights, cameraOf, pointOf } = scene;
  const firstPoint = cameras.size;
  const firstWeight = firstPoint + points.size;
  const weightColumns = tf.range(firstWeight, firstWeight + weights.size);
  const ofObservation = tf.concat(
    [
      tf.expandDims(cameraOf.mul(CAMERA), 1).add(tf.range(CAMERA)),
      tf.expandDims(pointOf.mul(POINT).add(firstPoint), 1).add(tf.range(POINT)),
      tf.expandDims(weightColumns, 1),
    ],
    1,
  );
  // Both errors of an observation have the same columns.
  const ofReprojection = tf.stack([ofObservation, ofObservation], 1);
  const length = CAMERA + POINT + 1;
  const end = ofReprojection.size;
  return {
    rows: tf.concat([tf.range(0, end, length), tf.range(end, end + weights.size + 1)], 0),
    columns: tf.concat([ofReprojection.reshape([-1]), weightColumns], 0),
  };
}

/** The message holds one of each; they are as many as it says all the same. */
function prepare({ n, m, p, cam, x, w, feat }: SceneInput): [Scene] {
  const copies = (values: readonly number[], count: number): Tensor => {
    const all = new Float64Array(count * values.length);
    for (let place = 0; place < all.length; place += values.length) all.set(values, place);
    return tf.constant(all, { shape: [count, values.length], copy: false });
  };
  const inTurn = (count: number): Tensor =>
    tf.constant(Int32Array.from({ length: p }, (_, observation) => observation % count));
  return [
    {
      cameras: copies(cam, n),
      points: copies(x, m),
      weights: copies([w], p).reshape([p]),
      features: copies(feat, p),
      cameraOf: inTurn(n),
      pointOf: inTurn(m),
    },
  ];
}

/** As the eval wants it: those of the first observation, and how many there are. */
function errorsOutput({ reprojection, weight }: Errors): unknown {
  return {
    reproj_error: { elements: toList(reprojection.at(0)), repeated: reprojection.shape[0] },
    w_err: { element: weight.at(0).item(), repeated: weight.size },
  };
}

/** As the eval wants it: the first 30 entries of every list, which are those of the first observation, and the last one. */
function sparseOutput({ rows, columns, values }: SparseMatrix): unknown {
  const excerpt = (list: Tensor): number[] => {
    const entries = list.data({ copy: false });
    return [...entries.slice(0, 2 * (CAMERA + POINT + 1)), entries.at(-1)!];
  };
  return { rows: excerpt(rows), cols: excerpt(columns), vals: excerpt(values) };
}

export const ba = {
  objective: evalFunction({ prepare, evaluate: errors, output: errorsOutput }),
  jacobian: evalFunction({ prepare, evaluate: jacobian, output: sparseOutput }),
};

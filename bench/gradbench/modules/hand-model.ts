/** A hand of bones and a skin over them: where the vertices of the skin are in a pose. */

import * as tf from "gradtape";
import { float64 } from "../float64.js";
import type { HandModelInput } from "../messages.js";

type Rows = readonly (readonly number[])[];
type Tensor = tf.Tensor;

export interface HandModel {
  /** Of every bone the one that it hangs on, which comes before it; −1 for the first. */
  readonly parents: readonly number[];
  /** For every bone a 4×4 matrix: from its own coordinates at rest to its parent's, and from the model's to its own. */
  readonly relatives: Tensor;
  readonly inverseAbsolutes: Tensor;
  /** By coordinate and vertex the places at rest, with a fourth coordinate of 1; by bone and vertex how much it takes it along. */
  readonly positions: Tensor;
  readonly weights: Tensor;
  readonly isMirrored: boolean;
  /** For every bone and angle the place of the angle in the pose, or that behind its end for an angle of 0. */
  readonly angles: Tensor;
}

const FINGERS = 5;
/** Bones before the fingers and of a finger; angles of a pose before those of the fingers, and of a finger. */
const BEFORE_FINGERS = 1;
const FINGER = 4;
const BEFORE_ANGLES = 6;
const ANGLES = 4;

/**
 * Where the vertices are, by coordinate and vertex. A pose is the rotation of the hand (3), its place (3), and four angles of each
 * finger. All matrices are multiplied with each other first, and then with the vertices, each bone's as far as it takes them along.
 */
export function handPositions(theta: Tensor, model: HandModel): Tensor {
  const angles = tf.gather(tf.concat([theta, [0]], 0), model.angles);
  const transforms = tf.matmul(absolutes(angles, model), model.inverseAbsolutes);
  const [bones = 0] = transforms.shape;
  const byCoordinate = tf.transpose(transforms, [1, 0, 2]).reshape([4, 4 * bones]);
  const ofHand = byCoordinate.slice([0, 0], [3, 4 * bones]);
  const mirrored = model.isMirrored ? ofHand.mul([[-1], [1], [1]]) : ofHand;
  const turned = tf.matmul(rotationMatrix(theta.slice([0], [3])), mirrored);
  const shares = tf
    .expandDims(model.weights, 1)
    .mul(model.positions)
    .reshape([4 * bones, -1]);
  return tf.matmul(turned, shares).add(theta.slice([3], [3]).reshape([3, 1]));
}

/** For every bone the matrix from its own coordinates to the model's. */
function absolutes(angles: Tensor, { parents, relatives }: HandModel): Tensor {
  const [bones = 0] = relatives.shape;
  const turned = tf.matmul(relatives.slice([0, 0, 0], [bones, 4, 3]), eulerMatrices(angles));
  const posed = tf.unstack(tf.concat([turned, relatives.slice([0, 0, 3], [bones, 4, 1])], 2));
  const found: Tensor[] = [];
  parents.forEach((parent, bone) => {
    found.push(parent < 0 ? posed[bone]! : tf.matmul(found[parent]!, posed[bone]!));
  });
  return tf.stack(found);
}

/** Rotations around x, then y, then z, by rows of three angles that come in the order x, z, y. */
function eulerMatrices(angles: Tensor): Tensor {
  const [x, z, y] = tf.unstack(angles, 1) as [Tensor, Tensor, Tensor];
  const zero = tf.zerosLike(x);
  const one = tf.onesLike(x);
  const [cx, sx, cy, sy, cz, sz] = [x, y, z].flatMap((angle) => [tf.cos(angle), tf.sin(angle)]) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const aroundX = matrices([one, zero, zero], [zero, cx, sx.neg()], [zero, sx, cx]);
  const aroundY = matrices([cy, zero, sy], [zero, one, zero], [sy.neg(), zero, cy]);
  const aroundZ = matrices([cz, sz.neg(), zero], [sz, cz, zero], [zero, zero, one]);
  return tf.matmul(tf.matmul(aroundZ, aroundY), aroundX);
}

/** Matrices by the elements of their rows, all of one shape, which comes in front. */
function matrices(...rows: readonly (readonly Tensor[])[]): Tensor {
  return tf.stack(
    rows.map((row) => tf.stack(row, -1)),
    -2,
  );
}

/** The rotation around an axis by its length. */
function rotationMatrix(axisAngle: Tensor): Tensor {
  const angle = tf.norm(axisAngle);
  return tf.cond(
    tf.less(angle, 1e-4),
    () => tf.eye(3, { dtype: "float64" }),
    () => {
      const axis = axisAngle.div(angle);
      const [x, y, z] = tf.unstack(axis) as [Tensor, Tensor, Tensor];
      const zero = tf.zerosLike(x);
      const crossing = matrices([zero, z.neg(), y], [z, zero, x.neg()], [y.neg(), x, zero]);
      const along = axis.reshape([3, 1]).mul(axis);
      const cosine = tf.cos(angle);
      return tf
        .eye(3, { dtype: "float64" })
        .mul(cosine)
        .add(along.mul(tf.subtract(1, cosine)))
        .add(crossing.mul(tf.sin(angle)));
    },
  );
}

export function prepareModel(input: HandModelInput, poseLength: number): HandModel {
  const bones = input.parents.length;
  const cube = (values: readonly Rows[]): Tensor =>
    float64(values.flat(), 4).reshape([bones, 4, 4]);
  return {
    parents: input.parents,
    relatives: cube(input.base_relatives),
    inverseAbsolutes: cube(input.inverse_base_absolutes),
    positions: tf.transpose(float64(input.base_positions, 4)),
    weights: tf.transpose(float64(input.weights, bones)),
    isMirrored: input.is_mirrored,
    angles: anglePlaces(bones, poseLength),
  };
}

/** Every finger takes four angles: its second bone bends around x and around z, and the two after it around x. */
function anglePlaces(bones: number, poseLength: number): Tensor {
  const places = Array.from({ length: bones }, () => [poseLength, poseLength, poseLength]);
  for (let finger = 0; finger < FINGERS; finger++) {
    const first = BEFORE_FINGERS + FINGER * finger;
    const angle = BEFORE_ANGLES + ANGLES * finger;
    places[first + 1] = [angle, angle + 1, poseLength];
    places[first + 2] = [angle + 2, poseLength, poseLength];
    places[first + 3] = [angle + 3, poseLength, poseLength];
  }
  return tf.constant(places, { dtype: "int32" });
}

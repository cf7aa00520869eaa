/** A hand of bones and a skin over them: where places on the skin are, in several poses together. */

import * as tf from "@tensorflow/tfjs";
import type { HandModelInput } from "../../messages.js";
import { matrix, type Tensor } from "../eval-function.js";

type Rows = readonly (readonly number[])[];

/** Matrices have an axis for the poses in front. */
export interface HandModel {
  /** Of every bone the one that it hangs on, which comes before it; −1 for the first. */
  readonly parents: readonly number[];
  /** For every bone a 4×4 matrix: from its own coordinates at rest to its parent's, and from the model's to its own. */
  readonly relatives: Tensor;
  readonly inverseAbsolutes: Tensor;
  /** By bone and coordinate, and by vertex: the place at rest times how much the bone takes the vertex along. */
  readonly shares: Tensor;
  readonly isMirrored: boolean;
  /** By parameter of the pose, and by bone and angle: a one where the angle is that parameter. */
  readonly angles: Tensor;
}

const FINGERS = 5;
/** Bones before the fingers and of a finger; angles of a pose before those of the fingers, and of a finger. */
const BEFORE_FINGERS = 1;
const FINGER = 4;
const BEFORE_ANGLES = 6;
const ANGLES = 4;

/** Where these vertices are, by pose, coordinate and vertex. A row of `poses` is a rotation, a place, and four angles of each finger. */
export function handPositions(poses: Tensor, vertices: tf.Tensor1D, model: HandModel): Tensor {
  const [count = 0] = poses.shape;
  const bones = model.parents.length;
  const angles = tf.matMul(poses, model.angles).reshape([count, bones, 3]);
  const transforms = tf.matMul(absolutes(angles, model), model.inverseAbsolutes);
  const byCoordinate = tf.transpose(transforms, [0, 2, 1, 3]).reshape([count, 4, 4 * bones]);
  const ofHand = byCoordinate.slice([0, 0, 0], [count, 3, 4 * bones]);
  const mirrored = model.isMirrored ? ofHand.mul(tf.tensor2d([[-1], [1], [1]])) : ofHand;
  const turned = tf.matMul(rotations(poses.slice([0, 0], [count, 3])), mirrored);
  const shares = tf.gather(model.shares, vertices, 1);
  const found = tf.matMul(turned.reshape([3 * count, 4 * bones]), shares);
  const places = poses.slice([0, 3], [count, 3]).reshape([count, 3, 1]);
  return found.reshape([count, 3, vertices.size]).add(places);
}

/** For every bone the matrix from its own coordinates to the model's. */
function absolutes(angles: Tensor, { parents, relatives }: HandModel): Tensor {
  const [count = 0, bones = 0] = angles.shape;
  const rotating = relatives.slice([0, 0, 0, 0], [count, bones, 4, 3]);
  const moving = relatives.slice([0, 0, 0, 3], [count, bones, 4, 1]);
  const posed = tf.unstack(tf.concat([tf.matMul(rotating, eulerMatrices(angles)), moving], 3), 1);
  const found: Tensor[] = [];
  parents.forEach((parent, bone) => {
    found.push(parent < 0 ? posed[bone]! : tf.matMul(found[parent]!, posed[bone]!));
  });
  return tf.stack(found, 1);
}

/** Rotations around x, then y, then z, by rows of three angles that come in the order x, z, y. */
function eulerMatrices(angles: Tensor): Tensor {
  const [x, z, y] = tf.unstack(angles, 2) as [Tensor, Tensor, Tensor];
  const zero = tf.zerosLike(x);
  const one = tf.onesLike(x);
  const [cx, cy, cz] = [tf.cos(x), tf.cos(y), tf.cos(z)];
  const [sx, sy, sz] = [tf.sin(x), tf.sin(y), tf.sin(z)];
  const aroundX = matrices([one, zero, zero], [zero, cx, sx.neg()], [zero, sx, cx]);
  const aroundY = matrices([cy, zero, sy], [zero, one, zero], [sy.neg(), zero, cy]);
  const aroundZ = matrices([cz, sz.neg(), zero], [sz, cz, zero], [zero, zero, one]);
  return tf.matMul(tf.matMul(aroundZ, aroundY), aroundX);
}

/** 3×3 matrices by the elements of their rows, all of one shape, which comes in front. */
function matrices(...rows: readonly (readonly Tensor[])[]): Tensor {
  const elements = tf.stack(rows.flat(), -1);
  return elements.reshape([...elements.shape.slice(0, -1), 3, 3]);
}

/** The rotations around axes by their lengths. All of them are zero if one is: they are those of one pose. */
function rotations(axisAngles: Tensor): Tensor {
  const [count = 0] = axisAngles.shape;
  const angle = tf.sqrt(tf.sum(tf.square(axisAngles), 1, true));
  if (angle.dataSync()[0]! < 1e-4) return tf.tile(tf.eye(3).expandDims(0), [count, 1, 1]);
  const axis = axisAngles.div(angle);
  const [x, y, z] = tf.unstack(axis, 1) as [Tensor, Tensor, Tensor];
  const zero = tf.zerosLike(x);
  const crossing = matrices([zero, z.neg(), y], [z, zero, x.neg()], [y.neg(), x, zero]);
  const along = axis.expandDims(2).mul(axis.expandDims(1));
  const cosine = tf.cos(angle).expandDims(2);
  return tf
    .eye(3)
    .mul(cosine)
    .add(along.mul(tf.sub(1, cosine)))
    .add(crossing.mul(tf.sin(angle).expandDims(2)));
}

/** The model for so many poses of this length. */
export function prepareModel(input: HandModelInput, poses: number, length: number): HandModel {
  const bones = input.parents.length;
  const cube = (values: readonly Rows[]): Tensor =>
    tf.tile(matrix(values.flat(), 4).reshape([1, bones, 4, 4]), [poses, 1, 1, 1]);
  const positions = tf.transpose(matrix(input.base_positions, 4));
  const weights = tf.transpose(matrix(input.weights, bones));
  return {
    parents: input.parents,
    relatives: cube(input.base_relatives),
    inverseAbsolutes: cube(input.inverse_base_absolutes),
    shares: weights
      .expandDims(1)
      .mul(positions)
      .reshape([4 * bones, -1]),
    isMirrored: input.is_mirrored,
    angles: angleChoice(bones, length),
  };
}

/** Every finger takes four angles: its second bone bends around x and around z, and the two after it around x. */
function angleChoice(bones: number, length: number): Tensor {
  const choice = new Float32Array(length * bones * 3);
  const choose = (parameter: number, bone: number, angle: number) => {
    choice[(parameter * bones + bone) * 3 + angle] = 1;
  };
  for (let finger = 0; finger < FINGERS; finger++) {
    const first = BEFORE_FINGERS + FINGER * finger;
    const parameter = BEFORE_ANGLES + ANGLES * finger;
    choose(parameter, first + 1, 0);
    choose(parameter + 1, first + 1, 1);
    choose(parameter + 2, first + 2, 0);
    choose(parameter + 3, first + 3, 0);
  }
  return tf.tensor2d(choice, [length, 3 * bones]);
}

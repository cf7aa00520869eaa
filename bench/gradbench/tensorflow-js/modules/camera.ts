/** Where cameras see points, one for each observation. Every coordinate is a vector over all observations. */

import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../eval-function.js";

type Vector = readonly [x: Tensor, y: Tensor, z: Tensor];

/** The lengths of a camera and of a point. */
export const CAMERA = 11;
export const POINT = 3;

/**
 * What cameras see of points less the features that were seen, times the weights: the coordinates u and v. Cameras, points and features
 * are matrices with a row for each observation. A camera is a rotation by axis and angle, a center, a focal length, a principal point,
 * and a distortion.
 *
 * @param isTurned which cameras have a rotation: an argument because TensorFlow.js refuses to differentiate through comparisons
 */
export function reprojectionErrors(
  cameras: Tensor,
  points: Tensor,
  weights: Tensor,
  features: Tensor,
  isTurned: Tensor,
): readonly [u: Tensor, v: Tensor] {
  const [rx, ry, rz, cx, cy, cz, focal, u0, v0, k1, k2] = tf.unstack(cameras, 1) as Tensor[];
  const [px, py, pz] = tf.unstack(points, 1);
  const [seenU, seenV] = tf.unstack(features, 1);
  const [x, y, z] = rotate([px!.sub(cx!), py!.sub(cy!), pz!.sub(cz!)], [rx!, ry!, rz!], isTurned);
  const u = x.div(z);
  const v = y.div(z);
  const squared = tf.square(u).add(tf.square(v));
  const distortion = squared.mul(k1!).add(tf.square(squared).mul(k2!)).add(1);
  const scale = distortion.mul(focal!);
  return [
    u.mul(scale).add(u0!).sub(seenU!).mul(weights),
    v.mul(scale).add(v0!).sub(seenV!).mul(weights),
  ];
}

/** Which cameras have a rotation. */
export function whichAreTurned(cameras: Tensor): Tensor {
  return tf.sum(tf.square(cameras.slice([0, 0], [cameras.shape[0]!, 3])), 1).greater(0);
}

/** Points turned around axes by the lengths of these, by Rodrigues' formula. */
function rotate(point: Vector, rotation: Vector, isTurned: Tensor): Vector {
  const squared = dot(rotation, rotation);
  // A gradient goes through both branches, and must be a number in either.
  const angle = tf.sqrt(tf.where(isTurned, squared, tf.onesLike(squared)));
  const axis = scaled(rotation, tf.div(1, angle));
  const cosine = tf.cos(angle);
  const along = dot(axis, point).mul(tf.sub(1, cosine));
  const turned = sum(
    sum(scaled(point, cosine), scaled(cross(axis, point), tf.sin(angle))),
    scaled(axis, along),
  );
  const straight = sum(point, cross(rotation, point));
  return [0, 1, 2].map((place) =>
    tf.where(isTurned, turned[place]!, straight[place]!),
  ) as unknown as Vector;
}

function sum([ax, ay, az]: Vector, [bx, by, bz]: Vector): Vector {
  return [ax.add(bx), ay.add(by), az.add(bz)];
}

function scaled([x, y, z]: Vector, factor: Tensor): Vector {
  return [x.mul(factor), y.mul(factor), z.mul(factor)];
}

function dot([ax, ay, az]: Vector, [bx, by, bz]: Vector): Tensor {
  return ax.mul(bx).add(ay.mul(by)).add(az.mul(bz));
}

function cross([ax, ay, az]: Vector, [bx, by, bz]: Vector): Vector {
  return [ay.mul(bz).sub(az.mul(by)), az.mul(bx).sub(ax.mul(bz)), ax.mul(by).sub(ay.mul(bx))];
}

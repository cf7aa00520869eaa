/** Where a camera sees a point, in scalars: `vectorizedMap` makes of them vectors over all observations. */

import * as tf from "gradtape";

type Tensor = tf.Tensor;
type Vector = readonly [x: Tensor, y: Tensor, z: Tensor];

/** A rotation by axis and angle, a center, a focal length, a principal point, and a distortion. */
type Camera = readonly [
  ...rotation: Vector,
  ...center: Vector,
  focal: Tensor,
  u0: Tensor,
  v0: Tensor,
  k1: Tensor,
  k2: Tensor,
];

/** The lengths of a camera and of a point. */
export const CAMERA = 11;
export const POINT = 3;

/** How far what a camera sees of a point is from the feature that was seen, times a weight. */
export function reprojectionError(
  camera: Tensor,
  point: Tensor,
  weight: Tensor,
  feature: Tensor,
): Tensor {
  const seen = project(tf.unstack(camera) as unknown as Camera, vector(point));
  return tf.stack(seen).sub(feature).mul(weight);
}

function project(camera: Camera, point: Vector): readonly [u: Tensor, v: Tensor] {
  const [rx, ry, rz, cx, cy, cz, focal, u0, v0, k1, k2] = camera;
  const [px, py, pz] = point;
  const [x, y, z] = rotate([px.sub(cx), py.sub(cy), pz.sub(cz)], [rx, ry, rz]);
  const u = x.div(z);
  const v = y.div(z);
  const squared = u.mul(u).add(v.mul(v));
  const distortion = squared.mul(k1).add(squared.mul(squared).mul(k2)).add(1);
  const scale = distortion.mul(focal);
  return [u.mul(scale).add(u0), v.mul(scale).add(v0)];
}

/** A point turned around an axis by the length of the axis, by Rodrigues' formula. */
function rotate(point: Vector, rotation: Vector): Vector {
  const squared = dot(rotation, rotation);
  return tf.cond(
    tf.notEqual(squared, 0),
    () => {
      const angle = tf.sqrt(squared);
      const axis = scaled(rotation, tf.divide(1, angle));
      const cosine = tf.cos(angle);
      const along = dot(axis, point).mul(tf.subtract(1, cosine));
      const turned = sum(scaled(point, cosine), scaled(cross(axis, point), tf.sin(angle)));
      return sum(turned, scaled(axis, along));
    },
    () => sum(point, cross(rotation, point)),
  );
}

function vector(x: Tensor): Vector {
  return tf.unstack(x) as unknown as Vector;
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

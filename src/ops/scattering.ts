/** Elements and slices put at indices that are data. */

import { type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { checkShape, type Shape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { add } from "./arithmetic.js";
import { operation } from "./declare.js";
import { flatIndices, toIndices } from "./flat-indices.js";
import { checkPoints } from "./gather-points.js";
import { checkUpdates, replaceOp, scatterNdOp } from "./scatter.js";

/**
 * Zeros of the given shape to which the updates are added at points; a point that comes twice counts twice.
 *
 * The last axis of the int32 indices holds one index for each of the first axes of the shape; the updates have the shape of
 * the indices without it, followed by the axes that are left.
 *
 * @example
 * tf.scatterNd([[1], [3], [1]], [10, 20, 30], [5]); // [0, 40, 0, 20, 0]
 *
 * @throws IndexError when an index is out of range; ShapeError when the shapes do not fit; DTypeError when the indices are not
 * int32 or the updates are bool.
 */
export const scatterNd = /* @__PURE__ */ operation(
  scatterNdOp,
  (indices: TensorLike, updates: TensorLike, shape: Shape): Tensor =>
    scatterInto(
      toIndices(indices, "scatterNd"),
      toTensor(updates, "scatterNd", "updates"),
      checkShape(shape, "scatterNd"),
      "scatterNd",
    ),
);

function scatterInto(points: Tensor, updates: Tensor, shape: Shape, operation: string): Tensor {
  const span = spanOf(points, shape, operation);
  const positions = flatIndices(points, { operation, shape, axis: 0, span });
  return run(scatterNdOp, [positions, updates], { shape, span });
}

function spanOf(points: Tensor, shape: Shape, operation: string): number {
  checkPoints(points, shape.length, operation);
  return points.shape[points.rank - 1]!;
}

/**
 * The tensor with the elements or slices at points replaced by the updates; of equal points the last counts. Indices and
 * updates are as for `scatterNd`.
 *
 * @example
 * tf.tensorScatterNdUpdate([1, 2, 3], [[0], [2]], [7, 9]); // [7, 2, 9]
 *
 * @throws IndexError when an index is out of range; ShapeError when the shapes do not fit; DTypeError when the indices are not
 * int32 or the other dtypes differ.
 */
export const tensorScatterNdUpdate = /* @__PURE__ */ operation(
  replaceOp,
  (x: TensorLike, indices: TensorLike, updates: TensorLike): Tensor => {
    const name = "tensorScatterNdUpdate";
    const [tensor, values] = toTensors([x, updates], name, ["x", "updates"]) as [Tensor, Tensor];
    const points = toIndices(indices, name);
    const span = spanOf(points, tensor.shape, name);
    const target = { operation: name, shape: tensor.shape, axis: 0, span };
    const positions = flatIndices(points, target);
    return run(replaceOp, [tensor, positions, values], { span });
  },
);

/**
 * The tensor with the updates added at points; a point that comes twice counts twice. Indices and updates are as for
 * `scatterNd`.
 *
 * @example
 * tf.tensorScatterNdAdd([1, 2, 3], [[0], [0]], [10, 20]); // [31, 2, 3]
 *
 * @throws IndexError when an index is out of range; ShapeError when the shapes do not fit; DTypeError when the indices are not
 * int32, the other dtypes differ, or they are bool.
 */
export function tensorScatterNdAdd(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
): Tensor {
  const name = "tensorScatterNdAdd";
  const [tensor, values] = toTensors([x, updates], name, ["x", "updates"]) as [Tensor, Tensor];
  const points = toIndices(indices, name);
  const span = spanOf(points, tensor.shape, name);
  checkUpdates(name, points.shape.slice(0, -1), values, tensor.shape, span);
  return add(tensor, scatterInto(points, values, tensor.shape, name));
}

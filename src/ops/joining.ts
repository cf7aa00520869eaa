/** Tensors joined along an axis, and taken apart. */

import { type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { run, runOp } from "../core/dispatch.js";
import { ArgumentError, ShapeError } from "../core/errors.js";
import { checkInteger, formatShape, normalizeAxis } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { concatOp, joinAlong, stackOp } from "./concatenate.js";
import { operation } from "./declare.js";
import { splitOp } from "./split.js";

/**
 * The tensors one after another along an axis; on the others they have equal lengths.
 *
 * @example
 * tf.concat([[[1], [2]], [[3], [4]]], 1); // [[1, 3], [2, 4]]
 *
 * @throws ShapeError when shapes do not fit or are scalar; DTypeError when dtypes differ; IndexError when the axis is not there.
 */
export const concat = /* @__PURE__ */ operation(
  concatOp,
  (xs: readonly TensorLike[], axis: number): Tensor => {
    const tensors = toList(xs, "concat");
    if (tensors[0]!.rank === 0) {
      throw new ShapeError("concat: xs[0] is a scalar, which has no axis; use stack");
    }
    return joinAlong(tensors, normalizeAxis(axis, tensors[0]!.rank, "concat"));
  },
);

/**
 * Tensors of one shape side by side along a new axis, which is the first one by default.
 *
 * @example
 * tf.stack([[1, 2], [3, 4]], 1); // [[1, 3], [2, 4]]
 *
 * @throws ShapeError when shapes differ; DTypeError when dtypes differ; IndexError when the axis is outside −rank − 1 … rank.
 */
export const stack = /* @__PURE__ */ operation(
  stackOp,
  (xs: readonly TensorLike[], axis = 0): Tensor => {
    const tensors = toList(xs, "stack");
    return run(stackOp, tensors, { axis: normalizeAxis(axis, tensors[0]!.rank + 1, "stack") });
  },
);

function toList(xs: readonly TensorLike[], operation: string): Tensor[] {
  if (!Array.isArray(xs) || xs.length === 0) {
    throw new ArgumentError(`${operation}: xs must be an array of at least one tensor`);
  }
  return toTensors(xs, operation, ["xs…"]);
}

/**
 * The slices along an axis, each without it: the inverse of `stack`. They are views.
 *
 * @example
 * const [first, second] = tf.unstack([[1, 2], [3, 4]]);
 *
 * @throws IndexError when the axis is not there.
 */
export function unstack(x: TensorLike, axis = 0): Tensor[] {
  const tensor = toTensor(x, "unstack", "x");
  const along = normalizeAxis(axis, tensor.rank, "unstack");
  const sizes = new Array<number>(tensor.shape[along]!).fill(1);
  return [...runOp(splitOp, [tensor], { axis: along, sizes, keepAxis: false })];
}

/**
 * The tensor cut along an axis into `numOrSizes` equal parts, or into parts of the given sizes, of which one may be −1:
 * whatever is left. The parts are views.
 *
 * @example
 * const [left, right] = tf.split([[1, 2, 3, 4]], 2, 1);
 * const [head, tail] = tf.split([1, 2, 3, 4], [1, -1]);
 *
 * @throws ShapeError when the parts do not make up the axis; ArgumentError when a number is no integer; IndexError when the
 * axis is not there.
 */
export function split(x: TensorLike, numOrSizes: number | readonly number[], axis = 0): Tensor[] {
  const tensor = toTensor(x, "split", "x");
  const along = normalizeAxis(axis, tensor.rank, "split");
  const length = tensor.shape[along]!;
  const sizes = typeof numOrSizes === "number" ? equalParts(numOrSizes, length) : numOrSizes;
  if (!Array.isArray(sizes)) {
    throw new ArgumentError(
      `split: expected a number of parts or their sizes, got ${String(sizes)}`,
    );
  }
  const complete = completeSizes(sizes, length);
  if (complete.reduce((total, size) => total + size, 0) !== length) {
    throw new ShapeError(
      `split: sizes [${sizes.join(", ")}] do not make up axis ${along} of shape ${formatShape(tensor.shape)}`,
    );
  }
  return [...runOp(splitOp, [tensor], { axis: along, sizes: complete, keepAxis: true })];
}

function equalParts(count: number, length: number): readonly number[] {
  checkInteger(count, "split", "the number of parts");
  if (count < 1 || length % count !== 0) {
    throw new ShapeError(
      `split: an axis of length ${length} cannot be cut into ${count} equal parts`,
    );
  }
  return new Array<number>(count).fill(length / count);
}

/** The sizes with −1 replaced by what the others leave. */
function completeSizes(sizes: readonly number[], length: number): readonly number[] {
  let left = length;
  for (const size of sizes) {
    checkInteger(size, "split", "a size");
    if (size !== -1) left -= size;
  }
  const open = sizes.indexOf(-1);
  const complete = sizes.map((size, position) => (position === open ? left : size));
  if (complete.some((size) => size < 0)) {
    throw new ShapeError(
      `split: sizes [${sizes.join(", ")}] do not fit an axis of length ${length}`,
    );
  }
  return complete;
}

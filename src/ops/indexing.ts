/** Elements and slices picked by indices that are data, and by masks. */

import { describe, type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { checkDType, type DType } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { scalarTensor, tensorOf } from "../core/literals.js";
import { checkOptions } from "../core/options.js";
import { hostValues } from "../core/reading.js";
import { checkInteger, formatShape, normalizeAxis, sameShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { equal } from "./comparison.js";
import { operation } from "./declare.js";
import { toIndices } from "./flat-indices.js";
import { gatherOp } from "./gather.js";
import { gatherPoints } from "./gather-points.js";
import { range } from "./number-lines.js";
import { moveAxis } from "./permute.js";
import { reshapeTo } from "./reshape.js";
import { where } from "./select.js";

/** Options of `gather`. */
export interface GatherOptions {
  /** The axis that the indices count along. Default: the first one after the batch dimensions. */
  readonly axis?: number;
  /** How many leading axes x and the indices have in common, so that each batch has indices of its own. Default 0. */
  readonly batchDims?: number;
}

/**
 * The slices of x at int32 indices along an axis: their shape takes the place of that axis.
 *
 * A gradient costs as much as the slices, not as much as x, until it is added up.
 *
 * @example
 * tf.gather([[1, 2], [3, 4], [5, 6]], [2, 0]); // [[5, 6], [1, 2]]
 *
 * @throws IndexError when an index or the axis is out of range; DTypeError when the indices are not int32; ShapeError when
 * the batch dimensions differ; ArgumentError when a number is no integer.
 */
export const gather = /* @__PURE__ */ operation(
  gatherOp,
  (x: TensorLike, indices: TensorLike, options: GatherOptions = {}): Tensor => {
    checkOptions(options, ["axis", "batchDims"], "gather");
    const tensor = toTensor(x, "gather", "x");
    const positions = toIndices(indices, "gather");
    const { batchDims = 0 } = options;
    checkInteger(batchDims, "gather", "batchDims");
    const batch = batchDims < 0 ? batchDims + positions.rank : batchDims;
    const axis = normalizeAxis(options.axis ?? batch, tensor.rank, "gather");
    if (batch === 0) return run(gatherOp, [tensor, positions], { axis });
    if (batch < 0 || batch > Math.min(axis, positions.rank)) {
      throw new ArgumentError(
        `gather: batchDims is ${batchDims}, but must be at most the axis ${axis} and the rank ${positions.rank} of indices`,
      );
    }
    const points = reshapeTo(positions, [...positions.shape, 1]);
    const seen = { shape: tensor.shape, axis };
    const picked = gatherPoints(moveAxis(tensor, axis, batch), points, batch, "gather", seen);
    // The axes between batch and axis come before those of the indices.
    return Array.from({ length: axis - batch }).reduce<Tensor>(
      (moved, _, count) => moveAxis(moved, positions.rank + count, batch + count),
      picked,
    );
  },
);

/**
 * The elements or slices of x at points: the last axis of the int32 indices holds one index for each of the first axes.
 *
 * @example
 * tf.gatherNd([[1, 2], [3, 4]], [[0, 1], [1, 0]]); // [2, 3]
 * tf.gatherNd([[1, 2], [3, 4]], [[1]]); // [[3, 4]]
 *
 * @throws IndexError when an index is out of range; DTypeError when the indices are not int32; ShapeError when they are a
 * scalar or name more axes than x has.
 */
export function gatherNd(x: TensorLike, indices: TensorLike): Tensor {
  const tensor = toTensor(x, "gatherNd", "x");
  const seen = { shape: tensor.shape, axis: 0 };
  return gatherPoints(tensor, toIndices(indices, "gatherNd"), 0, "gatherNd", seen);
}

/** Options of `booleanMask`. */
export interface BooleanMaskOptions {
  /** The first of the axes of x that the mask lies over. Default 0. */
  readonly axis?: number;
}

/**
 * The elements or slices of x at which the mask is true, one after another: the axes that the mask lies over become one.
 *
 * @example
 * tf.booleanMask([1, 2, 3], [true, false, true]); // [1, 3]
 *
 * @throws DTypeError when the mask is not bool; ShapeError when its shape is not that of the axes that it lies over, or it is
 * a scalar; IndexError when the axis is not there.
 */
export function booleanMask(
  x: TensorLike,
  mask: TensorLike,
  options: BooleanMaskOptions = {},
): Tensor {
  checkOptions(options, ["axis"], "booleanMask");
  const tensor = toTensor(x, "booleanMask", "x");
  const condition = toTensor(mask, "booleanMask", "mask", "bool");
  const axis = normalizeAxis(options.axis ?? 0, tensor.rank, "booleanMask");
  if (condition.dtype !== "bool") {
    throw new DTypeError(`booleanMask: mask is ${describe(condition)}; expected bool`);
  }
  const span = condition.rank;
  if (span === 0 || !sameShape(condition.shape, tensor.shape.slice(axis, axis + span))) {
    throw new ShapeError(
      `booleanMask: mask has shape ${formatShape(condition.shape)}, which does not lie over x, ` +
        `of shape ${formatShape(tensor.shape)}, from axis ${axis} on`,
    );
  }
  const chosen: number[] = [];
  hostValues(condition, "booleanMask").forEach((value, position) => {
    if (value !== 0) chosen.push(position);
  });
  const positions = tensorOf(Int32Array.from(chosen), "int32", [chosen.length]);
  return run(gatherOp, [tensor, positions], { axis, span });
}

/** Options of `oneHot`. */
export interface OneHotOptions {
  /** The scalar at the index. Default 1. */
  readonly onValue?: TensorLike;
  /** The scalar everywhere else. Default 0. */
  readonly offValue?: TensorLike;
  /** The place of the new axis in the result. Default −1, the last. */
  readonly axis?: number;
  /** Default: that of the values if they are tensors, else float32. */
  readonly dtype?: DType;
}

/**
 * A new axis of length `depth` for each int32 index, with `onValue` at the index and `offValue` elsewhere; an index outside
 * 0 … depth − 1 gives `offValue` everywhere.
 *
 * @example
 * tf.oneHot([2, 0], 3); // [[0, 0, 1], [1, 0, 0]]
 *
 * @throws DTypeError when the indices are not int32 or the values have another dtype; ArgumentError when the depth is no
 * non-negative integer; IndexError when the axis is not there.
 */
export function oneHot(indices: TensorLike, depth: number, options: OneHotOptions = {}): Tensor {
  checkOptions(options, ["onValue", "offValue", "axis", "dtype"], "oneHot");
  const positions = toIndices(indices, "oneHot");
  checkInteger(depth, "oneHot", "depth");
  if (depth < 0) throw new ArgumentError(`oneHot: depth must not be negative, got ${depth}`);
  const { axis = -1, dtype } = options;
  if (dtype !== undefined) checkDType(dtype, "oneHot");
  const { rank } = positions;
  const place = normalizeAxis(axis, rank + 1, "oneHot");
  const expanded = positions.shape.slice();
  expanded.splice(place, 0, 1);
  const along = new Array<number>(rank + 1 - place).fill(1);
  along[0] = depth;
  const hit = equal(reshapeTo(positions, expanded), reshapeTo(range(depth), along));
  return onOff(hit, options);
}

/** The two values chosen by a condition, as tensors of the dtype that the options ask for. */
function onOff(hit: Tensor, { onValue, offValue, dtype }: OneHotOptions): Tensor {
  const isBool =
    dtype === undefined
      ? typeof onValue === "boolean" || typeof offValue === "boolean"
      : dtype === "bool";
  const [on, off] = toTensors(
    [
      onValue ?? (isBool ? true : 1),
      offValue ?? (isBool ? false : 0),
      ...(dtype === undefined ? [] : [scalarTensor(0, dtype)]),
    ],
    "oneHot",
    ["onValue", "offValue", "dtype"],
  ) as [Tensor, Tensor];
  for (const [name, value] of Object.entries({ onValue: on, offValue: off })) {
    if (value.rank !== 0) {
      throw new ShapeError(
        `oneHot: ${name} must be a scalar, but its shape is ${formatShape(value.shape)}`,
      );
    }
  }
  return where(hit, on, off);
}

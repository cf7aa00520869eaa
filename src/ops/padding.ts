/** Tensors extended at their borders, and rolled around them. */

import { type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { ArgumentError, ShapeError } from "../core/errors.js";
import { scalarTensor } from "../core/literals.js";
import { checkChoice, checkOptions } from "../core/options.js";
import { checkInteger, formatShape, normalizeAxis } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { broadcastView } from "./broadcast.js";
import { joinAlong } from "./concatenate.js";
import { sliceAlong } from "./slice.js";
import { reverse } from "./slicing.js";

/** What `pad` puts around a tensor. */
export type PadMode = "CONSTANT" | "REFLECT" | "SYMMETRIC";

/** Options of `pad`. */
export interface PadOptions {
  /**
   * "CONSTANT" (default), "REFLECT" (mirrored at the border elements, which are not repeated) or "SYMMETRIC" (mirrored at
   * the border, whose elements are repeated).
   */
  readonly mode?: PadMode;
  /** The scalar for "CONSTANT". Default 0. */
  readonly constantValues?: TensorLike;
}

/**
 * The tensor with paddings[k][0] elements added before and paddings[k][1] after it along every axis k.
 *
 * @example
 * tf.pad([1, 2, 3], [[1, 2]]); // [0, 1, 2, 3, 0, 0]
 * tf.pad([1, 2, 3], [[2, 0]], { mode: "REFLECT" }); // [3, 2, 1, 2, 3]
 *
 * @throws ShapeError when there is not one pair per axis, or it is more than the axis can mirror; ArgumentError when a number
 * is no non-negative integer or the mode is unknown; DTypeError when the constant has another dtype.
 */
export function pad(
  x: TensorLike,
  paddings: readonly (readonly number[])[],
  options: PadOptions = {},
): Tensor {
  checkOptions(options, ["mode", "constantValues"], "pad");
  const { mode = "CONSTANT", constantValues } = options;
  checkChoice(mode, ["CONSTANT", "REFLECT", "SYMMETRIC"], "pad", "mode");
  const tensor = toTensor(x, "pad", "x");
  const zero = scalarTensor(0, tensor.dtype);
  const constant = toTensors([tensor, constantValues ?? zero], "pad", ["x", "constantValues"])[1]!;
  if (constant.rank !== 0) {
    throw new ShapeError(
      `pad: constantValues must be a scalar, but its shape is ${formatShape(constant.shape)}`,
    );
  }
  checkPaddings(paddings, tensor);
  return paddings.reduce<Tensor>((padded, [before = 0, after = 0], axis) => {
    const border = (count: number, atEnd: boolean): Tensor =>
      mode === "CONSTANT"
        ? filledBorder(padded, axis, count, constant)
        : mirroredBorder(padded, axis, count, atEnd, mode === "REFLECT" ? 1 : 0);
    const parts = [padded];
    if (before > 0) parts.unshift(border(before, false));
    if (after > 0) parts.push(border(after, true));
    return parts.length === 1 ? padded : joinAlong(parts, axis);
  }, tensor);
}

function filledBorder(x: Tensor, axis: number, count: number, constant: Tensor): Tensor {
  const shape = x.shape.slice();
  shape[axis] = count;
  return broadcastView(constant, shape);
}

/** `count` elements mirrored from one end of an axis, of which the outermost `skipped` are not repeated. */
function mirroredBorder(
  x: Tensor,
  axis: number,
  count: number,
  atEnd: boolean,
  skipped: number,
): Tensor {
  const length = x.shape[axis]!;
  if (count > length - skipped) {
    throw new ShapeError(
      `pad: ${count} elements cannot be mirrored on axis ${axis}, which has length ${length}; ` +
        `at most ${Math.max(0, length - skipped)} can`,
    );
  }
  return reverse(sliceAlong(x, axis, atEnd ? length - skipped - count : skipped, count), axis);
}

function checkPaddings(paddings: readonly (readonly number[])[], x: Tensor): void {
  if (!Array.isArray(paddings) || paddings.length !== x.rank) {
    throw new ShapeError(
      `pad: paddings must hold one pair for each of the ${x.rank} axes of x, got ${JSON.stringify(paddings)}`,
    );
  }
  for (const pair of paddings) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new ShapeError(
        `pad: each padding must be a pair of numbers, got ${JSON.stringify(pair)}`,
      );
    }
    for (const count of pair) {
      checkInteger(count, "pad", "a padding");
      if (count < 0) throw new ArgumentError(`pad: a padding must not be negative, got ${count}`);
    }
  }
}

/**
 * The tensor with elements moved by `shift` places along `axis`; what leaves at one end comes in at the other. Several axes
 * may be given with a shift each.
 *
 * @example
 * tf.roll([1, 2, 3, 4], 1, 0); // [4, 1, 2, 3]
 *
 * @throws ShapeError when there are not as many shifts as axes; ArgumentError when a number is no integer; IndexError when an
 * axis is not there.
 */
export function roll(
  x: TensorLike,
  shift: number | readonly number[],
  axis: number | readonly number[],
): Tensor {
  const tensor = toTensor(x, "roll", "x");
  const shifts = typeof shift === "number" ? [shift] : shift;
  const axes = typeof axis === "number" ? [axis] : axis;
  if (!Array.isArray(shifts) || !Array.isArray(axes) || shifts.length !== axes.length) {
    throw new ShapeError(
      `roll: there must be one shift for each axis, got shifts ${String(shift)} and axes ${String(axis)}`,
    );
  }
  return axes.reduce<Tensor>((rolled, one: number, position) => {
    checkInteger(shifts[position], "roll", "shift");
    return rollAlong(rolled, shifts[position], normalizeAxis(one, tensor.rank, "roll"));
  }, tensor);
}

function rollAlong(x: Tensor, shift: number, axis: number): Tensor {
  const length = x.shape[axis]!;
  const moved = length === 0 ? 0 : ((shift % length) + length) % length;
  const parts = [
    sliceAlong(x, axis, length - moved, moved),
    sliceAlong(x, axis, 0, length - moved),
  ];
  return joinAlong(parts, axis);
}

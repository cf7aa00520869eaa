/** Parts of tensors that are views: blocks, steps, reversals. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError, IndexError, ShapeError } from "../core/errors.js";
import { checkInteger, formatShape, normalizeAxes } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { operation } from "./declare.js";
import { stridedSliceOp } from "./slice.js";

/**
 * The block of the given size that begins at the given indices; a size of −1 is all that is left on its axis. A view.
 *
 * @example
 * tf.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [-1, 2]); // [[2, 3], [5, 6]]
 *
 * @throws IndexError when the block is not within x; ShapeError when there is not one number per axis; ArgumentError when one
 * is no integer.
 */
export function slice(x: TensorLike, begin: readonly number[], size: readonly number[]): Tensor {
  const tensor = toTensor(x, "slice", "x");
  const { shape, rank } = tensor;
  checkOnePerAxis("slice", "begin", begin, rank, true);
  checkOnePerAxis("slice", "size", size, rank, true);
  const sizes = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const start = begin[axis]!;
    const length = size[axis] === -1 ? shape[axis]! - start : size[axis]!;
    if (start < 0 || length < 0 || start + length > shape[axis]!) {
      throw new IndexError(
        `slice: begin ${formatShape(begin)} and size ${formatShape(size)} leave axis ${axis} of x, ` +
          `which has shape ${formatShape(shape)}`,
      );
    }
    sizes[axis] = length;
  }
  const strides = new Array<number>(rank).fill(1);
  return run(stridedSliceOp, [tensor], { begin: begin.slice(), strides, size: sizes });
}

/**
 * Every strides[k]-th element from begin[k] up to but without end[k] along every axis k, as Python's `x[begin:end:strides]`:
 * negative bounds count from the end, bounds beyond an axis are cut to it, negative strides go backwards. Axes that are not
 * named are taken whole. A view.
 *
 * @example
 * tf.stridedSlice([1, 2, 3, 4, 5], [0], [5], [2]); // [1, 3, 5]
 * tf.stridedSlice([1, 2, 3, 4, 5], [-1], [0], [-2]); // [5, 3]
 *
 * @throws ShapeError when there are more numbers than axes or not equally many; ArgumentError when one is no integer or a
 * stride is 0.
 */
export const stridedSlice = /* @__PURE__ */ operation(
  stridedSliceOp,
  (
    x: TensorLike,
    begin: readonly number[],
    end: readonly number[],
    strides: readonly number[] = begin.map(() => 1),
  ): Tensor => {
    const tensor = toTensor(x, "stridedSlice", "x");
    checkOnePerAxis("stridedSlice", "begin", begin, tensor.rank, false);
    checkOnePerAxis("stridedSlice", "end", end, begin.length, true);
    checkOnePerAxis("stridedSlice", "strides", strides, begin.length, true);
    const starts: number[] = [];
    const steps: number[] = [];
    const size = tensor.shape.map((length, axis) => {
      const step = strides[axis] ?? 1;
      if (step === 0) throw new ArgumentError(`stridedSlice: the stride of axis ${axis} is 0`);
      const forwards = step > 0;
      const start = clip(begin[axis] ?? 0, length, forwards);
      const stop = axis < end.length ? clip(end[axis]!, length, forwards) : length;
      const count = Math.max(0, Math.ceil((stop - start) / step));
      starts.push(count === 0 ? 0 : start);
      steps.push(step);
      return count;
    });
    return run(stridedSliceOp, [tensor], { begin: starts, strides: steps, size });
  },
);

/** A bound counted from the front and cut to where a step can stand or stop. */
function clip(bound: number, length: number, forwards: boolean): number {
  const fromFront = bound < 0 ? bound + length : bound;
  return forwards
    ? Math.min(Math.max(fromFront, 0), length)
    : Math.min(Math.max(fromFront, -1), length - 1);
}

/**
 * The tensor with the order along the given axes reversed. A view.
 *
 * @example
 * tf.reverse([1, 2, 3], [0]); // [3, 2, 1]
 *
 * @throws IndexError when an axis is not there; ArgumentError when one is named twice.
 */
export function reverse(x: TensorLike, axes: number | readonly number[]): Tensor {
  const tensor = toTensor(x, "reverse", "x");
  if (axes === undefined) throw new ArgumentError("reverse: axes must be named");
  const named = normalizeAxes(axes, tensor.rank, "reverse");
  const backwards = (axis: number): boolean => named.includes(axis);
  return run(stridedSliceOp, [tensor], {
    begin: tensor.shape.map((length, axis) => (backwards(axis) ? Math.max(0, length - 1) : 0)),
    strides: tensor.shape.map((_, axis) => (backwards(axis) ? -1 : 1)),
    size: tensor.shape,
  });
}

function checkOnePerAxis(
  operation: string,
  argument: string,
  values: readonly number[],
  count: number,
  exactly: boolean,
): void {
  if (!Array.isArray(values)) {
    throw new ArgumentError(
      `${operation}: ${argument} must be an array of integers, got ${String(values)}`,
    );
  }
  if (exactly ? values.length !== count : values.length > count) {
    throw new ShapeError(
      `${operation}: ${argument} ${formatShape(values)} must hold ${exactly ? "" : "at most "}${count} numbers`,
    );
  }
  for (const value of values) checkInteger(value, operation, argument);
}

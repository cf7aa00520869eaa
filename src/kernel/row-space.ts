/** Rows: a tensor as a number of rows, which a loop goes through, of a few elements each, which code names one by one. */

import type { Shape } from "../core/shape.js";
import { sizeOf } from "../core/shape.js";

/** The longest row whose elements are named one by one. */
export const LONGEST_ROW = 32;

/** Tensors of at most so many elements are computed without any loop. */
export const LARGEST_UNROLLED = 16;

/** The sizes of the axes that a loop goes through, without those of size 1. */
export type Space = readonly number[];

/** The space of a whole shape. */
export function spaceOf(shape: Shape): Space {
  return shape.filter((length) => length !== 1);
}

export function sameSpace(a: Space, b: Space): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** How many axes in front of a shape make up a space; undefined where none do. */
export function axesOfSpace(shape: Shape, space: Space): number | undefined {
  let found = 0;
  let axis = 0;
  for (; axis < shape.length && found < space.length; axis++) {
    if (shape[axis] === space[found]) found++;
    else if (shape[axis] !== 1) return undefined;
  }
  return found === space.length ? axis : undefined;
}

/** How many elements a row has behind the axes in front. */
export function rowSize(shape: Shape, axes: number): number {
  return sizeOf(shape.slice(axes));
}

/** The positions of the elements of a row under strides, in row-major order. */
export function rowOffsets(shape: Shape, strides: readonly number[], axes: number): number[] {
  let offsets = [0];
  for (let axis = axes; axis < shape.length; axis++) {
    const steps = Array.from({ length: shape[axis]! }, (_, index) => index * strides[axis]!);
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  return offsets;
}

/** The strides of the axes of a space. */
export function spaceStrides(shape: Shape, strides: readonly number[], axes: number): number[] {
  return strides.slice(0, axes).filter((_, axis) => shape[axis] !== 1);
}

/** Shapes and axes: sizes, strides, broadcasting, and the errors of those that do not fit. */

import { AllocationError, ArgumentError, IndexError, ShapeError } from "./errors.js";

/** The length of every axis; `[]` is a scalar. */
export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis]!;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The shape that both broadcast to, by NumPy's rule: axes are aligned at the end, and a length of 1 stretches.
 *
 * @throws ShapeError when two lengths differ and neither is 1.
 */
export function broadcastShapes(a: Shape, b: Shape, operation: string): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let axis = 1; axis <= rank; axis++) {
    const left = a[a.length - axis] ?? 1;
    const right = b[b.length - axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(
        `${operation}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: ` +
          `axis ${rank - axis} has lengths ${left} and ${right}`,
      );
    }
    shape[rank - axis] = left === 1 ? right : left;
  }
  return shape;
}

/** @throws ArgumentError when a value is not an integer. */
export function checkInteger(
  value: unknown,
  operation: string,
  argument: string,
): asserts value is number {
  if (!Number.isInteger(value)) {
    throw new ArgumentError(`${operation}: ${argument} must be an integer, got ${String(value)}`);
  }
}

/**
 * The shape checked to be a list of non-negative integers.
 *
 * @throws ShapeError when it is something else; AllocationError when its elements are too many to be counted.
 */
export function checkShape(shape: unknown, operation: string): Shape {
  if (!Array.isArray(shape)) {
    throw new ShapeError(
      `${operation}: a shape must be an array of integers, got ${String(shape)}`,
    );
  }
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0) {
      throw new ShapeError(
        `${operation}: shape [${shape.join(", ")}] must hold non-negative integers, got ${String(length)}`,
      );
    }
  }
  if (!Number.isSafeInteger(sizeOf(shape))) {
    throw new AllocationError(
      `${operation}: shape [${shape.join(", ")}] has more elements than can be counted`,
    );
  }
  return shape.slice();
}

/**
 * An axis counted from the front; −1 is the last.
 *
 * @throws IndexError when it is outside −rank … rank−1, ArgumentError when it is no integer.
 */
export function normalizeAxis(axis: unknown, rank: number, operation: string): number {
  checkInteger(axis, operation, "axis");
  if (axis < -rank || axis >= rank) {
    throw new IndexError(
      rank === 0
        ? `${operation}: axis ${axis} is given, but the operand is a scalar`
        : `${operation}: axis ${axis} is out of range for rank ${rank} (${-rank} … ${rank - 1})`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * The axes of a reduction in ascending order: all of them when none is named.
 *
 * @throws IndexError, ArgumentError as `normalizeAxis`; ArgumentError when an axis is named twice.
 */
export function normalizeAxes(
  axis: number | readonly number[] | undefined,
  rank: number,
  operation: string,
): readonly number[] {
  if (axis === undefined || axis === null) return Array.from({ length: rank }, (_, index) => index);
  const named: readonly number[] = typeof axis === "number" ? [axis] : axis;
  if (!Array.isArray(named)) {
    throw new ArgumentError(
      `${operation}: axis must be an integer or an array of them, got ${String(axis)}`,
    );
  }
  const axes = named.map((one) => normalizeAxis(one, rank, operation)).sort((a, b) => a - b);
  for (let index = 1; index < axes.length; index++) {
    if (axes[index] === axes[index - 1]) {
      throw new ArgumentError(
        `${operation}: axis ${axes[index]} is named twice in [${named.join(", ")}]`,
      );
    }
  }
  return axes;
}

/** Axes as they are counted when one more stands in front of all. */
export function axesBehindRows(axes: readonly number[]): number[] {
  return axes.map((axis) => axis + 1);
}

/** The shape with the given ascending axes removed, or kept with length 1. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  if (keepdims) return shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The index along every axis of a row-major position. */
export function indexAt(position: number, shape: Shape): Shape {
  let rest = position;
  return shape.reduceRight<number[]>((indices, length) => {
    indices.unshift(rest % length);
    rest = Math.floor(rest / length);
    return indices;
  }, []);
}

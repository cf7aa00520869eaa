/** Where the values of a tensor are: a plain number, a strided view of a buffer, or nowhere while a program is traced. */

import type { TypedArray } from "./dtype.js";
import { contiguousStrides, type Shape } from "./shape.js";

/** How elements lie in a buffer: element (i, j, …) is at offset + i·strides[0] + j·strides[1] + … */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A view of a buffer that the garbage collector owns; several tensors may share one buffer, and none writes to it. */
export class StridedStorage {
  readonly buffer: TypedArray;
  readonly strides: readonly number[];
  readonly offset: number;

  constructor(buffer: TypedArray, strides: readonly number[], offset: number) {
    this.buffer = buffer;
    this.strides = strides;
    this.offset = offset;
  }

  /**
   * The step from one element to the next in row-major order where it is the same throughout: 1 for contiguous elements, 0 for
   * one element that is everywhere; undefined elsewhere.
   */
  flatStep(shape: Shape): 0 | 1 | undefined {
    if (isContiguous(shape, this.strides)) return 1;
    return this.strides.every((stride) => stride === 0) ? 0 : undefined;
  }
}

/** No values: a tensor of which only dtype and shape are known. */
export class AbstractStorage {
  /** Why there are no values, as the end of a sentence about the tensor. */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A tensor of one element stores it as a number. */
export type Storage = number | StridedStorage | AbstractStorage;

/** Row-major storage of freshly computed values; a single element becomes a number. */
export function denseStorage(values: TypedArray, shape: Shape): Storage {
  if (values.length === 1) return values[0]!;
  return new StridedStorage(values, contiguousStrides(shape), 0);
}

/** Whether elements follow each other in row-major order without gaps. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    if (length === 0) return true;
    if (length !== 1 && strides[axis] !== expected) return false;
    expected *= length;
  }
  return true;
}

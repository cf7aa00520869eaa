/** How values leave a tensor: everything that reads an element of one goes through here. */

import { tellValueRead } from "./dispatch.js";
import { allocate, type TypedArray } from "./dtype.js";
import { ArgumentError, ShapeError, TraceError } from "./errors.js";
import { noteForeign } from "./foreign-buffers.js";
import { formatShape, type Shape } from "./shape.js";
import { AbstractStorage, isContiguous, type Layout } from "./storage.js";
import type { Tensor } from "./tensor.js";
import { userLine } from "./user-line.js";

/** Nested arrays of numbers, as deep as the rank; a bare number for a scalar. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Copies the elements under a layout into `target` in row-major order. */
export function copyLayout(source: TypedArray, layout: Layout, target: TypedArray): void {
  const { shape, strides } = layout;
  const rank = shape.length;
  if (target.length === 0) return;
  if (isContiguous(shape, strides)) {
    target.set(source.subarray(layout.offset, layout.offset + target.length));
    return;
  }
  const inner = shape[rank - 1]!;
  const step = strides[rank - 1]!;
  const position = new Array<number>(rank).fill(0);
  let from = layout.offset;
  let to = 0;
  while (to < target.length) {
    for (let index = 0, at = from; index < inner; index++, at += step) target[to++] = source[at]!;
    for (let axis = rank - 2; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      from -= position[axis]! * strides[axis]!;
      position[axis] = 0;
    }
  }
}

/**
 * The values in row-major order, for reading only: a view of the tensor's own buffer where it lies so.
 *
 * @param operation who reads, for the message when a copy cannot be allocated
 * @throws TraceError when the tensor has no values because a function is being traced; it gives the user's line.
 */
export function hostValues(tensor: Tensor, operation = "read"): TypedArray {
  const { storage, type } = tensor;
  if (typeof storage === "number") {
    const values = allocate(type.dtype, 1, "read");
    values[0] = storage;
    return values;
  }
  if (storage instanceof AbstractStorage) throw unreadable(tensor, storage, operation);
  const { buffer, strides, offset } = storage;
  if (isContiguous(type.shape, strides)) {
    return offset === 0 && buffer.length === type.size
      ? buffer
      : buffer.subarray(offset, offset + type.size);
  }
  const values = allocate(type.dtype, type.size, operation);
  copyLayout(buffer, { shape: type.shape, strides, offset }, values);
  return values;
}

function unreadable(tensor: Tensor, storage: AbstractStorage, how: string): TraceError {
  const line = userLine(new Error());
  return new TraceError(
    `${how}: this tensor of shape ${formatShape(tensor.shape)} cannot be read` +
      `${line === undefined ? "" : ` at ${line}`}: ${storage.reason}`,
  );
}

/** The single element; bool gives 0 or 1. See `Tensor.item`. */
export function item(tensor: Tensor, how = "item"): number {
  if (tensor.size !== 1) {
    throw new ShapeError(
      `${how}: the tensor must have one element, but its shape is ${formatShape(tensor.shape)}`,
    );
  }
  tellValueRead(tensor, how);
  const { storage } = tensor;
  if (typeof storage === "number") return storage;
  if (storage instanceof AbstractStorage) throw unreadable(tensor, storage, how);
  return storage.buffer[storage.offset]!;
}

/** Nested arrays of the values. See `Tensor.toArray`. */
export function toArray(tensor: Tensor): NestedNumbers {
  tellValueRead(tensor, "toArray");
  return nestValues(hostValues(tensor), tensor.shape);
}

/** Row-major values as nested arrays of the given shape. */
export function nestValues(values: TypedArray, shape: Shape): NestedNumbers {
  let position = 0;
  const nest = (axis: number): NestedNumbers => {
    if (axis === shape.length) return values[position++]!;
    return Array.from({ length: shape[axis]! }, () => nest(axis + 1));
  };
  return nest(0);
}

/** Options of `Tensor.data`. */
export interface DataOptions {
  /** False gives the tensor's own buffer where it lies in row-major order; neither write to it nor transfer it. */
  readonly copy?: boolean;
}

/** The values in row-major order. See `Tensor.data`. */
export function data(tensor: Tensor, options: DataOptions = {}): TypedArray {
  for (const key of Object.keys(options)) {
    if (key !== "copy") throw new ArgumentError(`data: unknown option "${key}"; expected "copy"`);
  }
  tellValueRead(tensor, "data");
  const values = hostValues(tensor);
  if (options.copy !== false) return values.slice();
  noteForeign(values);
  return values;
}

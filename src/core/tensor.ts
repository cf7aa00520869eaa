/** The tensor: an immutable array of one dtype, known by identity, owned by the garbage collector. */

import type { DType } from "./dtype.js";
import { formatShape, type Shape, sameShape, sizeOf } from "./shape.js";
import { AbstractStorage, type Storage } from "./storage.js";

/** What is known of a tensor before its values are: dtype, shape, and number of elements. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly size: number;
}

const SCALAR_TYPES: Readonly<Record<DType, TensorType>> = {
  float32: { dtype: "float32", shape: [], size: 1 },
  float64: { dtype: "float64", shape: [], size: 1 },
  int32: { dtype: "int32", shape: [], size: 1 },
  bool: { dtype: "bool", shape: [], size: 1 },
};

/** Scalar types are shared, so that comparing two of them is comparing references. */
export function tensorType(dtype: DType, shape: Shape): TensorType {
  return shape.length === 0 ? SCALAR_TYPES[dtype] : { dtype, shape, size: sizeOf(shape) };
}

/** Whether two types are one: dtype and shape. */
export function sameType(a: TensorType, b: TensorType): boolean {
  return a === b || (a.dtype === b.dtype && sameShape(a.shape, b.shape));
}

/** dtype and shape, for messages: `float32[2, 3]`. */
export function formatType({ dtype, shape }: TensorType): string {
  return `${dtype}${formatShape(shape)}`;
}

let latestId = 0;

/** A number that no tensor or variable had before. */
export function takeId(): number {
  return ++latestId;
}

/** Marks tensors in a way that another installed copy of the library recognises as foreign. */
export const TENSOR_BRAND: unique symbol = Symbol.for("gradtape.Tensor");

/**
 * An immutable n-dimensional array. Operations make new ones; nothing has to be disposed of.
 *
 * Its methods (`add`, `matmul`, `at`, `item`, …) stand for Python's operators and indexing.
 *
 * @example
 * const x = tf.constant([[1, 2], [3, 4]]);
 * x.shape; // [2, 2]
 * x.mul(2).toArray(); // [[2, 4], [6, 8]]
 */
export class Tensor {
  /** @internal Known by this number to every tape. */
  readonly id: number;

  /** @internal */
  readonly type: TensorType;
  /** @internal */
  readonly storage: Storage;

  /** @internal */
  constructor(type: TensorType, storage: Storage) {
    this.id = takeId();
    this.type = type;
    this.storage = storage;
  }

  /** @internal */
  get [TENSOR_BRAND](): true {
    return true;
  }

  /** Element type. */
  get dtype(): DType {
    return this.type.dtype;
  }

  /** Length of every axis. */
  get shape(): Shape {
    return this.type.shape;
  }

  /** Number of axes. */
  get rank(): number {
    return this.type.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.type.size;
  }
}

/** What recorders know of a variable. */
export interface VariableIdentity {
  readonly id: number;
  readonly name: string;
  readonly trainable: boolean;
  readonly type: TensorType;
  /** Gives the present value, and tells whoever listens. */
  read(): Tensor;
}

/** Whether the values of a tensor are unknown. */
export function isAbstract(tensor: Tensor): boolean {
  return tensor.storage instanceof AbstractStorage;
}

/** A tensor of which only the type is known. */
export function abstractTensor(type: TensorType, reason: string): Tensor {
  return new Tensor(type, new AbstractStorage(reason));
}

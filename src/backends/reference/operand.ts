/** How the executors take operands and give results. */

import type { TypedArray } from "../../core/dtype.js";
import { hostValues } from "../../core/reading.js";
import { denseStorage, type Layout, StridedStorage } from "../../core/storage.js";
import { Tensor, type TensorType } from "../../core/tensor.js";

/** A tensor over freshly computed row-major values. */
export function denseTensor(values: TypedArray, type: TensorType): Tensor {
  return new Tensor(type, denseStorage(values, type.shape));
}

/** The buffer of an operand and how its elements lie in it, without a copy. */
export function stridedOperand(operand: Tensor): Layout & { readonly buffer: TypedArray } {
  const { storage, shape } = operand;
  if (storage instanceof StridedStorage) {
    return { buffer: storage.buffer, shape, strides: storage.strides, offset: storage.offset };
  }
  return { buffer: hostValues(operand), shape, strides: shape.map(() => 0), offset: 0 };
}

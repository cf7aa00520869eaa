/** Whether the values of tensors are finite, found in one quick pass. */

import type { TypedArray } from "../core/dtype.js";
import { hostValues } from "../core/reading.js";
import { StridedStorage } from "../core/storage.js";
import { isAbstract, type Tensor } from "../core/tensor.js";

/**
 * Whether all numbers are finite. A sum of finite numbers is finite unless it overflows, and one with a NaN or an infinity never is; so
 * the sum is looked at first, in several parts that do not wait for each other.
 */
function areFinite(values: TypedArray, begin: number, end: number): boolean {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let index = begin;
  for (; index + 3 < end; index += 4) {
    a += values[index]!;
    b += values[index + 1]!;
    c += values[index + 2]!;
    d += values[index + 3]!;
  }
  for (; index < end; index++) a += values[index]!;
  if (Number.isFinite(a + b + c + d)) return true;
  for (let place = begin; place < end; place++) if (!Number.isFinite(values[place]!)) return false;
  return true;
}

/** Whether a tensor holds finite numbers only; true where its values are not known. */
export function isFiniteTensor(tensor: Tensor): boolean {
  const { storage, type } = tensor;
  if (typeof storage === "number") return Number.isFinite(storage);
  if (isAbstract(tensor) || !(storage instanceof StridedStorage)) return true;
  if (type.dtype === "int32" || type.dtype === "bool") return true;
  const step = storage.flatStep(type.shape);
  if (step === 1) return areFinite(storage.buffer, storage.offset, storage.offset + type.size);
  if (step === 0) return type.size === 0 || Number.isFinite(storage.buffer[storage.offset]!);
  const values = hostValues(tensor);
  return areFinite(values, 0, values.length);
}

/** The row-major position and the value of the first number that is not finite. */
export function firstNotFinite(tensor: Tensor): {
  readonly position: number;
  readonly value: number;
} {
  const values = hostValues(tensor);
  const position = values.findIndex((value) => !Number.isFinite(value));
  return { position, value: values[position]! };
}

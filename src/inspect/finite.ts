/** Whether the values of tensors are finite, found in one quick pass. */

import type { TypedArray } from "../core/dtype.js";
import { hostValues } from "../core/reading.js";
import { StridedStorage } from "../core/storage.js";
import { isAbstract, type Tensor } from "../core/tensor.js";

/**
 * Whether all of some numbers are finite. A sum of finite numbers is finite unless it overflows, and one with a NaN or an infinity never
 * is; so the sum is looked at first, in several parts that do not wait for each other.
 */
function areFinite(values: TypedArray): boolean {
  const { length } = values;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let index = 0;
  for (; index + 3 < length; index += 4) {
    a += values[index]!;
    b += values[index + 1]!;
    c += values[index + 2]!;
    d += values[index + 3]!;
  }
  for (; index < length; index++) a += values[index]!;
  return Number.isFinite(a + b + c + d) || values.every((value) => Number.isFinite(value));
}

/** Whether a tensor holds finite numbers only; true where its values are not known. */
export function isFiniteTensor(tensor: Tensor): boolean {
  const { storage, type } = tensor;
  if (typeof storage === "number") return Number.isFinite(storage);
  if (isAbstract(tensor) || !(storage instanceof StridedStorage)) return true;
  if (type.dtype === "int32" || type.dtype === "bool") return true;
  if (storage.flatStep(type.shape) === 0 && type.size > 0) {
    return Number.isFinite(storage.buffer[storage.offset]!);
  }
  return areFinite(hostValues(tensor));
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

/** Constants whose elements are all one number. */

import { hostValues } from "../core/reading.js";
import { StridedStorage } from "../core/storage.js";
import type { Tensor } from "../core/tensor.js";

/** Larger ones are not looked through. */
const MOST_COMPARED = 65536;

const known = new WeakMap<Tensor, number | null>();

/** The number that all elements of a constant are; undefined where they differ, or may. */
export function uniformElement(constant: Tensor): number | undefined {
  let element = known.get(constant);
  if (element === undefined) {
    element = findElement(constant) ?? null;
    known.set(constant, element);
  }
  return element ?? undefined;
}

function findElement(constant: Tensor): number | undefined {
  const { storage, size } = constant;
  if (typeof storage === "number") return storage;
  if (!(storage instanceof StridedStorage) || size === 0) return undefined;
  const first = storage.buffer[storage.offset]!;
  if (storage.strides.every((stride) => stride === 0)) return first;
  if (size > MOST_COMPARED) return undefined;
  const values = hostValues(constant, "compile");
  for (const value of values) if (!Object.is(value, first)) return undefined;
  return first;
}

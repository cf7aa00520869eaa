/** Typed arrays that results are written into: in the structure of the results, each of the right dtype and length. */

import { dtypeOfArray, isTypedArray, type TypedArray } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { isPlainObject } from "../core/nest.js";
import { formatType, Tensor } from "../core/tensor.js";

/** A nest of results with typed arrays in the place of tensors. */
export type TargetArrays<R> = R extends Tensor
  ? TypedArray
  : R extends readonly unknown[] | Readonly<Record<string, unknown>>
    ? { readonly [K in keyof R]: TargetArrays<R[K]> }
    : unknown;

/**
 * The arrays in the order of the tensors in `result`, whose other parts are passed over.
 *
 * @throws ArgumentError where an array is missing; DTypeError or ShapeError where one does not fit.
 */
export function matchTargets(targets: unknown, result: unknown): TypedArray[] {
  const found: TypedArray[] = [];
  const visit = (target: unknown, part: unknown, path: string): void => {
    if (part instanceof Tensor) found.push(checked(target, part, path));
    else if (Array.isArray(part) || isPlainObject(part)) {
      if (typeof target !== "object" || target === null) {
        throw new ArgumentError(
          `compile: ${path} must be ${Array.isArray(part) ? "an array" : "an object"} like the result, got ${String(target)}`,
        );
      }
      for (const [key, one] of Object.entries(part)) {
        visit((target as Readonly<Record<string, unknown>>)[key], one, `${path}.${key}`);
      }
    }
  };
  visit(targets, result, "outputs");
  return found;
}

function checked(target: unknown, { type, size }: Tensor, path: string): TypedArray {
  if (!isTypedArray(target)) {
    throw new ArgumentError(
      `compile: ${path} must be a typed array for the result ${formatType(type)}, got ${String(target)}`,
    );
  }
  if (dtypeOfArray(target) !== type.dtype) {
    throw new DTypeError(
      `compile: ${path} is a ${target.constructor.name}; the result is ${formatType(type)}`,
    );
  }
  if (target.length !== size) {
    throw new ShapeError(
      `compile: ${path} has ${target.length} elements; the result ${formatType(type)} has ${size}`,
    );
  }
  return target;
}

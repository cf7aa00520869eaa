/** Tangents matched with their primals: one tensor a leaf, of the leaf's own shape and dtype. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import type { Leaf } from "../core/nest.js";
import { formatShape, sameShape } from "../core/shape.js";
import { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";

/**
 * The tangents in the order of the primals' leaves. Where a primal is a tensor, its tangent may be whatever makes a tensor.
 *
 * @throws ArgumentError that names the place when the structures differ; ShapeError or DTypeError when a tangent does not
 * fit its primal, or a primal is not floating.
 */
export function matchTangents(
  primals: unknown,
  leaves: readonly Leaf[],
  tangents: unknown,
  operation: string,
  name = "tangents",
): Tensor[] {
  const given: { readonly value: unknown; readonly path: string }[] = [];
  collect(primals, tangents, name, operation, (value, path) => given.push({ value, path }));
  return leaves.map((leaf, position) => {
    const { value, path } = given[position]!;
    if (!isFloating(leaf.dtype)) {
      throw new DTypeError(
        `${operation}: primal ${position} is ${describe(leaf)}; only float32 and float64 have tangents`,
      );
    }
    const tangent = toTensor(value as TensorLike, operation, path, leaf.dtype);
    if (!sameShape(tangent.shape, leaf.shape)) {
      throw new ShapeError(
        `${operation}: ${path} has shape ${formatShape(tangent.shape)}, its primal ${formatShape(leaf.shape)}`,
      );
    }
    if (tangent.dtype !== leaf.dtype) {
      throw new DTypeError(
        `${operation}: ${path} is ${tangent.dtype}, its primal ${leaf.dtype}; cast one of them`,
      );
    }
    return tangent;
  });
}

function collect(
  primal: unknown,
  tangent: unknown,
  path: string,
  operation: string,
  take: (value: unknown, path: string) => void,
): void {
  if (primal instanceof Tensor || primal instanceof Variable) {
    take(tangent, path);
    return;
  }
  const parts = Object.entries(primal as object);
  const isNest =
    typeof tangent === "object" &&
    tangent !== null &&
    !(tangent instanceof Tensor) &&
    Array.isArray(tangent) === Array.isArray(primal);
  if (!isNest) {
    throw new ArgumentError(
      `${operation}: ${path} must have the structure of the primals, which have ${parts.length} entries there, ` +
        `got ${describe(tangent)}`,
    );
  }
  const entries = tangent as Readonly<Record<string, unknown>>;
  const names = Object.keys(entries);
  const extra = names.find((name) => !parts.some(([key]) => key === name));
  const missing = parts.find(([key]) => !names.includes(key));
  if (extra !== undefined || missing !== undefined) {
    throw new ArgumentError(
      `${operation}: ${path} must have the structure of the primals, but ` +
        (extra === undefined
          ? `has no entry "${missing![0]}"`
          : `has an entry "${extra}" for which there is no primal`),
    );
  }
  for (const [key, part] of parts) {
    const place = Array.isArray(primal) ? `${path}[${key}]` : `${path}.${key}`;
    collect(part, entries[key], place, operation, take);
  }
}

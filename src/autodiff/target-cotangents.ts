/** How the backward pass begins: the cotangents of the targets, as given or ones. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { filledTensor } from "../core/literals.js";
import type { Leaf } from "../core/nest.js";
import { formatShape, sameShape } from "../core/shape.js";
import { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { accumulate } from "../ops/accumulate.js";

/** Cotangents in the structure of the targets. */
export type OutputGradients =
  | TensorLike
  | null
  | undefined
  | readonly OutputGradients[]
  | { readonly [key: string]: OutputGradients };

/**
 * One cotangent per target leaf; ones where none is given.
 *
 * @throws ShapeError or DTypeError when a cotangent does not fit its target; ArgumentError when the structures differ.
 */
export function targetCotangents(
  target: unknown,
  targets: readonly Leaf[],
  given: OutputGradients,
  operation: string,
): Tensor[] {
  const cotangents = matchCotangents(target, given, operation);
  return targets.map((leaf, index) => {
    const cotangent = cotangents[index];
    if (cotangent === undefined || cotangent === null) return filledTensor(leaf.type, 1);
    const tensor = toTensor(cotangent, operation, `outputGradients[${index}]`, leaf.dtype);
    if (!sameShape(tensor.shape, leaf.shape)) {
      throw new ShapeError(
        `${operation}: output gradient ${index} has shape ${formatShape(tensor.shape)}, ` +
          `its target ${formatShape(leaf.shape)}`,
      );
    }
    if (tensor.dtype !== leaf.dtype) {
      throw new DTypeError(
        `${operation}: output gradient ${index} is ${tensor.dtype}, its target ${leaf.dtype}`,
      );
    }
    return tensor;
  });
}

/** What a source that is itself a target gets, wherever it comes from: its cotangents, once per occurrence. */
export function ownCotangent(
  leaf: Leaf,
  targets: readonly Leaf[],
  cotangents: readonly Tensor[],
): Tensor | undefined {
  if (!isFloating(leaf.dtype)) return undefined;
  const own = cotangents.filter((_, index) => targets[index] === leaf);
  return own.length === 0 ? undefined : accumulate(leaf.type, own);
}

/** The cotangents in the order of the targets' leaves. */
function matchCotangents(
  target: unknown,
  given: OutputGradients,
  operation: string,
): (TensorLike | null | undefined)[] {
  if (target instanceof Tensor || target instanceof Variable) {
    return [given as TensorLike | null | undefined];
  }
  const parts = Object.entries(target as object);
  if (given === null || given === undefined) {
    return parts.flatMap(([, part]) => matchCotangents(part, undefined, operation));
  }
  if (typeof given !== "object" || given instanceof Tensor || given instanceof Variable) {
    throw new ArgumentError(
      `${operation}: outputGradients must have the structure of the targets, got ${describe(given)}`,
    );
  }
  const known = new Set(parts.map(([key]) => key));
  for (const key of Object.keys(given)) {
    if (!known.has(key)) {
      throw new ArgumentError(
        `${operation}: outputGradients has an entry "${key}" for which there is no target`,
      );
    }
  }
  const entries = given as Readonly<Record<string, OutputGradients>>;
  return parts.flatMap(([key, part]) => matchCotangents(part, entries[key], operation));
}

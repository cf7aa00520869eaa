/** Slices picked at points, which have one index per axis, in each batch on its own. */

import { run } from "../core/dispatch.js";
import { ShapeError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { add } from "./arithmetic.js";
import { flatIndices } from "./flat-indices.js";
import { gatherOp } from "./gather.js";

/**
 * The slices of x at points along the axes that follow the batch dimensions.
 *
 * @param points int32; the first `batchDims` axes are those of x, the last one holds an index per axis
 * @param seen shape and axis as users see them, which the indices are checked against
 */
export function gatherPoints(
  x: Tensor,
  points: Tensor,
  batchDims: number,
  operation: string,
  seen: { readonly shape: Shape; readonly axis: number },
): Tensor {
  checkPoints(points, x.rank - batchDims, operation);
  const batch = x.shape.slice(0, batchDims);
  if (!sameShape(batch, points.shape.slice(0, batchDims))) {
    throw new ShapeError(
      `${operation}: x and indices, of shapes ${formatShape(x.shape)} and ${formatShape(points.shape.slice(0, -1))}, ` +
        `must agree on their first ${batchDims} axes`,
    );
  }
  const indexed = points.shape[points.rank - 1]!;
  const span = batchDims + indexed;
  let positions = flatIndices(points, { operation, ...seen, span: indexed });
  if (batchDims > 0) {
    const step = sizeOf(x.shape.slice(batchDims, span));
    const starts = Int32Array.from({ length: sizeOf(batch) }, (_, index) => index * step);
    const aligned = positions.shape.map((length, place) => (place < batchDims ? length : 1));
    positions = add(positions, tensorOf(starts, "int32", aligned));
  }
  return run(gatherOp, [x, positions], { axis: 0, span });
}

/** @throws ShapeError when the last axis of the indices does not hold one index for each of at most `rank` axes. */
export function checkPoints(points: Tensor, rank: number, operation: string): void {
  const components = points.shape.at(-1);
  if (components === undefined || components > rank) {
    throw new ShapeError(
      `${operation}: indices has shape ${formatShape(points.shape)}, but its last axis must hold ` +
        `one index for each of at most ${rank} axes`,
    );
  }
}

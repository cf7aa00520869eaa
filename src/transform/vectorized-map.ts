/** `vectorizedMap`: a function of one row run on all rows at once. */

import { describe } from "../core/convert.js";
import { ArgumentError, ShapeError } from "../core/errors.js";
import { flattenNest, type IsNest, type MapNest, mapNest, type Nest } from "../core/nest.js";
import { formatShape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { traceGraph } from "../graph/trace.js";
import { readLeaves } from "../graph/trace-function.js";
import { broadcastView } from "../ops/broadcast.js";
import { runBatched } from "./batch.js";

/**
 * The results of `f` for every entry along the first axis of the elements, stacked along a new first axis. `f` is traced once, on
 * types alone, and what it does is then run for all rows together: there is no loop over rows.
 *
 * Since values are not known while `f` is traced, it cannot read them: `tf.where` and `tf.cond` choose by value, `tf.whileLoop`
 * repeats. Random numbers without a seed differ from row to row. Tapes and accumulators around it see everything.
 *
 * @param f of one entry, in the structure of `elems`; gives a nest of tensors
 * @param elems a tensor, or a nest of tensors with equal first dimensions
 * @returns the structure of what `f` gives, with one more axis in front of every tensor
 *
 * @example
 * tf.vectorizedMap((row: tf.Tensor) => tf.reduceSum(row.mul(row)), tf.constant([[1, 2], [3, 4]])); // [5, 25]
 *
 * @throws ShapeError when an element is a scalar, or first dimensions differ; ArgumentError when `elems` or what `f` gives is no
 * nest of tensors; TraceError when `f` reads a value.
 */
export function vectorizedMap<const E, R extends Nest>(
  f: (elem: MapNest<E, Tensor>) => R,
  elems: E & IsNest<E>,
): MapNest<R, Tensor> {
  const operation = "vectorizedMap";
  if (typeof f !== "function") {
    throw new ArgumentError(`${operation}: f must be a function, got ${describe(f)}`);
  }
  const leaves = readLeaves(flattenNest(elems, operation, "elems"));
  const size = rowsIn(leaves, operation);
  let result: unknown;
  const graph = traceGraph(
    "vectorizedMap",
    leaves.map(({ dtype, shape }) => tensorType(dtype, shape.slice(1))),
    (...rows) => {
      result = f(mapNest<E, Tensor>(elems as E, (_, index) => rows[index]!));
      return readLeaves(flattenNest(result, operation, "what f returns"));
    },
    "tf.vectorizedMap traces its function",
  );
  const inputs = leaves.map((tensor) => ({ tensor, batched: true }));
  const outputs = runBatched(graph, inputs, { size, drawPerRow: true }).map(
    ({ tensor, batched }) => (batched ? tensor : broadcastView(tensor, [size, ...tensor.shape])),
  );
  return mapNest<R, Tensor>(result as R, (_, index) => outputs[index]!);
}

/**
 * The common first dimension.
 *
 * @throws ShapeError when there is none; ArgumentError when there is no tensor.
 */
export function rowsIn(leaves: readonly Tensor[], operation: string): number {
  const first = leaves[0];
  if (first === undefined) throw new ArgumentError(`${operation}: elems holds no tensor`);
  leaves.forEach(({ shape }, position) => {
    if (shape.length === 0) {
      throw new ShapeError(
        `${operation}: element ${position} is a scalar; it must have an axis of rows in front`,
      );
    }
    if (shape[0] !== first.shape[0]) {
      throw new ShapeError(
        `${operation}: the first axes must have one length, but element 0 has shape ${formatShape(first.shape)} ` +
          `and element ${position} ${formatShape(shape)}`,
      );
    }
  });
  return first.shape[0]!;
}

/** What batching rules share: operands with the axis of rows in front, and positions that count through all rows. */

import type { BatchedCall } from "../core/op.js";
import { type Shape, sizeOf } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { broadcastView } from "./broadcast.js";
import { flatIndices } from "./flat-indices.js";
import { permute } from "./permute.js";
import { reshapeTo } from "./reshape.js";

/** One operand of a batched call with the axis of rows in front, along which it is repeated where it has none. */
export function rowsOf(
  { inputs, batched, size }: BatchedCall<never> | BatchedCall,
  position: number,
): Tensor {
  const input = inputs[position]!;
  return batched[position] === true ? input : broadcastView(input, [size, ...input.shape]);
}

/** All operands of a batched call with the axis of rows in front. */
export function allRows(call: BatchedCall<never> | BatchedCall): Tensor[] {
  return call.inputs.map((_, position) => rowsOf(call, position));
}

/** The shape of an operand for one row. */
export function rowShape(
  { inputs, batched }: BatchedCall<never> | BatchedCall,
  position: number,
): Shape {
  const { shape } = inputs[position]!;
  return batched[position] === true ? shape.slice(1) : shape;
}

/**
 * Positions among the axes `axis` … `axis + span − 1` of one row turned into positions among all rows and these axes.
 *
 * @param positions [rows, …], int32
 * @param shape of one row
 * @throws IndexError when a position is outside its row.
 */
export function positionsInRows(
  positions: Tensor,
  shape: Shape,
  { axis, span, operation }: { axis: number; span: number; operation: string },
): Tensor {
  const target =
    span === 1 ? { shape, axis } : { shape: [sizeOf(shape.slice(axis, axis + span))], axis: 0 };
  const points = reshapeTo(positions, [...positions.shape, 1]);
  return flatIndices(points, { operation, ...target, span: 1, rowAxis: 0 });
}

/** [rows, before, picked, behind] with the axes `picked` moved right behind that of the rows. */
export function pickedFirst(x: Tensor, axis: number, picked: number): Tensor {
  return permute(x, [
    0,
    ...axesFrom(1 + axis, picked),
    ...axesFrom(1, axis),
    ...axesFrom(1 + axis + picked, x.rank - 1 - axis - picked),
  ]);
}

/** The inverse of `pickedFirst`. */
export function pickedBack(x: Tensor, axis: number, picked: number): Tensor {
  return permute(x, [
    0,
    ...axesFrom(1 + picked, axis),
    ...axesFrom(1, picked),
    ...axesFrom(1 + axis + picked, x.rank - 1 - axis - picked),
  ]);
}

function axesFrom(begin: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => begin + index);
}

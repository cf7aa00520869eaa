/** The Jacobians of a tape: checks of what is asked for, and what stands for sources that are not connected. */

import { describe } from "../core/convert.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { filledTensor } from "../core/literals.js";
import type { Leaf } from "../core/nest.js";
import { isBranded, notATensor } from "../core/not-a-tensor.js";
import { Tensor, type TensorType, tensorType } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { broadcastView } from "../ops/broadcast.js";
import { eye } from "../ops/eye.js";
import { reshapeTo } from "../ops/reshape.js";
import type { Source } from "./backward.js";
import { reverseJacobian, rowJacobian } from "./jacobian.js";
import type { TapeRecord } from "./tape-record.js";
import { type UnconnectedGradients, unconnectedGradient } from "./unconnected.js";

/** The Jacobians of a target with regard to sources, null where there is none and that is allowed. */
export function recordedJacobian(
  record: TapeRecord,
  target: Leaf,
  sources: readonly Leaf[],
  unconnected: UnconnectedGradients,
): (Tensor | null)[] {
  const place = ({ id, type }: Leaf): Source => ({ slot: record.slotOf(id), type });
  const replace = unconnectedGradient(record, [target], unconnected);
  return reverseJacobian(record, place(target), sources.map(place)).map((found, index) => {
    if (found !== undefined) return found;
    const source = sources[index]!;
    if (source === target) return ownJacobian(target.type);
    const missing = replace(source, record.slotOf(source.id));
    const shape = [...target.shape, ...source.shape];
    return missing && filledTensor(tensorType(source.dtype, shape), 0);
  });
}

/** The Jacobian of every row of a target with regard to the same row of a source; zeros where they are not connected. */
export function recordedRowJacobian(record: TapeRecord, target: Leaf, source: Leaf): Tensor {
  const place = ({ id, type }: Leaf): Source => ({ slot: record.slotOf(id), type });
  const shape = [...target.shape, ...source.shape.slice(1)];
  const found = rowJacobian(record, place(target), place(source));
  if (found !== undefined) return found;
  if (source !== target) return filledTensor(tensorType(source.dtype, shape), 0);
  const [rows, ...row] = target.shape;
  const unit = ownJacobian(tensorType(target.dtype, row));
  return broadcastView(unit, [rows!, ...unit.shape]);
}

/** @throws ArgumentError when it is not one tensor or variable. */
export function checkLeaf(leaf: unknown, operation: string, name: string): Leaf {
  if (leaf instanceof Tensor || leaf instanceof Variable) return leaf;
  if (isBranded(leaf)) throw notATensor(leaf, operation, name);
  throw new ArgumentError(
    `${operation}: ${name} must be a tensor or a variable, got ${describe(leaf)}; ask for each tensor of a nest by itself`,
  );
}

/** @throws ShapeError, DTypeError when target and source are not made of equally many rows of floating numbers. */
export function checkRows(target: Leaf, source: Leaf, operation: string): void {
  for (const [name, leaf] of Object.entries({ target, source })) {
    checkLeaf(leaf, operation, name);
    if (!isFloating(leaf.dtype)) {
      throw new DTypeError(
        `${operation}: ${name} is ${describe(leaf)}; expected float32 or float64`,
      );
    }
    if (leaf.rank < 2) {
      throw new ShapeError(
        `${operation}: ${name} is ${describe(leaf)}; expected an axis of rows and at least one more`,
      );
    }
  }
  if (target.shape[0] !== source.shape[0]) {
    throw new ShapeError(
      `${operation}: target has ${target.shape[0]} rows and source ${source.shape[0]}; they must have equally many`,
    );
  }
}

/** The Jacobian of a tensor with regard to itself. */
function ownJacobian({ dtype, shape, size }: TensorType): Tensor {
  return reshapeTo(eye(size, { dtype: dtype as "float32" | "float64" }), [...shape, ...shape]);
}

/** Shapes: read, changed, and stretched, without a copy of the elements. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError, ShapeError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { defineOp } from "../core/op.js";
import {
  checkInteger,
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  type Shape,
  sizeOf,
} from "../core/shape.js";
import { type Tensor, type TensorType, tensorType } from "../core/tensor.js";
import { broadcastToOp, broadcastView } from "./broadcast.js";
import { type Operation, operation } from "./declare.js";
import { transposeOp } from "./permute.js";
import { reshapeOp, reshapeTo } from "./reshape.js";

function typeOnly(
  name: string,
  summary: string,
  resultShape: (operand: TensorType) => Shape,
  values: (operand: TensorType) => readonly number[],
): Operation<(x: TensorLike) => Tensor> {
  const op = defineOp<undefined>({
    name,
    summary,
    inputs: ["x"],
    outputTypes: ([x]) => [tensorType("int32", resultShape(x!.type))],
    derivative: { kind: "none" },
    batching: {
      kind: "explicit",
      batch: ({ inputs: [x], size }) => {
        const row = tensorType(x!.dtype, x!.shape.slice(1));
        const lengths = tensorOf(Int32Array.from(values(row)), "int32", resultShape(row));
        return [broadcastView(lengths, [size, ...lengths.shape])];
      },
    },
    lowering: { kind: "typeOnly", values },
    samples: [{ operands: [{ shape: [2, 3], from: -2, to: 2 }], attributes: undefined }],
  });
  return operation(op, (x: TensorLike) => run(op, [toTensor(x, name, "x")], undefined));
}

/**
 * The length of every axis as an int32 vector; `x.shape` gives it as an array. No gradient flows through it.
 */
export const shape = /* @__PURE__ */ typeOnly(
  "shape",
  "The length of every axis, as an int32 vector.",
  (operand) => [operand.shape.length],
  (operand) => operand.shape,
);

/** The number of elements as an int32 scalar; `x.size` gives it as a number. No gradient flows through it. */
export const size = /* @__PURE__ */ typeOnly(
  "size",
  "The number of elements, as an int32 scalar.",
  () => [],
  (operand) => [operand.size],
);

/** The number of axes as an int32 scalar; `x.rank` gives it as a number. No gradient flows through it. */
export const rank = /* @__PURE__ */ typeOnly(
  "rank",
  "The number of axes, as an int32 scalar.",
  () => [],
  (operand) => [operand.shape.length],
);

/**
 * The same elements in row-major order under another shape, one length of which may be −1: whatever is left.
 *
 * @example
 * tf.reshape([[1, 2], [3, 4], [5, 6]], [2, -1]); // [[1, 2, 3], [4, 5, 6]]
 *
 * @throws ShapeError when the sizes differ, or −1 is given twice or leaves a fraction.
 */
export const reshape = /* @__PURE__ */ operation(
  reshapeOp,
  (x: TensorLike, newShape: Shape): Tensor => {
    const tensor = toTensor(x, "reshape", "x");
    return run(reshapeOp, [tensor], { shape: inferShape(tensor, newShape) });
  },
);

function inferShape(x: Tensor, newShape: Shape): Shape {
  const inferred = Array.isArray(newShape) ? newShape.indexOf(-1) : -1;
  if (inferred >= 0 && newShape.lastIndexOf(-1) !== inferred) {
    throw new ShapeError(
      `reshape: at most one length of ${formatShape(newShape)} may be −1, which stands for what is left`,
    );
  }
  const known = checkShape(
    inferred < 0 ? newShape : newShape.map((length, axis) => (axis === inferred ? 1 : length)),
    "reshape",
  );
  const rest = x.size / sizeOf(known);
  if (inferred < 0 ? sizeOf(known) === x.size : Number.isInteger(rest)) {
    return inferred < 0 ? known : known.map((length, axis) => (axis === inferred ? rest : length));
  }
  throw new ShapeError(
    `reshape: x has shape ${formatShape(x.shape)}, whose ${x.size} elements do not fill ${formatShape(newShape)}`,
  );
}

/**
 * The axes in another order, without a copy: axis k of the result is axis perm[k] of x. All axes are reversed by default.
 *
 * @example
 * tf.transpose([[1, 2, 3], [4, 5, 6]]); // [[1, 4], [2, 5], [3, 6]]
 *
 * @throws ArgumentError when `perm` does not name every axis once; IndexError when it names an axis that is not there.
 */
export const transpose = /* @__PURE__ */ operation(
  transposeOp,
  (x: TensorLike, perm?: readonly number[]): Tensor => {
    const tensor = toTensor(x, "transpose", "x");
    return run(transposeOp, [tensor], { perm: permutation(tensor, perm) });
  },
);

function permutation(x: Tensor, perm: readonly number[] | undefined): readonly number[] {
  if (perm === undefined) return x.shape.map((_, axis) => x.rank - 1 - axis);
  if (normalizeAxes(perm, x.rank, "transpose").length !== x.rank) {
    throw new ArgumentError(
      `transpose: perm [${perm.join(", ")}] must name each of the ${x.rank} axes of x once`,
    );
  }
  return perm.map((axis) => normalizeAxis(axis, x.rank, "transpose"));
}

/**
 * The tensor with a new axis of length 1 at place `axis` of the result; −1 is the last.
 *
 * @throws IndexError when the place is outside −rank − 1 … rank.
 */
export function expandDims(x: TensorLike, axis: number): Tensor {
  const tensor = toTensor(x, "expandDims", "x");
  const expanded = tensor.shape.slice();
  expanded.splice(normalizeAxis(axis, tensor.rank + 1, "expandDims"), 0, 1);
  return run(reshapeOp, [tensor], { shape: expanded });
}

/**
 * The tensor without the named axes, which must have length 1; without any axis of length 1 when none is named.
 *
 * @throws ShapeError when a named axis has another length; IndexError when it is not there.
 */
export function squeeze(x: TensorLike, axes?: number | readonly number[]): Tensor {
  const tensor = toTensor(x, "squeeze", "x");
  const named = axes === undefined ? unitAxes(tensor) : normalizeAxes(axes, tensor.rank, "squeeze");
  for (const axis of named) {
    if (tensor.shape[axis] !== 1) {
      throw new ShapeError(
        `squeeze: axis ${axis} of x, which has shape ${formatShape(tensor.shape)}, must have length 1`,
      );
    }
  }
  return run(reshapeOp, [tensor], { shape: reducedShape(tensor.shape, named, false) });
}

function unitAxes(x: Tensor): readonly number[] {
  return normalizeAxes(undefined, x.rank, "squeeze").filter((axis) => x.shape[axis] === 1);
}

/**
 * The tensor stretched to a shape without a copy: axes of length 1 are repeated, and new axes come in front.
 *
 * @example
 * tf.broadcastTo([[1], [2]], [2, 3]); // [[1, 1, 1], [2, 2, 2]]
 *
 * @throws ShapeError when it does not broadcast to that shape.
 */
export const broadcastTo = /* @__PURE__ */ operation(
  broadcastToOp,
  (x: TensorLike, newShape: Shape): Tensor =>
    run(broadcastToOp, [toTensor(x, "broadcastTo", "x")], {
      shape: checkShape(newShape, "broadcastTo"),
    }),
);

/**
 * The tensor repeated `multiples[k]` times along every axis k.
 *
 * @example
 * tf.tile([[1, 2]], [2, 2]); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 *
 * @throws ShapeError when there is not one multiple per axis; ArgumentError when one is no non-negative integer.
 */
export function tile(x: TensorLike, multiples: readonly number[]): Tensor {
  const tensor = toTensor(x, "tile", "x");
  if (!Array.isArray(multiples) || multiples.length !== tensor.rank) {
    throw new ShapeError(
      `tile: multiples must hold one number for each of the ${tensor.rank} axes of x, got ${String(multiples)}`,
    );
  }
  for (const multiple of multiples) {
    checkInteger(multiple, "tile", "a multiple");
    if (multiple < 0)
      throw new ArgumentError(`tile: a multiple must not be negative, got ${multiple}`);
  }
  const single = tensor.shape.flatMap((length) => [1, length]);
  const repeated = tensor.shape.flatMap((length, axis) => [multiples[axis]!, length]);
  return reshapeTo(
    broadcastView(reshapeTo(tensor, single), repeated),
    tensor.shape.map((length, axis) => length * multiples[axis]!),
  );
}

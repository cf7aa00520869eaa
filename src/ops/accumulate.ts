/** The sum of many cotangents of one tensor, dense and sparse, written into one buffer. */

import { type Cotangent, RegionCotangent, RowsCotangent } from "../core/cotangent.js";
import { run } from "../core/dispatch.js";
import type { AccumulatePiece } from "../core/lowering.js";
import { type BatchedCall, defineOp, type Op } from "../core/op.js";
import type { Shape } from "../core/shape.js";
import { Tensor, type TensorType, tensorType } from "../core/tensor.js";
import { pickedBack, pickedFirst, positionsInRows, rowsOf } from "./batching.js";
import { gatherOp } from "./gather.js";
import { stridedSliceOp } from "./slice.js";

/** Attributes of `accumulate`. */
export interface AccumulateAttributes {
  readonly shape: Shape;
  readonly pieces: readonly AccumulatePiece[];
}

export const accumulateOp: Op<AccumulateAttributes> =
  /* @__PURE__ */ defineOp<AccumulateAttributes>({
    name: "accumulate",
    summary: "Zeros to which dense tensors, blocks in a region, and rows at indices are added.",
    inputs: ["piece…"],
    outputTypes: ([first], { shape }) => [tensorType(first!.dtype, shape)],
    derivative: {
      kind: "linear",
      transpose: (cotangent, position, { inputs, attributes }) => {
        const piece = attributes.pieces.find(({ operand }) => operand === position);
        if (piece === undefined || piece.kind === "dense") return cotangent;
        if (piece.kind === "rows") {
          const { axis, span, indices } = piece;
          return run(gatherOp, [cotangent, inputs[indices]!], { axis, span });
        }
        const { begin, strides } = piece;
        return run(stridedSliceOp, [cotangent], { begin, strides, size: inputs[position]!.shape });
      },
    },
    batching: { kind: "explicit", batch: (call) => [accumulateRows(call)] },
    lowering: { kind: "accumulate", pieces: ({ pieces }) => pieces },
    samples: [
      {
        operands: [
          { shape: [3, 2], from: -2, to: 2 },
          { shape: [1, 2], from: -2, to: 2 },
          { shape: [3, 2], from: -2, to: 2 },
          { shape: [3], values: [0, 2, 0], dtype: "int32" },
        ],
        attributes: {
          shape: [3, 2],
          pieces: [
            { kind: "dense", operand: 0 },
            { kind: "region", operand: 1, begin: [1, 0], strides: [1, 1] },
            { kind: "rows", operand: 2, indices: 3, axis: 0, span: 1 },
          ],
        },
      },
      {
        operands: [
          { shape: [2, 2, 3, 2], from: -2, to: 2 },
          { shape: [2, 3], values: [0, 5, 3, 1, 2, 5], dtype: "int32" },
        ],
        attributes: {
          shape: [2, 2, 3, 2],
          pieces: [{ kind: "rows", operand: 0, indices: 1, axis: 1, span: 2 }],
        },
      },
    ],
  });

/** The same in every row at once: indices that are alike in all rows count along an axis one further, others through all rows. */
function accumulateRows(call: BatchedCall<AccumulateAttributes>): Tensor {
  const { inputs, batched, size } = call;
  const { shape, pieces } = call.attributes;
  const type = tensorType(inputs[0]!.dtype, [size, ...shape]);
  const cotangents = pieces.map((piece): Cotangent => {
    const operand = rowsOf(call, piece.operand);
    if (piece.kind === "dense") return operand;
    if (piece.kind === "region") {
      return new RegionCotangent(type, operand, [0, ...piece.begin], [1, ...piece.strides]);
    }
    const { axis, span, indices } = piece;
    if (!batched[indices]) {
      return new RowsCotangent(type, operand, inputs[indices]!, axis + 1, span);
    }
    const positions = positionsInRows(inputs[indices]!, shape, {
      axis,
      span,
      operation: "accumulate",
    });
    const picked = [...shape.slice(axis, axis + span), ...shape.slice(0, axis)];
    const target = tensorType(type.dtype, [size, ...picked, ...shape.slice(axis + span)]);
    const rows = pickedFirst(operand, axis, inputs[indices]!.rank - 1);
    const sum = accumulate(target, [new RowsCotangent(target, rows, positions, 0, span + 1)]);
    return pickedBack(sum, axis, span);
  });
  return accumulate(type, cotangents);
}

/** The sum of the cotangents of one tensor as a dense tensor. */
export function accumulate(type: TensorType, cotangents: readonly Cotangent[]): Tensor {
  const first = cotangents[0];
  if (cotangents.length === 1 && first instanceof Tensor) return first;
  const inputs: Tensor[] = [];
  const pieces = cotangents.map((cotangent): AccumulatePiece => {
    const operand = inputs.length;
    if (cotangent instanceof RegionCotangent) {
      inputs.push(cotangent.block);
      return { kind: "region", operand, begin: cotangent.begin, strides: cotangent.strides };
    }
    if (cotangent instanceof RowsCotangent) {
      inputs.push(cotangent.rows, cotangent.indices);
      const { axis, span } = cotangent;
      return { kind: "rows", operand, indices: operand + 1, axis, span };
    }
    inputs.push(cotangent);
    return { kind: "dense", operand };
  });
  return run(accumulateOp, inputs, { shape: type.shape, pieces });
}

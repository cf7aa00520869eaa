/** Where the diagonals of matrices lie, and the matrices that have nothing but a diagonal. */

import { run } from "../core/dispatch.js";
import { allocate } from "../core/dtype.js";
import { IndexError, ShapeError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { defineOp } from "../core/op.js";
import { checkInteger, formatShape, type Shape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { stridedSliceOp } from "./slice.js";

/** A diagonal of matrices with the given lengths. */
export interface MatrixDiagonal {
  readonly rows: number;
  readonly columns: number;
  /** Row and column of its first element. */
  readonly row: number;
  readonly column: number;
  /** Number of elements. */
  readonly length: number;
}

/**
 * The diagonal that lies k columns right of the main one (left if k is negative).
 *
 * @throws IndexError when k leaves the matrix, ArgumentError when it is no integer.
 */
export function diagonalAt(
  rows: number,
  columns: number,
  k: number,
  operation: string,
): MatrixDiagonal {
  checkInteger(k, operation, "k");
  if (k !== 0 && (k <= -rows || k >= columns)) {
    throw new IndexError(
      `${operation}: diagonal ${k} is not in a matrix of ${rows} rows and ${columns} columns`,
    );
  }
  const row = Math.max(0, -k);
  const column = Math.max(0, k);
  return { rows, columns, row, column, length: Math.min(rows - row, columns - column) };
}

/** @throws ShapeError when the tensor has less than two axes. */
export function checkMatrix(x: Tensor, operation: string): void {
  if (x.rank < 2) {
    throw new ShapeError(
      `${operation}: x has shape ${formatShape(x.shape)}, but must have at least two axes`,
    );
  }
}

/** A bool matrix that is true where `includes` says so. */
export function matrixMask(
  rows: number,
  columns: number,
  operation: string,
  includes: (row: number, column: number) => boolean,
): Tensor {
  const values = allocate("bool", rows * columns, operation);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++)
      values[at] = includes(row, column) ? 1 : 0;
  }
  return tensorOf(values, "bool", [rows, columns]);
}

/** Attributes of `diag`, for matrices whose two axes are one. */
export interface DiagAttributes {
  readonly shape: Shape;
  /** Where along the last axis the diagonal begins, and how far apart its elements are. */
  readonly begin: number;
  readonly stride: number;
}

function region({ shape, begin, stride }: DiagAttributes) {
  const batch = shape.slice(1);
  return {
    begin: [...batch.map(() => 0), begin],
    strides: [...batch.map(() => 1), stride],
  };
}

export const diagOp = /* @__PURE__ */ defineOp<DiagAttributes>({
  name: "diag",
  summary: "Zeros with the operand placed along the last axis at regular distances.",
  inputs: ["x"],
  outputTypes: ([x], { shape }) => [tensorType(x!.dtype, shape)],
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { inputs, attributes }) =>
      run(stridedSliceOp, [cotangent], { ...region(attributes), size: inputs[0]!.shape }),
  },
  batching: {
    kind: "attributes",
    attributes: ({ shape, ...rest }, size) => ({ shape: [size, ...shape], ...rest }),
  },
  lowering: {
    kind: "accumulate",
    pieces: (attributes) => [{ kind: "region", operand: 0, ...region(attributes) }],
  },
  samples: [
    {
      operands: [{ shape: [2, 3], from: -2, to: 2 }],
      attributes: { shape: [2, 9], begin: 0, stride: 4 },
    },
    {
      operands: [{ shape: [2], from: -2, to: 2 }],
      attributes: { shape: [9], begin: 3, stride: 4 },
    },
  ],
});

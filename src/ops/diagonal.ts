/** Diagonals and bands of matrices, which are the last two axes; what comes before is a batch. */

import { type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ShapeError } from "../core/errors.js";
import { scalarTensor } from "../core/literals.js";
import { checkOptions } from "../core/options.js";
import { checkInteger, formatShape, sameShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { operation } from "./declare.js";
import { checkMatrix, diagOp, diagonalAt, matrixMask } from "./matrix-diagonal.js";
import { pad } from "./padding.js";
import { reduceSum } from "./reduction.js";
import { reshapeTo } from "./reshape.js";
import { where } from "./select.js";
import { stridedSliceOp } from "./slice.js";

/** Options of the functions of diagonals. */
export interface DiagonalOptions {
  /** Which diagonal: 0 (default) is the main one, positive ones lie right of it, negative ones left. */
  readonly k?: number;
}

/**
 * Square matrices with the vectors along the last axis on a diagonal and zeros elsewhere: shape [..., n] gives [..., n, n],
 * or [..., n + |k|, n + |k|] for diagonal k.
 *
 * @example
 * tf.linalg.diag([1, 2]); // [[1, 0], [0, 2]]
 *
 * @throws ShapeError when x is a scalar; ArgumentError when k is no integer.
 */
export const diag = /* @__PURE__ */ operation(
  diagOp,
  (x: TensorLike, options: DiagonalOptions = {}): Tensor => {
    checkOptions(options, ["k"], "diag");
    const tensor = toTensor(x, "diag", "x");
    const { k = 0 } = options;
    checkInteger(k, "diag", "k");
    if (tensor.rank === 0) throw new ShapeError("diag: x is a scalar, but must have an axis");
    const batch = tensor.shape.slice(0, -1);
    const order = tensor.shape.at(-1)! + Math.abs(k);
    const shape = [...batch, order * order];
    const begin = k < 0 ? -k * order : k;
    return reshapeTo(run(diagOp, [tensor], { shape, begin, stride: order + 1 }), [
      ...batch,
      order,
      order,
    ]);
  },
);

/**
 * The diagonals of matrices: shape [..., m, n] gives [..., min(m, n)]. A view where the matrices lie in row-major order.
 *
 * @example
 * tf.linalg.diagPart([[1, 2], [3, 4]]); // [1, 4]
 *
 * @throws ShapeError when x has less than two axes; IndexError when diagonal k is not in the matrices.
 */
export function diagPart(x: TensorLike, options: DiagonalOptions = {}): Tensor {
  checkOptions(options, ["k"], "diagPart");
  return diagonalOf(toTensor(x, "diagPart", "x"), options.k ?? 0, "diagPart");
}

function diagonalOf(x: Tensor, k: number, operation: string): Tensor {
  checkMatrix(x, operation);
  const batch = x.shape.slice(0, -2);
  const rows = x.shape.at(-2)!;
  const columns = x.shape.at(-1)!;
  const { row, column, length } = diagonalAt(rows, columns, k, operation);
  return run(stridedSliceOp, [reshapeTo(x, [...batch, rows * columns])], {
    begin: [...batch.map(() => 0), row * columns + column],
    strides: [...batch.map(() => 1), columns + 1],
    size: [...batch, length],
  });
}

/**
 * The matrices with a diagonal replaced: x has shape [..., m, n], the diagonal [..., min(m, n)].
 *
 * @example
 * tf.linalg.setDiag([[1, 2], [3, 4]], [7, 8]); // [[7, 2], [3, 8]]
 *
 * @throws ShapeError when the shapes do not fit; DTypeError when the dtypes differ; IndexError when diagonal k is not in the
 * matrices.
 */
export function setDiag(
  x: TensorLike,
  diagonal: TensorLike,
  options: DiagonalOptions = {},
): Tensor {
  checkOptions(options, ["k"], "setDiag");
  const [tensor, values] = toTensors([x, diagonal], "setDiag", ["x", "diagonal"]) as [
    Tensor,
    Tensor,
  ];
  checkMatrix(tensor, "setDiag");
  const batch = tensor.shape.slice(0, -2);
  const rows = tensor.shape.at(-2)!;
  const columns = tensor.shape.at(-1)!;
  const { row, column, length } = diagonalAt(rows, columns, options.k ?? 0, "setDiag");
  const expected = [...batch, length];
  if (!sameShape(values.shape, expected)) {
    throw new ShapeError(
      `setDiag: diagonal has shape ${formatShape(values.shape)}, but for x of shape ` +
        `${formatShape(tensor.shape)} it must be ${formatShape(expected)}`,
    );
  }
  const padding = [...batch.map(() => [0, 0]), [row, rows - row - length]];
  const perRow = reshapeTo(pad(values, padding), [...batch, rows, 1]);
  const onDiagonal = matrixMask(
    rows,
    columns,
    "setDiag",
    (at, place) => at - row === place - column,
  );
  return where(onDiagonal, perRow, tensor);
}

/**
 * The matrices with zeros outside a band around the main diagonal: `numLower` diagonals below it and `numUpper` above it are
 * kept, all of them where the number is negative.
 *
 * @example
 * tf.linalg.bandPart(x, -1, 0); // the lower triangle
 *
 * @throws ShapeError when x has less than two axes; ArgumentError when a number is no integer.
 */
export function bandPart(x: TensorLike, numLower: number, numUpper: number): Tensor {
  const tensor = toTensor(x, "bandPart", "x");
  checkMatrix(tensor, "bandPart");
  checkInteger(numLower, "bandPart", "numLower");
  checkInteger(numUpper, "bandPart", "numUpper");
  const inBand = matrixMask(
    tensor.shape.at(-2)!,
    tensor.shape.at(-1)!,
    "bandPart",
    (row, column) =>
      (numLower < 0 || row - column <= numLower) && (numUpper < 0 || column - row <= numUpper),
  );
  return where(inBand, tensor, scalarTensor(0, tensor.dtype));
}

/**
 * The sum of the main diagonal of each matrix: shape [..., m, n] gives [...].
 *
 * @throws ShapeError when x has less than two axes; DTypeError for bool.
 */
export function trace(x: TensorLike): Tensor {
  return reduceSum(diagonalOf(toTensor(x, "trace", "x"), 0, "trace"), { axis: -1 });
}

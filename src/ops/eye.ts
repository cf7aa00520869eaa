/** Matrices with ones on the diagonal. */

import { allocate, checkDType, type DType } from "../core/dtype.js";
import { ArgumentError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { checkOptions } from "../core/options.js";
import { checkInteger, checkShape, type Shape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { broadcastView } from "./broadcast.js";

/** Options of `eye`. */
export interface EyeOptions {
  /** Default: as many columns as rows. */
  readonly numColumns?: number;
  /** Shape of a batch of equal matrices, in front. Default: a single matrix. */
  readonly batchShape?: Shape;
  /** Default float32. */
  readonly dtype?: DType;
}

/**
 * A matrix of `numRows` rows with ones on the main diagonal and zeros elsewhere.
 *
 * @example
 * tf.eye(2); // [[1, 0], [0, 1]]
 *
 * @throws ArgumentError when a number of rows or columns is no non-negative integer.
 */
export function eye(numRows: number, options: EyeOptions = {}): Tensor {
  checkOptions(options, ["numColumns", "batchShape", "dtype"], "eye");
  const { numColumns = numRows, batchShape = [], dtype = "float32" } = options;
  checkDType(dtype, "eye");
  for (const [name, count] of Object.entries({ numRows, numColumns })) {
    checkInteger(count, "eye", name);
    if (count < 0) throw new ArgumentError(`eye: ${name} must not be negative, got ${count}`);
  }
  const values = allocate(dtype, numRows * numColumns, "eye");
  for (let index = 0; index < Math.min(numRows, numColumns); index++) {
    values[index * (numColumns + 1)] = 1;
  }
  const batch = checkShape(batchShape, "eye");
  return broadcastView(tensorOf(values, dtype, [numRows, numColumns]), [
    ...batch,
    numRows,
    numColumns,
  ]);
}

/** The product of matrices with vectors, which TensorFlow exports as `tf.linalg.matvec`. */

import { describe, type TensorLike, toTensors } from "../core/convert.js";
import { ShapeError } from "../core/errors.js";
import { checkOptions } from "../core/options.js";
import { formatShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { matmul } from "./contraction.js";
import { reshapeTo } from "./reshape.js";

/** Options of `matvec`. */
export interface MatvecOptions {
  /** Whether to exchange the last two axes of a before. Default false. */
  readonly transposeA?: boolean;
}

/**
 * The product of matrices with vectors, [..., m, k] · [..., k]; axes before these broadcast.
 *
 * @param a numeric, rank ≥ 2
 * @param b of the dtype of a, rank ≥ 1
 * @returns [..., m]
 * @throws ShapeError when a rank is too small, or lengths do not match; DTypeError when dtypes differ or are bool; ArgumentError
 * for an unknown option.
 * @example
 * tf.linalg.matvec([[1, 2], [3, 4]], [1, 1]).toArray(); // [3, 7]
 */
export function matvec(a: TensorLike, b: TensorLike, options?: MatvecOptions): Tensor {
  checkOptions(options, ["transposeA"], "matvec");
  const [matrices, vectors] = toTensors([a, b], "matvec", ["a", "b"]) as [Tensor, Tensor];
  const length = matrices.shape[matrices.rank - (options?.transposeA ? 2 : 1)];
  if (matrices.rank < 2 || vectors.rank < 1 || length !== vectors.shape[vectors.rank - 1]) {
    throw new ShapeError(
      `matvec: a ${describe(matrices)}${options?.transposeA ? " transposed" : ""} and b ${describe(vectors)} ` +
        `must be matrices [..., m, k] and vectors [..., k]` +
        (length === undefined ? "" : `; ${formatShape(vectors.shape)} does not end in ${length}`),
    );
  }
  const product = matmul(matrices, reshapeTo(vectors, [...vectors.shape, 1]), options);
  return reshapeTo(product, product.shape.slice(0, -1));
}

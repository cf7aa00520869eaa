/** Conversion between dtypes. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { checkDType, type DType } from "../core/dtype.js";
import { defineOp, type Op } from "../core/op.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { operation } from "./declare.js";

/** Attributes of `cast`. */
interface CastAttributes {
  readonly dtype: DType;
}

const castOp: Op<CastAttributes> = /* @__PURE__ */ defineOp<CastAttributes>({
  name: "cast",
  summary: "The elements converted to another dtype; towards int32 they are truncated.",
  inputs: ["x"],
  outputTypes: ([x], { dtype }) => [tensorType(dtype, x!.shape)],
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { inputs }) => cast(cotangent, inputs[0]!.dtype),
  },
  lowering: { kind: "cast" },
  samples: [
    { operands: [{ shape: [2, 3], from: -3, to: 3 }], attributes: { dtype: "float64" } },
    { operands: [{ shape: [2, 3], from: -3, to: 3 }], attributes: { dtype: "int32" } },
    {
      operands: [{ shape: [3], values: [-2, 0, 5], dtype: "int32" }],
      attributes: { dtype: "float64" },
    },
    {
      operands: [{ shape: [2], values: [0, 1], dtype: "bool" }],
      attributes: { dtype: "float64" },
    },
  ],
});

/**
 * `x` with its elements converted to `dtype`; `x` itself where it has that dtype.
 *
 * Towards int32, fractions are cut off, what is too large or too small becomes the nearest int32, and NaN becomes 0.
 * Towards bool, 0 is false and all else, NaN included, is true. Gradients pass between float32 and float64; a cast to
 * int32 or bool cuts the path.
 *
 * @throws DTypeError when `dtype` is none of the four.
 *
 * @example
 * tf.cast([-2.7, 0.9, 1e10], "int32").toArray(); // [-2, 0, 2147483647]
 */
export const cast = /* @__PURE__ */ operation(castOp, (x: TensorLike, dtype: DType): Tensor => {
  checkDType(dtype, "cast");
  // Bare numbers are what they are: through float32 they would be rounded on the way.
  const tensor = toTensor(x, "cast", "x", "float64");
  return tensor.dtype === dtype ? tensor : run(castOp, [tensor], { dtype });
});

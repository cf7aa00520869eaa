/** Limiting elements to an interval. */

import { describe, type TensorLike, toTensors } from "../core/convert.js";
import { ShapeError } from "../core/errors.js";
import { formatShape, sameShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { maximum, minimum } from "./extremum.js";

/**
 * `x` with elements below `min` raised to it and elements above `max` lowered to it; NaN stays.
 *
 * Elements on a bound keep their gradient; where an element is replaced, the bound receives it.
 *
 * @param x of any shape; float32, float64 or int32
 * @param min of the dtype of `x`, broadcast to its shape
 * @param max as `min`
 *
 * @throws ShapeError when a bound does not broadcast to the shape of `x`; DTypeError for bool, or when dtypes differ.
 *
 * @example
 * tf.clipByValue([-3, 0.5, 3], -1, 1).toArray(); // [-1, 0.5, 1]
 */
export function clipByValue(x: TensorLike, min: TensorLike, max: TensorLike): Tensor {
  const names = ["x", "min", "max"];
  const [operand, lower, upper] = toTensors([x, min, max], "clipByValue", names);
  const clipped = maximum(minimum(operand!, upper!), lower!);
  if (!sameShape(clipped.shape, operand!.shape)) {
    throw new ShapeError(
      `clipByValue: min ${describe(lower)} and max ${describe(upper)} must broadcast to the shape ` +
        `${formatShape(operand!.shape)} of x`,
    );
  }
  return clipped;
}

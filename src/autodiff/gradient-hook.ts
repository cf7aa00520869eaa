/** Hooks: functions of the user that see or replace a cotangent as it passes. */

import { describe } from "../core/convert.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { formatShape, sameShape } from "../core/shape.js";
import { Tensor } from "../core/tensor.js";

/** Sees the complete cotangent of a tensor; what it returns, if anything, takes its place. */
export type GradientHook = (cotangent: Tensor) => Tensor | undefined;

/**
 * The cotangent after the hooks have seen it, one after the other.
 *
 * @throws ShapeError, DTypeError or ArgumentError when a hook returns something that cannot take its place.
 */
export function applyHooks(hooks: readonly GradientHook[], cotangent: Tensor): Tensor {
  return hooks.reduce((present, hook) => {
    const result = hook(present);
    if (result === undefined) return present;
    const operation = "GradientTape.onGradient";
    if (!(result instanceof Tensor)) {
      throw new ArgumentError(
        `${operation}: a hook must return a tensor or nothing, got ${describe(result)}`,
      );
    }
    if (!sameShape(result.shape, present.shape)) {
      throw new ShapeError(
        `${operation}: a hook returned shape ${formatShape(result.shape)} for a cotangent of shape ${formatShape(present.shape)}`,
      );
    }
    if (result.dtype !== present.dtype) {
      throw new DTypeError(
        `${operation}: a hook returned ${result.dtype} for a cotangent of ${present.dtype}`,
      );
    }
    return result;
  }, cotangent);
}

/** Conditions: bool scalars that decide what is run. */

import { describe } from "../core/convert.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import { hostValues } from "../core/reading.js";
import type { Tensor } from "../core/tensor.js";

/** @throws ShapeError, DTypeError when it is no bool scalar. */
export function checkCondition(condition: Tensor, operation: string): void {
  if (condition.dtype !== "bool") {
    throw new DTypeError(`${operation}: the condition is ${describe(condition)}; expected bool`);
  }
  if (condition.size !== 1) {
    throw new ShapeError(
      `${operation}: the condition is ${describe(condition)}; expected a scalar, combine its elements with ` +
        "tf.reduceAny or tf.reduceAll",
    );
  }
}

/** The value of a condition. Tapes are not told that it is read: control flow goes on from it, no value. */
export function scalarCondition(condition: Tensor, operation: string): boolean {
  checkCondition(condition, operation);
  return hostValues(condition)[0] !== 0;
}

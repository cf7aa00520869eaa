/** Roots and powers, which TensorFlow exports as `tf.*` and `tf.math.*`. */

import { ArgumentError } from "../core/errors.js";
import { integerPower } from "../core/numerics/integer-power.js";
import { power } from "../core/numerics/power.js";
import { multiply } from "./arithmetic.js";
import { lessEqual } from "./comparison.js";
import { binary, unary } from "./declare.js";
import { divide } from "./division.js";
import { log } from "./logarithm.js";
import { lowerExponent } from "./lower-exponent.js";
import { where } from "./select.js";

/**
 * √x, elementwise; NaN below 0. The derivative at 0 is ∞.
 *
 * @throws DTypeError for int32 and bool.
 */
export const sqrt = /* @__PURE__ */ unary("sqrt", {
  summary: "√x.",
  scalar: Math.sqrt,
  partial: (_x, y) => divide(0.5, y),
  singular: true,
  samples: { from: 0.4, to: 3 },
});

/**
 * a to the power b, elementwise with broadcasting; int32 wraps.
 *
 * Anything to the power 0 is 1, also 0; a negative base has real powers only at integers and gives NaN elsewhere.
 * Derivatives of any order with regard to the base are right at 0 (those of x², x³ … too); with regard to the
 * exponent they are 0 where the base is 0 or negative.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast; ArgumentError
 * when an int32 exponent is negative.
 *
 * @example
 * tf.pow([2, 3], 2).toArray(); // [4, 9]
 */
export const pow = /* @__PURE__ */ binary("pow", {
  summary: "a to the power b.",
  scalar: power,
  integer: (a, b) => {
    if (b < 0) {
      throw new ArgumentError(
        `pow: b has the negative element ${b}; int32 cannot be raised to it, cast to a floating dtype first`,
      );
    }
    return integerPower(a, b);
  },
  partials: [
    (a, b) => multiply(b, pow(a, lowerExponent(a, b))),
    (a, _b, y) => where(lessEqual(a, 0), 0, multiply(y, log(a))),
  ],
  singular: true,
  samples: [
    { from: 0.4, to: 3 },
    { from: -2, to: 3 },
  ],
});

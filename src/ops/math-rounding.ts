/** Rounding up, and quotients and remainders of division towards −∞: TensorFlow exports them as `tf.math.*` only. */

import { ArgumentError } from "../core/errors.js";
import { floorModulo } from "../core/numerics/rounding.js";
import { negative } from "./arithmetic.js";
import { binary, unary } from "./declare.js";

/**
 * The least integer that is not below x, elementwise. It has no derivative: it cuts the path.
 *
 * @throws DTypeError for int32 and bool.
 */
export const ceil = /* @__PURE__ */ unary("ceil", {
  summary: "The least integer that is not below x.",
  scalar: Math.ceil,
  samples: [-2.5, -0.5, 0.5, 1.5],
});

/**
 * a / b rounded towards −∞, elementwise with broadcasting. It has no derivative: it cuts the path.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast; ArgumentError
 * when an int32 is divided by 0.
 */
export const floordiv = /* @__PURE__ */ binary("floordiv", {
  summary: "a / b rounded towards −∞.",
  scalar: (a, b) => Math.floor(a / b),
  integer: (a, b) => Math.floor(a / nonzero(b, "floordiv")),
  samples: [
    [7.5, -7.5, 7.5, -7.5],
    [2, 2, -2, -2],
  ],
});

/**
 * The remainder a − b·floordiv(a, b), elementwise with broadcasting; it has the sign of `b`.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast; ArgumentError
 * when an int32 is divided by 0.
 *
 * @example
 * tf.math.floormod([7, -7], 3).toArray(); // [1, 2]
 */
export const floormod = /* @__PURE__ */ binary("floormod", {
  summary: "The remainder a − b·floordiv(a, b), which has the sign of b.",
  scalar: floorModulo,
  integer: (a, b) => floorModulo(a, nonzero(b, "floormod")),
  partials: [() => 1, (a, b) => negative(floordiv(a, b))],
  singular: true,
  samples: [
    [7.5, -7.5, 7.5, -7.5],
    [2, 2, -2, -2],
  ],
});

/** IEEE 754 has results for a division by 0, 32-bit integers have none. */
function nonzero(divisor: number, operation: string): number {
  if (divisor === 0) {
    throw new ArgumentError(`${operation}: b has an element 0; an int32 cannot be divided by it`);
  }
  return divisor;
}

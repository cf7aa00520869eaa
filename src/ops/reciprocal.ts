/** Powers of elements that TensorFlow exports as `tf.math.*` only: reciprocals and squared differences. */

import type { Tensor } from "../core/tensor.js";
import { add, multiply, negative, square, subtract } from "./arithmetic.js";
import { binary, unary } from "./declare.js";

/**
 * 1 / x, elementwise; ±∞ at ±0.
 *
 * @throws DTypeError for int32 and bool.
 */
export const reciprocal = /* @__PURE__ */ unary("reciprocal", {
  summary: "1 / x.",
  scalar: (x) => 1 / x,
  partial: (_x, y) => negative(square(y)),
  singular: true,
  samples: { from: 0.4, to: 3 },
});

/**
 * 1 / √x, elementwise; ∞ at 0, NaN below.
 *
 * @throws DTypeError for int32 and bool.
 */
export const rsqrt = /* @__PURE__ */ unary("rsqrt", {
  summary: "1 / √x.",
  scalar: (x) => 1 / Math.sqrt(x),
  partial: (_x, y) => multiply(multiply(-0.5, y), square(y)),
  singular: true,
  samples: { from: 0.4, to: 3 },
});

/**
 * (a − b)², elementwise with broadcasting; int32 wraps.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const squaredDifference = /* @__PURE__ */ binary("squaredDifference", {
  summary: "(a − b)².",
  scalar: (a, b) => (a - b) * (a - b),
  integer: (a, b) => Math.imul(a - b, a - b),
  partials: [(a, b) => twiceDifference(a, b), (a, b) => twiceDifference(b, a)],
  singular: true,
  samples: [
    { from: -3, to: 3 },
    { from: -3, to: 3 },
  ],
});

/** 2·(a − b), by addition, which is exact. */
function twiceDifference(a: Tensor, b: Tensor): Tensor {
  const difference = subtract(a, b);
  return add(difference, difference);
}

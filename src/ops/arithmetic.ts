/** Elementwise arithmetic that TensorFlow exports both as `tf.*` and as `tf.math.*`. */

import { type TensorLike, toTensors } from "../core/convert.js";
import { ArgumentError, ShapeError } from "../core/errors.js";
import { formatShape, sameShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { accumulate } from "./accumulate.js";
import { binary, checkDomain, unary } from "./declare.js";

/**
 * a + b, elementwise with broadcasting; int32 wraps.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const add = /* @__PURE__ */ binary("add", {
  summary: "a + b.",
  scalar: (a, b) => a + b,
  partials: [() => 1, () => 1],
  samples: [
    { from: -3, to: 3 },
    { from: -3, to: 3 },
  ],
});

/**
 * a − b, elementwise with broadcasting; int32 wraps.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const subtract = /* @__PURE__ */ binary("subtract", {
  summary: "a − b.",
  scalar: (a, b) => a - b,
  partials: [() => 1, () => -1],
  samples: [
    { from: -3, to: 3 },
    { from: -3, to: 3 },
  ],
});

/**
 * a · b, elementwise with broadcasting; int32 wraps.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const multiply = /* @__PURE__ */ binary("multiply", {
  summary: "a · b.",
  scalar: (a, b) => a * b,
  integer: Math.imul,
  partials: [(_a, b) => b, (a) => a],
  // A factor may be the infinite logarithm of a branch that `where` does not take.
  singular: true,
  samples: [
    { from: -3, to: 3 },
    { from: -3, to: 3 },
  ],
});

/**
 * −x, elementwise; int32 wraps.
 *
 * @throws DTypeError for bool.
 */
export const negative = /* @__PURE__ */ unary("negative", {
  summary: "−x.",
  domain: "numeric",
  scalar: (x) => -x,
  partial: () => -1,
  samples: { from: -3, to: 3 },
});

/**
 * −1, 0 or 1 by the sign of x, elementwise; NaN for NaN. Its derivative is 0 everywhere, also at 0.
 *
 * @throws DTypeError for bool.
 */
export const sign = /* @__PURE__ */ unary("sign", {
  summary: "−1, 0 or 1 by the sign of x.",
  domain: "numeric",
  scalar: Math.sign,
  partial: () => 0,
  samples: [-2.5, -0.5, 0.5, 1.5],
});

/**
 * |x|, elementwise; its derivative at 0 is 0. |−2³¹| of int32 wraps to itself.
 *
 * @throws DTypeError for bool.
 */
export const abs = /* @__PURE__ */ unary("abs", {
  summary: "|x|.",
  domain: "numeric",
  scalar: Math.abs,
  partial: (x) => sign(x),
  singular: true,
  samples: [-2.5, -0.5, 0.5, 1.5],
});

/**
 * x², elementwise; int32 wraps.
 *
 * @throws DTypeError for bool.
 */
export const square = /* @__PURE__ */ unary("square", {
  summary: "x².",
  domain: "numeric",
  scalar: (x) => x * x,
  integer: (x) => Math.imul(x, x),
  partial: (x) => add(x, x),
  singular: true,
  samples: { from: -3, to: 3 },
});

/**
 * The sum of several tensors of one shape and dtype, in one pass; int32 wraps.
 *
 * @throws ArgumentError when there is none; ShapeError when shapes differ; DTypeError for bool, or when dtypes differ.
 *
 * @example
 * tf.addN([[1, 2], [10, 20], [100, 200]]).toArray(); // [111, 222]
 */
export function addN(inputs: readonly TensorLike[]): Tensor {
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new ArgumentError("addN: inputs must be an array of at least one tensor");
  }
  const tensors = toTensors(inputs, "addN", ["inputs…"]);
  const first = tensors[0]!;
  checkDomain(first, "numeric", "addN", "inputs[0]");
  tensors.forEach(({ shape }, position) => {
    if (!sameShape(shape, first.shape)) {
      throw new ShapeError(
        `addN: shapes must be equal, but inputs[0] has shape ${formatShape(first.shape)} ` +
          `and inputs[${position}] has shape ${formatShape(shape)}`,
      );
    }
  });
  return accumulate(first.type, tensors);
}

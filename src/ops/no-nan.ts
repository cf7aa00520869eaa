/** Functions that are 0, with gradient 0, where one operand is 0, whatever the other; `tf.math.*` only. */

import { type TensorLike, toTensors } from "../core/convert.js";
import type { Tensor } from "../core/tensor.js";
import { multiply, negative } from "./arithmetic.js";
import { equal } from "./comparison.js";
import { binary, checkDomain } from "./declare.js";
import { divide } from "./division.js";
import { log } from "./logarithm.js";
import { where } from "./select.js";

/**
 * a / b, and 0 with gradient 0 where b is 0; elementwise with broadcasting.
 *
 * @throws DTypeError for int32 and bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const divideNoNan = /* @__PURE__ */ binary("divideNoNan", {
  summary: "a / b, and 0 where b is 0.",
  domain: "floating",
  scalar: (a, b) => (b === 0 ? 0 : a / b),
  partials: [(_a, b) => divideNoNan(1, b), (_a, b, y) => negative(divideNoNan(y, b))],
  singular: true,
  samples: [
    { from: -3, to: 3 },
    { from: 0.4, to: 3 },
  ],
});

/**
 * x · y, and 0 with gradient 0 where y is 0, also when x is NaN or infinite; elementwise with broadcasting.
 *
 * @throws DTypeError for int32 and bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export function multiplyNoNan(x: TensorLike, y: TensorLike): Tensor {
  const [first, second] = toTensors([x, y], "multiplyNoNan", ["x", "y"]);
  checkDomain(first!, "floating", "multiplyNoNan", "x");
  return where(equal(second!, 0), 0, multiply(first!, second!));
}

/**
 * x · log(y), and 0 with gradient 0 where x is 0, also when the logarithm is infinite or NaN; elementwise with
 * broadcasting.
 *
 * @throws DTypeError for int32 and bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 *
 * @example
 * tf.math.xlogy([0, 2], [0, 1]).toArray(); // [0, 0]
 */
export const xlogy = /* @__PURE__ */ binary("xlogy", {
  summary: "a · log(b), and 0 where a is 0.",
  domain: "floating",
  scalar: (a, b) => (a === 0 ? 0 : a * Math.log(b)),
  partials: [
    (a, b) => where(equal(a, 0), 0, log(b)),
    (a, b) => where(equal(a, 0), 0, divide(a, b)),
  ],
  singular: true,
  samples: [
    { from: 0.4, to: 3 },
    { from: 0.4, to: 3 },
  ],
});

/** Division, which TensorFlow exports as `tf.divide` and `tf.math.divide`. */

import { type TensorLike, toTensors } from "../core/convert.js";
import { negative } from "./arithmetic.js";
import { cast } from "./cast.js";
import { type BinaryFunction, binary, checkDomain, operation } from "./declare.js";
import { reciprocal } from "./reciprocal.js";

const divideFloating = /* @__PURE__ */ binary("divide", {
  summary: "a / b.",
  domain: "floating",
  scalar: (a, b) => a / b,
  partials: [(_a, b) => reciprocal(b), (_a, b, y) => negative(divide(y, b))],
  singular: true,
  samples: [
    { from: -3, to: 3 },
    { from: 0.4, to: 3 },
  ],
});

/**
 * a / b, elementwise with broadcasting, as IEEE 754 has it at 0. Two int32 give float64.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 *
 * @example
 * tf.divide(7, [2, 0]).toArray(); // [3.5, Infinity]
 */
export const divide = /* @__PURE__ */ operation<BinaryFunction, unknown>(
  divideFloating,
  (a: TensorLike, b: TensorLike) => {
    const operands = toTensors([a, b], "divide", ["a", "b"]);
    checkDomain(operands[0]!, "numeric", "divide", "a");
    const [dividend, divisor] =
      operands[0]!.dtype === "int32"
        ? operands.map((operand) => cast(operand, "float64"))
        : operands;
    return divideFloating(dividend!, divisor!);
  },
);

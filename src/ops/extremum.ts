/** The larger and the smaller of two elements; TensorFlow exports them as `tf.*` and `tf.math.*`. */

import type { ScalarFunction } from "../core/lowering.js";
import { defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { greaterEqual, lessEqual } from "./comparison.js";
import {
  type BinaryFunction,
  checkDomain,
  type Operation,
  operation,
  runBinary,
} from "./declare.js";
import { where } from "./select.js";

/**
 * A function that takes one of its operands at every element. Its pullback selects rather than multiplies by 0, so that
 * an infinite cotangent, such as that of a root at 0, stays off the operand that was not taken.
 * @__NO_SIDE_EFFECTS__
 */
function extremum(
  name: string,
  summary: string,
  scalar: ScalarFunction,
  takesFirst: (a: Tensor, b: Tensor) => Tensor,
): Operation<BinaryFunction> {
  const op: Op<undefined> = defineOp({
    name,
    summary,
    inputs: ["a", "b"],
    outputTypes: ([a]) => {
      checkDomain(a!, "numeric", name, "a");
      return [a!.type];
    },
    derivative: {
      kind: "explicit",
      pullback: ([cotangent], { inputs: [a, b] }, needed) => {
        const first = takesFirst(a!, b!);
        return [
          needed[0] ? where(first, cotangent!, 0) : undefined,
          needed[1] ? where(first, 0, cotangent!) : undefined,
        ];
      },
      pushforward: ([ofA = 0, ofB = 0], { inputs: [a, b] }) => [
        where(takesFirst(a!, b!), ofA, ofB),
      ],
    },
    lowering: { kind: "elementwise", scalar },
    samples: [
      {
        operands: [
          { shape: [4], values: [-2, 0.5, 1, 2.5] },
          { shape: [4], values: [1, -0.5, 1.5, 2] },
        ],
        attributes: undefined,
      },
    ],
  });
  return operation(op, (a, b) => runBinary(op, a, b));
}

/**
 * The larger of a and b, elementwise with broadcasting; NaN where either is NaN. The gradient of a tie goes to `a`.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const maximum = /* @__PURE__ */ extremum(
  "maximum",
  "The larger of a and b.",
  Math.max,
  greaterEqual,
);

/**
 * The smaller of a and b, elementwise with broadcasting; NaN where either is NaN. The gradient of a tie goes to `a`.
 *
 * @throws DTypeError for bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const minimum = /* @__PURE__ */ extremum(
  "minimum",
  "The smaller of a and b.",
  Math.min,
  lessEqual,
);

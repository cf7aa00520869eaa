/** Selection between two tensors by a condition: the operation that piecewise functions and their derivatives rest on. */

import { describe, type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { DTypeError } from "../core/errors.js";
import { defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { broadcastTogether, operation } from "./declare.js";

const whereOp: Op<undefined> = /* @__PURE__ */ defineOp<undefined>({
  name: "where",
  summary: "The elements of a where the condition is true, those of b elsewhere.",
  inputs: ["condition", "a", "b"],
  outputTypes: ([condition, a]) => {
    if (condition!.dtype !== "bool") {
      throw new DTypeError(`where: condition is ${describe(condition)}; expected bool`);
    }
    return [a!.type];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, position, { inputs }) =>
      position === 1 ? where(inputs[0]!, cotangent, 0) : where(inputs[0]!, 0, cotangent),
  },
  lowering: { kind: "elementwise", scalar: (condition, a, b) => (condition !== 0 ? a! : b!) },
  samples: [
    {
      operands: [
        { shape: [2, 3], values: [1, 0, 0, 1, 1, 0], dtype: "bool" },
        { shape: [2, 3], from: -3, to: 3 },
        { shape: [2, 3], from: -3, to: 3 },
      ],
      attributes: undefined,
    },
  ],
});

/**
 * The elements of `a` where `condition` is true, those of `b` elsewhere; the three broadcast together.
 *
 * NaN and ∞ of the branch that is not taken reach neither the value nor any derivative.
 *
 * @param condition bool
 * @param a of the same dtype as `b`, whichever
 *
 * @throws DTypeError when the condition is not bool or the branches differ in dtype; ShapeError when the shapes do not
 * broadcast.
 *
 * @example
 * const x = tf.constant([-4, 0, 9]);
 * tf.where(tf.greater(x, 0), tf.sqrt(x), 0).toArray(); // [0, 0, 3], with gradient [0, 0, 1/6]
 */
export const where = /* @__PURE__ */ operation(
  whereOp,
  (condition: TensorLike, a: TensorLike, b: TensorLike): Tensor => {
    const selector = toTensor(condition, "where", "condition", "bool");
    const branches = toTensors([a, b], "where", ["a", "b"]);
    return run(whereOp, broadcastTogether([selector, ...branches], "where"), undefined);
  },
);

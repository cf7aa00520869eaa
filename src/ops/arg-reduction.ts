/** Positions of the largest and smallest elements, which TensorFlow exports as `tf.*` and `tf.math.*`. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ShapeError } from "../core/errors.js";
import { defineOp } from "../core/op.js";
import { checkOptions } from "../core/options.js";
import { formatShape, normalizeAxis, reducedShape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { type Operation, operation } from "./declare.js";

/** Options of `argmax` and `argmin`. */
export interface ArgOptions {
  /** The axis along which elements are compared; −1 is the last. Default 0. */
  readonly axis?: number;
}

type ArgFunction = (x: TensorLike, options?: ArgOptions) => Tensor;

function argReduction(
  name: string,
  summary: string,
  reducer: "max" | "min",
): Operation<ArgFunction> {
  const op = defineOp<{ readonly axis: number }>({
    name,
    summary,
    inputs: ["x"],
    outputTypes: ([x], { axis }) => {
      if (x!.shape[axis] === 0) {
        throw new ShapeError(`${name}: axis ${axis} of shape ${formatShape(x!.shape)} is empty`);
      }
      return [tensorType("int32", reducedShape(x!.shape, [axis], false))];
    },
    derivative: { kind: "none" },
    batching: { kind: "attributes", attributes: ({ axis }) => ({ axis: axis + 1 }) },
    lowering: { kind: "argReduce", reducer, axis: ({ axis }) => axis },
    samples: [
      { operands: [{ shape: [2, 3], from: -2, to: 2 }], attributes: { axis: 1 } },
      {
        operands: [{ shape: [3], values: [4, -2, 7], dtype: "int32" }],
        attributes: { axis: 0 },
      },
    ],
  });
  return operation(op, (x, options) => {
    const operand = toTensor(x, name, "x");
    checkOptions(options, ["axis"], name);
    return run(op, [operand], { axis: normalizeAxis(options?.axis ?? 0, operand.rank, name) });
  });
}

/**
 * The position of the first largest element along an axis, by default the first; that of the first NaN where there is one. No
 * gradient flows through it.
 *
 * @param x any dtype, rank ≥ 1
 * @returns int32, the shape of x without the axis
 * @throws IndexError when the axis is out of range; ShapeError when it is empty; ArgumentError for an unknown option.
 * @example
 * tf.argmax([[1, 5], [7, 2]], { axis: 1 }).toArray(); // [1, 0]
 */
export const argmax = /* @__PURE__ */ argReduction(
  "argmax",
  "The position of the first largest element along an axis.",
  "max",
);

/**
 * The position of the first smallest element along an axis, by default the first; that of the first NaN where there is one. No
 * gradient flows through it.
 *
 * @param x any dtype, rank ≥ 1
 * @returns int32, the shape of x without the axis
 * @throws IndexError when the axis is out of range; ShapeError when it is empty; ArgumentError for an unknown option.
 */
export const argmin = /* @__PURE__ */ argReduction(
  "argmin",
  "The position of the first smallest element along an axis.",
  "min",
);

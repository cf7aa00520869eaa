/** Reductions along axes that TensorFlow exports as `tf.*` and `tf.math.*`. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import type { Tensor } from "../core/tensor.js";
import { add, subtract } from "./arithmetic.js";
import { reduceSumOp } from "./broadcast.js";
import { cast } from "./cast.js";
import { equal } from "./comparison.js";
import { checkDomain } from "./declare.js";
import { divide } from "./division.js";
import { exp } from "./exponential.js";
import { stopGradient } from "./identity.js";
import { log } from "./logarithm.js";
import { isFinite as isFiniteNumber } from "./predicates.js";
import {
  type ReduceOptions,
  reduceAttributes,
  reducedCount,
  reduceOp,
  reduction,
} from "./reduce.js";
import { reduceMaxOp, reduceMinOp } from "./reduce-extremum.js";
import { reduceProdOp } from "./reduce-product.js";
import { reshapeTo } from "./reshape.js";
import { where } from "./select.js";

export type { ReduceOptions } from "./reduce.js";

/**
 * The sum of the elements along some axes, by default all; 0 over an empty axis. float32 is accumulated in float64 and
 * rounded once; int32 wraps.
 *
 * @param x numeric, any shape
 * @throws IndexError when an axis is out of range; DTypeError for bool; ArgumentError for an unknown option.
 * @example
 * tf.reduceSum([[1, 2], [3, 4]], { axis: 0 }).toArray(); // [4, 6]
 */
export const reduceSum = /* @__PURE__ */ reduction(reduceSumOp);

/**
 * The product of the elements along some axes, by default all; 1 over an empty axis. Gradients of every order are right
 * with any number of zeros.
 *
 * @param x numeric, any shape
 * @throws IndexError when an axis is out of range; DTypeError for bool; ArgumentError for an unknown option.
 */
export const reduceProd = /* @__PURE__ */ reduction(reduceProdOp);

/**
 * The largest element along some axes, by default all; NaN where there is one, −∞ (int32: −2³¹) over an empty axis. Equal
 * largest elements share the gradient evenly.
 *
 * @param x numeric, any shape
 * @throws IndexError when an axis is out of range; DTypeError for bool; ArgumentError for an unknown option.
 */
export const reduceMax = /* @__PURE__ */ reduction(reduceMaxOp);

/**
 * The smallest element along some axes, by default all; NaN where there is one, ∞ (int32: 2³¹ − 1) over an empty axis. Equal
 * smallest elements share the gradient evenly.
 *
 * @param x numeric, any shape
 * @throws IndexError when an axis is out of range; DTypeError for bool; ArgumentError for an unknown option.
 */
export const reduceMin = /* @__PURE__ */ reduction(reduceMinOp);

/**
 * Whether any element along some axes, by default all, is true; false over an empty axis.
 *
 * @param x bool, any shape
 * @throws IndexError when an axis is out of range; DTypeError when x is not bool; ArgumentError for an unknown option.
 */
export const reduceAny = /* @__PURE__ */ reduction(
  /* @__PURE__ */ reduceOp("reduceAny", {
    summary: "Whether any element along some axes is true; false over an empty axis.",
    reducer: "any",
    domain: "bool",
    derivative: { kind: "none" },
    samples: [
      {
        operands: [{ shape: [2, 3], values: [0, 1, 0, 0, 0, 0], dtype: "bool" }],
        attributes: { axes: [1], keepdims: false },
      },
    ],
  }),
);

/**
 * Whether all elements along some axes, by default all, are true; true over an empty axis.
 *
 * @param x bool, any shape
 * @throws IndexError when an axis is out of range; DTypeError when x is not bool; ArgumentError for an unknown option.
 */
export const reduceAll = /* @__PURE__ */ reduction(
  /* @__PURE__ */ reduceOp("reduceAll", {
    summary: "Whether all elements along some axes are true; true over an empty axis.",
    reducer: "all",
    domain: "bool",
    derivative: { kind: "none" },
    samples: [
      {
        operands: [{ shape: [2, 3], values: [1, 1, 1, 1, 0, 1], dtype: "bool" }],
        attributes: { axes: [1], keepdims: false },
      },
    ],
  }),
);

/**
 * The mean of the elements along some axes, by default all; NaN over an empty axis. The mean of int32 is int32, truncated
 * towards 0, as in TensorFlow.
 *
 * @param x numeric, any shape
 * @throws IndexError when an axis is out of range; DTypeError for bool; ArgumentError for an unknown option.
 * @example
 * tf.reduceMean([[1, 2], [3, 6]], { axis: 1, keepdims: true }).toArray(); // [[1.5], [4.5]]
 */
export function reduceMean(x: TensorLike, options?: ReduceOptions): Tensor {
  const operand = toTensor(x, "reduceMean", "x");
  checkDomain(operand, "numeric", "reduceMean", "x");
  const attributes = reduceAttributes(operand, options, "reduceMean");
  const sum = run(reduceSumOp, [operand], attributes);
  const mean = divide(sum, reducedCount(operand, attributes.axes));
  return operand.dtype === "int32" ? cast(mean, "int32") : mean;
}

/**
 * log Σ eˣ along some axes, by default all; −∞ over an empty axis and where all elements are −∞. It and its derivatives are
 * finite and accurate wherever the elements are finite.
 *
 * @param x floating, any shape
 * @throws IndexError when an axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option.
 */
export function reduceLogsumexp(x: TensorLike, options?: ReduceOptions): Tensor {
  const operand = toTensor(x, "reduceLogsumexp", "x");
  checkDomain(operand, "floating", "reduceLogsumexp", "x");
  const attributes = reduceAttributes(operand, options, "reduceLogsumexp");
  const { axes } = attributes;
  const largest = run(reduceMaxOp, [stopGradient(operand)], { axes, keepdims: true });
  const shift = where(isFiniteNumber(largest), largest, 0);
  const sum = run(reduceSumOp, [exp(subtract(operand, shift))], attributes);
  // Where nothing is added up the logarithm would have an infinite derivative.
  const empty = equal(sum, 0);
  const result = add(log(where(empty, 1, sum)), reshapeTo(shift, sum.shape));
  return where(empty, Number.NEGATIVE_INFINITY, result);
}

/** Norms of vectors and matrices, which TensorFlow exports as `tf.norm` and `tf.linalg.norm`. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import { checkOptions } from "../core/options.js";
import { normalizeAxis } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { abs, multiply } from "./arithmetic.js";
import { reduceSumOp } from "./broadcast.js";
import { equal } from "./comparison.js";
import { checkDomain } from "./declare.js";
import { divide } from "./division.js";
import { euclideanNormOp } from "./euclidean-norm.js";
import { stopGradient } from "./identity.js";
import { logicalOr } from "./logical.js";
import { pow } from "./power.js";
import { isInf } from "./predicates.js";
import { reduceAttributes } from "./reduce.js";
import { reduceMaxOp } from "./reduce-extremum.js";
import { reshapeTo } from "./reshape.js";
import { where } from "./select.js";

/** Options of `norm`. */
export interface NormOptions {
  /**
   * "euclidean" (default) and "fro" are √(Σ x²); a number p > 0 is (Σ |x|ᵖ)^(1/p), Infinity the largest |x|. Over two axes 1 is the
   * largest sum of a column and Infinity that of a row.
   */
  readonly ord?: "euclidean" | "fro" | number;
  /** One axis for vectors, [rows, columns] for matrices; by default all elements are one vector. */
  readonly axis?: number | readonly [rows: number, columns: number];
  /** Whether reduced axes stay, with length 1. Default false. */
  readonly keepdims?: boolean;
}

/**
 * The norm of vectors or matrices. Its gradient at 0 is 0 (TensorFlow gives NaN), and the largest elements of an infinite norm
 * share it.
 *
 * @param x floating, any shape
 * @throws IndexError when an axis is out of range; DTypeError when the dtype is not floating; ArgumentError for an unknown
 * option or an order that is not defined for these axes.
 * @example
 * tf.norm([3, 4]).item(); // 5
 * tf.norm(x, { ord: 1, axis: -1, keepdims: true });
 */
export function norm(x: TensorLike, options?: NormOptions): Tensor {
  const operand = toTensor(x, "norm", "x");
  checkDomain(operand, "floating", "norm", "x");
  checkOptions(options, ["ord", "axis", "keepdims"], "norm");
  const { ord = "euclidean", axis, ...rest } = options ?? {};
  const isMatrix = Array.isArray(axis) && axis.length === 2;
  if (Array.isArray(axis) && !isMatrix) {
    throw new ArgumentError(
      `norm: axis must be one axis or a pair of axes, got [${axis.join(", ")}]`,
    );
  }
  const attributes = reduceAttributes(
    operand,
    axis === undefined ? rest : { ...rest, axis },
    "norm",
  );
  const { axes, keepdims } = attributes;
  if (ord === "euclidean" || ord === "fro") return run(euclideanNormOp, [operand], attributes);
  if (typeof ord !== "number" || !(ord > 0)) {
    throw new ArgumentError(
      `norm: ord must be "euclidean", "fro", a positive number or Infinity, got ${String(ord)}`,
    );
  }
  if (isMatrix) return matrixNorm(operand, ord, axis, keepdims);
  const sizes = abs(operand);
  if (ord === 1) return run(reduceSumOp, [sizes], attributes);
  if (ord === 2) return run(euclideanNormOp, [operand], attributes);
  if (ord === Number.POSITIVE_INFINITY) return largest(sizes, axes, keepdims);
  return powerNorm(sizes, ord, axes, keepdims);
}

/** The largest of the sizes, which is 0 over an empty axis. */
function largest(sizes: Tensor, axes: readonly number[], keepdims: boolean): Tensor {
  const isEmpty = axes.some((axis) => sizes.shape[axis] === 0);
  return run(isEmpty ? reduceSumOp : reduceMaxOp, [sizes], { axes, keepdims });
}

function matrixNorm(x: Tensor, ord: number, axis: readonly number[], keepdims: boolean): Tensor {
  if (ord !== 1 && ord !== Number.POSITIVE_INFINITY) {
    throw new ArgumentError(
      `norm: ord ${ord} is not available for matrices; expected "euclidean", "fro", 1 or Infinity`,
    );
  }
  const [rows, columns] = axis.map((one) => normalizeAxis(one, x.rank, "norm"));
  const summed = ord === 1 ? rows! : columns!;
  const compared = ord === 1 ? columns! : rows!;
  const sums = run(reduceSumOp, [abs(x)], { axes: [summed], keepdims: true });
  const axes = [summed, compared].sort((a, b) => a - b);
  const result = largest(sums, [compared], true);
  return keepdims
    ? result
    : reshapeTo(
        result,
        x.shape.filter((_, one) => !axes.includes(one)),
      );
}

/** (Σ |x|ᵖ)^(1/p) of sizes divided by their largest, so that no power overflows or vanishes. */
function powerNorm(sizes: Tensor, ord: number, axes: readonly number[], keepdims: boolean): Tensor {
  const unit = largest(stopGradient(sizes), axes, true);
  const scale = where(logicalOr(equal(unit, 0), isInf(unit)), 1, unit);
  const sum = run(reduceSumOp, [pow(divide(sizes, scale), ord)], { axes, keepdims });
  // The root has an infinite derivative at 0, where that of the norm is taken as 0.
  const vanishes = equal(sum, 0);
  const root = pow(where(vanishes, 1, sum), 1 / ord);
  return where(vanishes, 0, multiply(root, reshapeTo(scale, sum.shape)));
}

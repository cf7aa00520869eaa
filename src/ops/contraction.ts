/** Products of matrices and tensors, which TensorFlow exports as `tf.*` and `tf.linalg.*`. */

import { describe, type TensorLike, toTensors } from "../core/convert.js";
import { ArgumentError, ShapeError } from "../core/errors.js";
import { checkOptions } from "../core/options.js";
import {
  broadcastShapes,
  checkInteger,
  formatShape,
  normalizeAxis,
  sizeOf,
} from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { broadcastView } from "./broadcast.js";
import { checkDomain, operation } from "./declare.js";
import { matmulOp, matrixProduct, transposeMatrices } from "./matrix-product.js";
import { permute } from "./permute.js";
import { reshapeTo } from "./reshape.js";

/** Options of `matmul`. */
export interface MatmulOptions {
  /** Whether to exchange the last two axes of a before. Default false. */
  readonly transposeA?: boolean;
  /** Whether to exchange the last two axes of b before. Default false. */
  readonly transposeB?: boolean;
}

/**
 * The product of matrices [..., m, k] · [..., k, n]; axes before the last two broadcast. float32 is accumulated in float64 and
 * rounded once; int32 wraps.
 *
 * @param a numeric, rank ≥ 2
 * @param b of the dtype of a, rank ≥ 2
 * @returns [..., m, n]
 * @throws ShapeError when a rank is below 2, or lengths do not match; DTypeError when dtypes differ or are bool; ArgumentError for
 * an unknown option.
 * @example
 * tf.matmul([[1, 2]], [[3], [4]]).toArray(); // [[11]]
 */
export const matmul = /* @__PURE__ */ operation(
  matmulOp,
  (a: TensorLike, b: TensorLike, options?: MatmulOptions): Tensor => {
    checkOptions(options, ["transposeA", "transposeB"], "matmul");
    const [left, right] = toTensors([a, b], "matmul", ["a", "b"]) as [Tensor, Tensor];
    checkDomain(left, "numeric", "matmul", "a");
    if (left.rank < 2 || right.rank < 2) {
      throw new ShapeError(
        `matmul: operands must have at least 2 axes, got a ${describe(left)} and b ${describe(right)}`,
      );
    }
    const first = options?.transposeA ? transposeMatrices(left) : left;
    const second = options?.transposeB ? transposeMatrices(right) : right;
    if (first.shape[first.rank - 1] !== second.shape[second.rank - 2]) {
      throw new ShapeError(
        `matmul: a ${formatShape(left.shape)}${options?.transposeA ? " transposed" : ""} has rows of ` +
          `${first.shape[first.rank - 1]} elements, but b ${formatShape(right.shape)}` +
          `${options?.transposeB ? " transposed" : ""} has columns of ${second.shape[second.rank - 2]}`,
      );
    }
    return batchProduct(first, second, options?.transposeA === true);
  },
);

/** The product with batch axes broadcast; a single second matrix serves the rows of all first ones at once. */
function batchProduct(a: Tensor, b: Tensor, isTransposed: boolean): Tensor {
  if (a.rank === 2 && b.rank === 2) return matrixProduct(a, b);
  const [depth, columns] = b.shape.slice(-2) as [number, number];
  if (b.rank === 2 && !isTransposed) {
    const rows = sizeOf(a.shape.slice(0, -1));
    const product = matrixProduct(reshapeTo(a, [rows, depth]), b);
    return reshapeTo(product, [...a.shape.slice(0, -1), columns]);
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul");
  return matrixProduct(
    broadcastView(a, [...batch, ...a.shape.slice(-2)]),
    broadcastView(b, [...batch, depth, columns]),
  );
}

/** Axes that `tensordot` sums over: how many, or which of a and which of b. */
export type TensordotAxes =
  | number
  | readonly [ofA: number | readonly number[], ofB: number | readonly number[]];

/**
 * The sum of products of a and b over some axes of each: the last `axes` of a with the first of b, or those named in pairs. The
 * result has the other axes of a, then the other axes of b.
 *
 * @param a numeric
 * @param b of the dtype of a
 * @throws ShapeError when paired axes differ in length or an operand has too few; IndexError when an axis is out of range;
 * DTypeError when dtypes differ or are bool; ArgumentError when `axes` has another form.
 * @example
 * tf.tensordot(a, b, 1); // matmul, for matrices
 * tf.tensordot(a, b, [[0, 1], [1, 0]]);
 */
export function tensordot(a: TensorLike, b: TensorLike, axes: TensordotAxes): Tensor {
  const [left, right] = toTensors([a, b], "tensordot", ["a", "b"]) as [Tensor, Tensor];
  checkDomain(left, "numeric", "tensordot", "a");
  const [ofA, ofB] = contractedAxes(left, right, axes);
  const freeA = otherAxes(left, ofA);
  const freeB = otherAxes(right, ofB);
  const lengths = (x: Tensor, named: readonly number[]): number[] =>
    named.map((axis) => x.shape[axis]!);
  const depth = sizeOf(lengths(left, ofA));
  const rows = reshapeTo(permute(left, [...freeA, ...ofA]), [sizeOf(lengths(left, freeA)), depth]);
  const columns = reshapeTo(permute(right, [...ofB, ...freeB]), [
    depth,
    sizeOf(lengths(right, freeB)),
  ]);
  return reshapeTo(matrixProduct(rows, columns), [
    ...lengths(left, freeA),
    ...lengths(right, freeB),
  ]);
}

function otherAxes(x: Tensor, axes: readonly number[]): number[] {
  return x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}

function contractedAxes(
  a: Tensor,
  b: Tensor,
  axes: TensordotAxes,
): readonly [ofA: readonly number[], ofB: readonly number[]] {
  const [ofA, ofB] = typeof axes === "number" ? countedAxes(a, b, axes) : namedAxes(a, b, axes);
  ofA.forEach((axis, pair) => {
    const other = ofB[pair]!;
    if (a.shape[axis] !== b.shape[other]) {
      throw new ShapeError(
        `tensordot: axis ${axis} of a ${formatShape(a.shape)} and axis ${other} of b ${formatShape(b.shape)} ` +
          `have lengths ${a.shape[axis]} and ${b.shape[other]}`,
      );
    }
  });
  return [ofA, ofB];
}

function countedAxes(a: Tensor, b: Tensor, count: number): readonly [number[], number[]] {
  checkInteger(count, "tensordot", "axes");
  if (count < 0 || count > a.rank || count > b.rank) {
    throw new ShapeError(
      `tensordot: ${count} axes cannot be taken of a ${formatShape(a.shape)} and b ${formatShape(b.shape)}`,
    );
  }
  const axes = Array.from({ length: count }, (_, axis) => axis);
  return [axes.map((axis) => a.rank - count + axis), axes];
}

function namedAxes(
  a: Tensor,
  b: Tensor,
  axes: Exclude<TensordotAxes, number>,
): readonly [number[], number[]] {
  if (!Array.isArray(axes) || axes.length !== 2) {
    throw new ArgumentError(
      `tensordot: axes must be a number or a pair of axes or of arrays of axes, got ${String(axes)}`,
    );
  }
  const [ofA, ofB] = [a, b].map((x, side) => {
    const named: unknown = axes[side];
    const list: readonly unknown[] = Array.isArray(named) ? named : [named];
    return list.map((axis) => normalizeAxis(axis, x.rank, "tensordot"));
  }) as [number[], number[]];
  const isRepeated = [ofA, ofB].some((list) => new Set(list).size !== list.length);
  if (ofA.length !== ofB.length || isRepeated) {
    throw new ArgumentError(
      `tensordot: axes must pair distinct axes of a with as many of b, got [${ofA.join(", ")}] and [${ofB.join(", ")}]`,
    );
  }
  return [ofA, ofB];
}

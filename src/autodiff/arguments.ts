/** Arguments and results of functions that are differentiated: which are, and as tensors of their own. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { isLiteral, isTypedArray } from "../core/literals.js";
import { flattenNest, type MapNest, type Nest } from "../core/nest.js";
import { isBranded, notATensor } from "../core/not-a-tensor.js";
import { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { readLeaves } from "../graph/trace-function.js";
import { identity } from "../ops/identity.js";

/** A nest whose leaves are all tensors. */
export type TensorNest = Tensor | readonly TensorNest[] | { readonly [key: string]: TensorNest };

/** What is differentiated with regard to `S`: the same structure of tensors. */
export type Differential<S> = MapNest<S, Tensor>;

/** The differentials with regard to the arguments `A` that `N` names: one, or a list of them. */
export type Selected<A extends readonly unknown[], N> = N extends readonly number[]
  ? { -readonly [K in keyof N]: Differential<A[N[K] & keyof A]> }
  : Differential<A[N & keyof A]>;

/** Which arguments are differentiated. */
export interface ArgumentOptions<N extends number | readonly number[] = number> {
  /** The position of an argument, or a list of them, which gives a list. Default 0, the first. */
  readonly argnums?: N;
}

/** @throws ArgumentError when `f` is not a function. */
export function checkFunction(f: unknown, operation: string, name = "f"): void {
  if (typeof f !== "function") {
    throw new ArgumentError(`${operation}: ${name} must be a function, got ${describe(f)}`);
  }
}

/** @throws ArgumentError when a position is no argument, or comes twice. */
export function checkArgnums(
  argnums: unknown,
  count: number,
  operation: string,
): readonly number[] {
  const positions: readonly unknown[] = Array.isArray(argnums) ? argnums : [argnums];
  positions.forEach((position, index) => {
    const isPosition =
      typeof position === "number" &&
      Number.isInteger(position) &&
      position >= 0 &&
      position < count;
    if (!isPosition || positions.indexOf(position) !== index) {
      throw new ArgumentError(
        `${operation}: argnums must name different arguments by position, of which ${count} are given, ` +
          `got ${String(argnums)}`,
      );
    }
  });
  return positions as readonly number[];
}

function isWholeLiteral(value: unknown): boolean {
  if (!Array.isArray(value)) return isLiteral(value);
  return value.length > 0 && value.every(isWholeLiteral);
}

/**
 * An argument with every tensor in it replaced by one of its own, so that a function that also closes over the original is
 * differentiated with regard to the argument alone. Variables are read; numbers and arrays of numbers become tensors.
 *
 * @throws ArgumentError when something in it is nothing of the kind; DTypeError for int32 and bool.
 */
export function ownTensors(argument: unknown, operation: string, path: string): TensorNest {
  if (argument instanceof Tensor || argument instanceof Variable) {
    if (!isFloating(argument.dtype)) {
      throw new DTypeError(
        `${operation}: ${path} is ${describe(argument)}, which has no derivative; cast it to float32 or float64, or ` +
          "leave it out of the arguments that are differentiated",
      );
    }
    return identity(argument);
  }
  if (isWholeLiteral(argument) || isTypedArray(argument)) {
    return ownTensors(toTensor(argument as TensorLike, operation, path), operation, path);
  }
  if (Array.isArray(argument)) {
    return argument.map((part, index) => ownTensors(part, operation, `${path}[${index}]`));
  }
  if (typeof argument === "object" && argument !== null && !isBranded(argument)) {
    const prototype: unknown = Object.getPrototypeOf(argument);
    if (prototype === Object.prototype || prototype === null) {
      return Object.fromEntries(
        Object.entries(argument).map(([key, part]) => [
          key,
          ownTensors(part, operation, `${path}.${key}`),
        ]),
      );
    }
  }
  throw notATensor(argument, operation, path);
}

/** The leaves of a nest that holds tensors only. */
export function tensorLeaves(nest: TensorNest, operation: string, path: string): Tensor[] {
  return readLeaves(flattenNest(nest, operation, path));
}

/** A tensor or the present value of a variable. */
export function readLeaf(leaf: Tensor | Variable): Tensor {
  return leaf instanceof Variable ? leaf.read() : leaf;
}

/**
 * What a function returned as a nest of tensors, in which variables are read.
 *
 * @throws ArgumentError when it is something else.
 */
export function checkResult(result: unknown, operation: string): Nest {
  flattenNest(result, operation, "what f returns");
  return result as Nest;
}

/**
 * What a function returned where a number is due.
 *
 * @throws ShapeError when it has a rank, DTypeError when it is not floating, ArgumentError when it is no tensor.
 */
export function checkScalar(result: unknown, operation: string): Tensor {
  if (!(result instanceof Tensor || result instanceof Variable)) {
    throw new ArgumentError(
      `${operation}: f must return a scalar tensor, but it returned ${describe(result)}`,
    );
  }
  if (result.rank !== 0) {
    throw new ShapeError(
      `${operation}: f must return a scalar, but it returned ${describe(result)}; reduce it, as with tf.reduceSum, or use tf.jacobian`,
    );
  }
  if (!isFloating(result.dtype)) {
    throw new DTypeError(
      `${operation}: f must return float32 or float64, but it returned ${describe(result)}`,
    );
  }
  return readLeaf(result);
}

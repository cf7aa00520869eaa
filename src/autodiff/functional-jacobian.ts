/** `jacobian` and `hessian` as functions of functions, in the mode that suits the shapes. */

import { filledTensor } from "../core/literals.js";
import { replaceLeaves } from "../core/nest.js";
import { checkChoice, checkOptions } from "../core/options.js";
import { type Tensor, type TensorType, tensorType } from "../core/tensor.js";
import {
  type ArgumentOptions,
  checkArgnums,
  checkFunction,
  checkResult,
  type Differential,
  readLeaf,
  type Selected,
  type TensorNest,
  tensorLeaves,
} from "./arguments.js";
import { gradientFunction, recordFunction } from "./functional.js";
import { forwardJacobian, type Jacobians, reverseJacobian } from "./jacobian.js";

/** Which way the chain rule is applied. */
export type JacobianMode = "auto" | "forward" | "reverse";

/** Options of `jacobian`. */
export interface JacobianOptions<N extends number | readonly number[] = number>
  extends ArgumentOptions<N> {
  /**
   * "forward" costs one pass over what f did for all elements of the arguments together, "reverse" one for all elements of
   * the result; "auto", the default, takes the one with fewer elements.
   */
  readonly mode?: JacobianMode;
}

/** The structure of `R` with, in the place of every tensor, what `jacobian` gives for it. */
export type JacobianOf<R, A extends readonly unknown[], N> = Tensor extends R
  ? Selected<A, N>
  : R extends readonly unknown[]
    ? { -readonly [K in keyof R]: JacobianOf<R[K], A, N> }
    : { -readonly [K in keyof R]: JacobianOf<R[K], A, N> };

/**
 * The Jacobian of a function as a function of its arguments: with regard to the first, or those that `argnums` names.
 *
 * The function itself runs once, on the values as they are, so that its host control flow works; only the linear map of that run is
 * traced, and run on all directions together.
 *
 * @param f gives a tensor, or a nest of tensors
 * @returns for every tensor of the result and every tensor of the argument one of the shape of the former followed by that of
 * the latter, of the dtype of the latter; zeros where they do not depend on each other
 *
 * @example
 * const f = (x: tf.Tensor) => tf.square(x);
 * tf.jacobian(f)(tf.constant([1, 2])).toArray(); // [[2, 0], [0, 4]]
 *
 * @throws ArgumentError when an argument or the result is no nest of tensors, or for an unknown mode; DTypeError when a
 * differentiated argument is not floating.
 */
export function jacobian<
  A extends readonly unknown[],
  R,
  const N extends number | readonly number[] = 0,
>(
  f: (...parameters: A) => R,
  options: JacobianOptions<N> = {},
): (...parameters: A) => JacobianOf<R, A, N> {
  return jacobianFunction(f, options, "jacobian") as (...parameters: A) => JacobianOf<R, A, N>;
}

function jacobianFunction(
  f: (...parameters: never) => unknown,
  options: JacobianOptions<number | readonly number[]>,
  operation: string,
): (...parameters: readonly unknown[]) => unknown {
  checkFunction(f, operation);
  checkOptions(options, ["argnums", "mode"], operation);
  const { argnums = 0, mode = "auto" } = options;
  checkChoice(mode, ["auto", "forward", "reverse"], operation, "mode");
  return (...parameters) => {
    const positions = checkArgnums(argnums, parameters.length, operation);
    const direction = mode === "reverse" ? "pullback" : "both";
    const recorded = recordFunction(f, parameters, positions, operation, direction);
    const { record, sources } = recorded;
    const result = replaceLeaves(checkResult(recorded.result, operation), readLeaf) as TensorNest;
    const placed = ({ id, type }: Tensor) => ({ slot: record.slotOf(id), type });
    const targets = tensorLeaves(result, operation, "what f returns").map(placed);
    const places = tensorLeaves(sources, operation, "arguments").map(placed);
    const goesForward =
      mode === "forward" || (mode === "auto" && elementsOf(places) < elementsOf(targets));
    /** By target, then by source. */
    const found: readonly Jacobians[] = goesForward
      ? transposed(
          places.map((source) => forwardJacobian(record, targets, source)),
          targets.length,
        )
      : targets.map((target) => reverseJacobian(record, target, places));
    return replaceLeaves(result, (target, row) => {
      const bySource = replaceLeaves(sources, (source, column) => {
        const type = tensorType(source.dtype, [...target.shape, ...source.shape]);
        return found[row]![column] ?? filledTensor(type, 0);
      }) as readonly unknown[];
      return Array.isArray(argnums) ? bySource : bySource[0];
    });
  };
}

function elementsOf(places: readonly { readonly type: TensorType }[]): number {
  return places.reduce((sum, { type }) => sum + type.size, 0);
}

function transposed(columns: readonly Jacobians[], rows: number): Jacobians[] {
  return Array.from({ length: rows }, (_, row) => columns.map((column) => column[row]));
}

/** The second derivatives by the arguments `A` that `N` names. */
export type HessianOf<A extends readonly unknown[], N> = N extends readonly number[]
  ? { -readonly [K in keyof N]: JacobianOf<Differential<A[N[K] & keyof A]>, A, N> }
  : JacobianOf<Differential<A[N & keyof A]>, A, N>;

/**
 * The Hessian of a scalar function as a function of its arguments: with regard to the first, or those that `argnums` names. It is the
 * Jacobian of the gradient; the function runs once.
 *
 * @returns for every pair of tensors in the argument one of the shape of the first followed by that of the second
 *
 * @example
 * const f = (x: tf.Tensor) => tf.reduceSum(x.mul(x).mul(x));
 * tf.hessian(f)(tf.constant([1, 2])).toArray(); // [[6, 0], [0, 12]]
 *
 * @throws as `grad`.
 */
export function hessian<
  A extends readonly unknown[],
  const N extends number | readonly number[] = 0,
>(
  f: (...parameters: A) => Tensor,
  options: ArgumentOptions<N> = {},
): (...parameters: A) => HessianOf<A, N> {
  checkOptions(options, ["argnums"], "hessian");
  checkFunction(f, "hessian");
  const { argnums = 0 } = options;
  const gradient = gradientFunction(f, argnums, "hessian");
  return jacobianFunction(gradient, { argnums }, "hessian") as (
    ...parameters: A
  ) => HessianOf<A, N>;
}

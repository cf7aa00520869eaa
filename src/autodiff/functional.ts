/** Derivatives as functions of functions, with the signatures of JAX and torch.func. */

import { describe } from "../core/convert.js";
import { takeOrder } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import { filledTensor } from "../core/literals.js";
import { replaceLeaves } from "../core/nest.js";
import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import {
  type ArgumentOptions,
  checkArgnums,
  checkFunction,
  checkResult,
  checkScalar,
  type Differential,
  ownTensors,
  readLeaf,
  type Selected,
  type TensorNest,
  tensorLeaves,
} from "./arguments.js";
import { backward } from "./backward.js";
import type { Tangents } from "./forward-accumulator.js";
import { ForwardRecord } from "./forward-record.js";
import { listenTo } from "./listen.js";
import { matchTangents } from "./match-tangents.js";
import type { Direction } from "./residuals.js";
import { functionRecord, type TapeRecord } from "./tape-record.js";
import { type OutputGradients, targetCotangents } from "./target-cotangents.js";

/** What a function of several arguments did, as a record, with the tensors that stood for the differentiated arguments. */
export interface Recorded {
  readonly record: TapeRecord;
  readonly result: unknown;
  /** The differentiated arguments, each a nest of tensors of its own. */
  readonly sources: readonly TensorNest[];
}

/** Runs `f` on a record of its own that watches the arguments at the given positions. */
export function recordFunction(
  f: (...parameters: never) => unknown,
  parameters: readonly unknown[],
  positions: readonly number[],
  operation: string,
  direction: Direction = "pullback",
): Recorded {
  const own = parameters.map((parameter, position) =>
    positions.includes(position)
      ? ownTensors(parameter, operation, `argument ${position}`)
      : parameter,
  );
  const sources = positions.map((position) => own[position] as TensorNest);
  const record = functionRecord(direction);
  for (const leaf of tensorLeaves(sources, operation, "arguments")) record.watchTensor(leaf);
  const result = listenTo(record, () => f(...(own as never)));
  return { record, result, sources };
}

/** The gradients of a scalar function by the differentiated arguments, and its value. */
function gradientsOf(
  f: (...parameters: never) => unknown,
  parameters: readonly unknown[],
  argnums: number | readonly number[],
  operation: string,
): { readonly value: Tensor; readonly gradients: unknown } {
  const positions = checkArgnums(argnums, parameters.length, operation);
  const { record, result, sources } = recordFunction(f, parameters, positions, operation);
  const value = checkScalar(result, operation);
  const leaves = tensorLeaves(sources, operation, "arguments");
  const found = backward(
    record,
    [{ slot: record.slotOf(value.id), cotangent: filledTensor(value.type, 1) }],
    leaves.map(({ id, type }) => ({ slot: record.slotOf(id), type })),
    true,
  );
  const gradients = replaceLeaves(
    sources,
    (leaf, index) => found[index] ?? filledTensor(leaf.type, 0),
  ) as readonly unknown[];
  return { value, gradients: Array.isArray(argnums) ? gradients : gradients[0] };
}

/**
 * The gradient of a function as a function: of the same arguments, giving ∂f/∂(first argument), or by those that `argnums` names.
 *
 * @param f gives a scalar, float32 or float64, of nests of tensors. Its own host control flow is run on the values as they are
 * @returns a function whose result has the structure, shapes and dtypes of the argument, or is a list if `argnums` is one; zeros where f
 * does not depend on it
 *
 * @example
 * const slope = tf.grad((x: tf.Tensor) => x.mul(x).mul(x));
 * slope(tf.constant(2)).item(); // 12
 * tf.grad(slope)(tf.constant(2)).item(); // 12, the second derivative 6x
 *
 * @throws ShapeError when f does not give a scalar; DTypeError when it, or a differentiated argument, is not floating;
 * ArgumentError when an argument is no nest of tensors, or `argnums` names none.
 */
export function grad<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...parameters: A) => Tensor,
  options: ArgumentOptions<N> = {},
): (...parameters: A) => Selected<A, N> {
  checkFunction(f, "grad");
  checkOptions(options, ["argnums"], "grad");
  return gradientFunction(f, options.argnums ?? 0, "grad") as (...parameters: A) => Selected<A, N>;
}

/** The gradient of a function as a function, on behalf of another. */
export function gradientFunction<A extends readonly unknown[]>(
  f: (...parameters: A) => Tensor,
  argnums: number | readonly number[],
  operation: string,
): (...parameters: A) => unknown {
  return (...parameters) => gradientsOf(f, parameters, argnums, operation).gradients;
}

/**
 * As `grad`, giving the value of the function too: `[value, gradient]`. The function runs once.
 *
 * @example
 * const [loss, gradient] = tf.valueAndGrad(lossOf)(weights, batch);
 *
 * @throws as `grad`.
 */
export function valueAndGrad<
  A extends readonly unknown[],
  const N extends number | readonly number[] = 0,
>(
  f: (...parameters: A) => Tensor,
  options: ArgumentOptions<N> = {},
): (...parameters: A) => [value: Tensor, gradient: Selected<A, N>] {
  checkFunction(f, "valueAndGrad");
  checkOptions(options, ["argnums"], "valueAndGrad");
  return (...parameters) => {
    const { value, gradients } = gradientsOf(f, parameters, options.argnums ?? 0, "valueAndGrad");
    return [value, gradients as Selected<A, N>];
  };
}

/**
 * The value of a function and its derivative along one direction, by forward mode: `[f(x), J·v]`.
 *
 * @param f of as many arguments as there are primals; gives a nest of tensors
 * @param primals the arguments, in a list
 * @param tangents the direction, in the structure of the primals
 * @returns both in the structure of what f gives; zeros where that does not depend on the primals
 *
 * @example
 * const [y, dy] = tf.jvp((x: tf.Tensor) => tf.sin(x), [tf.constant(0)], [1]);
 * dy.item(); // 1
 *
 * @throws ArgumentError, ShapeError or DTypeError when primals and tangents do not fit together.
 */
export function jvp<const A extends readonly unknown[], R>(
  f: (...parameters: A) => R,
  primals: A,
  tangents: readonly Tangents[],
): [value: Differential<R>, tangent: Differential<R>] {
  const { value, tangent } = pushed(f, primals, tangents, "jvp");
  return [value as Differential<R>, tangent as Differential<R>];
}

function pushed(
  f: (...parameters: never) => unknown,
  primals: readonly unknown[],
  tangents: readonly Tangents[],
  operation: string,
): { readonly value: unknown; readonly tangent: unknown } {
  checkFunction(f, operation);
  if (!Array.isArray(primals)) {
    throw new ArgumentError(
      `${operation}: primals must be a list of the arguments of f, got ${describe(primals)}`,
    );
  }
  const own = primals.map((primal, index) => ownTensors(primal, operation, `primals[${index}]`));
  const leaves = tensorLeaves(own, operation, "primals");
  const directions = matchTangents(own, leaves, tangents, operation);
  const record = new ForwardRecord(takeOrder());
  leaves.forEach((leaf, index) => void record.watchTensor(leaf, directions[index]!));
  const result = checkResult(
    listenTo(record, () => f(...(own as never))),
    operation,
  );
  const value = replaceLeaves(result, readLeaf);
  const tangent = replaceLeaves(
    value,
    (leaf) => record.tangentOf(leaf as Tensor) ?? filledTensor(leaf.type, 0),
  );
  return { value, tangent };
}

/**
 * The value of a function and its pullback: `[f(x), v => v·J]`. The pullback can be called any number of times; it gives one
 * cotangent for every primal, in a list.
 *
 * @param f gives a nest of tensors; the pullback takes a cotangent for each, in its structure, where a missing one is ones
 *
 * @example
 * const [y, pullback] = tf.vjp((x: tf.Tensor, w: tf.Tensor) => tf.matmul(x, w), x, w);
 * const [dx, dw] = pullback(tf.ones(y.shape));
 *
 * @throws ArgumentError, ShapeError or DTypeError when an argument is no nest of floating tensors, or a cotangent does not fit.
 */
export function vjp<const A extends readonly unknown[], R>(
  f: (...parameters: A) => R,
  ...primals: A
): [
  value: Differential<R>,
  pullback: (cotangent?: OutputGradients) => { -readonly [K in keyof A]: Differential<A[K]> },
] {
  checkFunction(f, "vjp");
  const positions = [...primals.keys()];
  const { record, result, sources } = recordFunction(f, primals, positions, "vjp");
  const value = replaceLeaves(checkResult(result, "vjp"), readLeaf) as TensorNest;
  const targets = tensorLeaves(value, "vjp", "what f returns");
  const leaves = tensorLeaves(sources, "vjp", "arguments");
  const pullback = (cotangent?: OutputGradients): unknown => {
    const cotangents = targetCotangents(value, targets, cotangent, "vjp's pullback");
    const found = backward(
      record,
      targets.map(({ id }, index) => ({ slot: record.slotOf(id), cotangent: cotangents[index]! })),
      leaves.map(({ id, type }) => ({ slot: record.slotOf(id), type })),
      false,
    );
    return replaceLeaves(sources, (leaf, index) => found[index] ?? filledTensor(leaf.type, 0));
  };
  return [value, pullback] as ReturnType<typeof vjp<A, R>>;
}

/**
 * The Hessian of a scalar function times a direction, by forward over reverse mode: no Hessian is formed, and the cost is that
 * of a few gradients.
 *
 * @param primals the arguments of f, in a list
 * @param tangents the direction, in the structure of the primals
 * @returns H·v, in the structure of the primals
 *
 * @example
 * tf.hvp((x: tf.Tensor) => tf.reduceSum(x.mul(x).mul(x)), [tf.constant([1, 2])], [[1, 0]]); // [[6, 0]]
 *
 * @throws as `grad` and `jvp`.
 */
export function hvp<const A extends readonly unknown[]>(
  f: (...parameters: A) => Tensor,
  primals: A,
  tangents: readonly Tangents[],
): { -readonly [K in keyof A]: Differential<A[K]> } {
  checkFunction(f, "hvp");
  const gradients = (...own: unknown[]): never =>
    gradientsOf(f, own, [...own.keys()], "hvp").gradients as never;
  return pushed(gradients, primals, tangents, "hvp").tangent as {
    -readonly [K in keyof A]: Differential<A[K]>;
  };
}

/** Nests: tensors in arrays, tuples and plain objects, with static types that follow the structure. */

import { describe } from "./convert.js";
import { ArgumentError } from "./errors.js";
import { isBranded, notATensor } from "./not-a-tensor.js";
import { Tensor } from "./tensor.js";
import { Variable } from "./variable.js";

/** What a nest holds. */
export type Leaf = Tensor | Variable;

/** A tensor, a variable, or arrays, tuples and plain objects of nests. */
export type Nest = Leaf | readonly Nest[] | { readonly [key: string]: Nest };

/** `S` itself where it is a nest, else a type that nothing but a nest is assignable to. */
export type IsNest<S> = S extends Leaf
  ? S
  : S extends readonly unknown[]
    ? { readonly [K in keyof S]: IsNest<S[K]> }
    : S extends
          | ((...parameters: never) => unknown)
          | string
          | number
          | boolean
          | symbol
          | bigint
          | null
          | undefined
      ? Leaf
      : S extends object
        ? { readonly [K in keyof S]: IsNest<S[K]> }
        : Leaf;

/** The structure of `S` with every leaf replaced. What may be a tensor among other things, such as a literal, is a leaf. */
export type MapNest<S, Replacement> = Tensor extends S
  ? Replacement
  : S extends Leaf
    ? Replacement
    : S extends readonly unknown[]
      ? { -readonly [K in keyof S]: MapNest<S[K], Replacement> }
      : S extends object
        ? { -readonly [K in keyof S]: MapNest<S[K], Replacement> }
        : never;

/** Whether a value is an object without a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The leaves of a nest, depth first, in the order of its entries.
 *
 * @throws ArgumentError when something in it is neither tensor, variable, array nor plain object.
 */
export function flattenNest(nest: unknown, operation: string, argument: string): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: unknown, path: string): void => {
    if (part instanceof Tensor || part instanceof Variable) leaves.push(part);
    else if (Array.isArray(part))
      part.forEach((one, index) => void visit(one, `${path}[${index}]`));
    else if (isPlainObject(part)) {
      for (const [key, one] of Object.entries(part)) visit(one, `${path}.${key}`);
    } else if (isBranded(part)) {
      throw notATensor(part, operation, path);
    } else {
      throw new ArgumentError(
        `${operation}: ${path} must be a tensor, a variable, or arrays or plain objects of them, ` +
          `got ${describe(part)}`,
      );
    }
  };
  visit(nest, argument);
  return leaves;
}

/** The nest with its leaves replaced, in the order of `flattenNest`. */
export function mapNest<S, Replacement>(
  nest: S,
  replace: (leaf: Leaf, index: number) => Replacement,
): MapNest<S, Replacement> {
  // The structure is built at run time just as the type describes it.
  return replaceLeaves(nest, replace) as MapNest<S, Replacement>;
}

/** `mapNest` where the structure is known at run time only. */
export function replaceLeaves(
  nest: unknown,
  replace: (leaf: Leaf, index: number) => unknown,
): unknown {
  let index = 0;
  const visit = (part: unknown): unknown => {
    if (part instanceof Tensor || part instanceof Variable) return replace(part, index++);
    if (Array.isArray(part)) return part.map(visit);
    return Object.fromEntries(
      Object.entries(part as object).map(([key, one]) => [key, visit(one)]),
    );
  };
  return visit(nest);
}

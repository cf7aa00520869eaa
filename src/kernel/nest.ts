/** Loop nests: one scalar program for every position of a space, with operands and results at affine addresses. */

import type { DType } from "../core/dtype.js";
import type { Reducer } from "../core/lowering.js";
import type { ScalarCode, Value } from "./scalar-code.js";

/** Where elements are: at `offset` + Σ position · stride in an array, both counted in elements. */
export interface NestAccess {
  /** The array, by its number. */
  readonly array: number;
  readonly dtype: DType;
  readonly offset: number;
  /** One for each dimension of the nest. */
  readonly strides: readonly number[];
}

/** What a nest writes. */
export interface NestResult extends NestAccess {
  readonly value: Value;
  /**
   * Combines the values along the reduced dimensions, on which strides are 0. Sums and products of floats are accumulated in f64 and
   * rounded at the end.
   */
  readonly reducer?: Reducer;
}

/** Operand number n of the program is `operands[n]`. */
export interface Nest {
  /** Sizes, all positive, the outermost first; none for a single position. */
  readonly dims: readonly number[];
  /** How many of the last dimensions are reduced; then every result has a reducer or varies along them. */
  readonly reduced: number;
  readonly operands: readonly NestAccess[];
  readonly code: ScalarCode;
  readonly results: readonly NestResult[];
}

/** The nest with neighbouring dimensions made one where all addresses allow it, and those of size 1 left out. */
export function collapse(nest: Nest): Nest {
  let present = nest;
  for (let dim = nest.dims.length - 1; dim >= 0; dim--) {
    if (present.dims[dim] === 1) present = withoutDim(present, dim, present.dims.length - dim);
    else if (dim + 1 < present.dims.length && canMerge(present, dim)) {
      present = merged(present, dim);
    }
  }
  return present;
}

/** Whether a dimension and the one inside it can be gone through as one. */
function canMerge({ dims, reduced, operands, results }: Nest, dim: number): boolean {
  if (dim + 1 === dims.length - reduced) return false;
  const inner = dims[dim + 1]!;
  return [...operands, ...results].every(
    ({ strides }) => strides[dim] === strides[dim + 1]! * inner,
  );
}

function merged(nest: Nest, dim: number): Nest {
  const size = nest.dims[dim]! * nest.dims[dim + 1]!;
  const wide = { ...nest, dims: nest.dims.map((one, index) => (index === dim + 1 ? size : one)) };
  return withoutDim(wide, dim, nest.dims.length - dim);
}

/** Without a dimension, the `fromEnd`-th from the end. */
function withoutDim(nest: Nest, dim: number, fromEnd: number): Nest {
  const without = <A extends NestAccess>(access: A): A => ({
    ...access,
    strides: access.strides.filter((_, index) => index !== dim),
  });
  return {
    ...nest,
    dims: nest.dims.filter((_, index) => index !== dim),
    reduced: fromEnd <= nest.reduced ? nest.reduced - 1 : nest.reduced,
    operands: nest.operands.map(without),
    results: nest.results.map(without),
  };
}

/** The nest with its dimensions in another order; reduced ones stay behind the others. */
export function reordered(nest: Nest, order: readonly number[]): Nest {
  const permuted = <A extends NestAccess>(access: A): A => ({
    ...access,
    strides: order.map((dim) => access.strides[dim]!),
  });
  return {
    ...nest,
    dims: order.map((dim) => nest.dims[dim]!),
    operands: nest.operands.map(permuted),
    results: nest.results.map(permuted),
  };
}

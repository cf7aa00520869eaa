/** Chooses the dimension of a nest along which vectors lie. */

import type { Nest, NestAccess } from "../../kernel/nest.js";

/** A choice: the dimensions in the order in which loops go through them. */
export interface LaneDimension {
  readonly order: readonly number[];
  /** Whether vectors are used at all. */
  readonly isVector: boolean;
  /** Whether it is the last dimension that is kept, with reduced ones inside. */
  readonly isKept: boolean;
}

/** Shorter dimensions are gone through element by element. */
const SHORTEST = 2;

/** What a block costs more where its elements do not lie side by side. */
const STRIDED = 3;

export function laneDimension(nest: Nest): LaneDimension {
  const { dims, reduced } = nest;
  const kept = dims.length - reduced;
  const all = dims.map((_, dim) => dim);
  let best: { dim: number; cost: number } | undefined;
  for (const dim of all) {
    const cost = costOf(nest, dim);
    if (cost === undefined) continue;
    // Of equal ones the later: its elements are nearer to each other.
    if (best === undefined || cost <= best.cost) best = { dim, cost };
  }
  if (best === undefined) return { order: all, isVector: false, isKept: false };
  const { dim } = best;
  const isKept = reduced > 0 && dim < kept;
  const end = dim < kept ? kept : dims.length;
  const order = all.filter((one) => one !== dim);
  order.splice(end - 1, 0, dim);
  return { order, isVector: true, isKept };
}

/** About what a position costs with vectors along a dimension; undefined where they cannot lie along it. */
function costOf({ dims, reduced, operands, results }: Nest, dim: number): number | undefined {
  const size = dims[dim]!;
  const isReduced = dim >= dims.length - reduced;
  if (size < SHORTEST) return undefined;
  if (reduced > 0 && !isReduced && results.some(({ reducer }) => reducer === undefined))
    return undefined;
  const accesses: readonly NestAccess[] = [...operands, ...results];
  if (accesses.some(({ strides }) => strides[dim]! < 0)) return undefined;
  const strided = accesses.filter(({ strides }) => strides[dim]! > 1).length;
  const simple = accesses.length - strided;
  const waste = size < 16 ? 2 : 1;
  return ((simple + STRIDED * strided) * waste) / accesses.length + (isReduced ? 0.1 : 0);
}

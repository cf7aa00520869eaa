/** How values lie in vectors. */

import type { ScalarCode, ScalarType } from "../../kernel/scalar-code.js";

/** Positions in a block. */
export type Lanes = 2 | 4;

/** How many positions the live part of a program is computed for at once. */
export function lanesOf(code: ScalarCode, live: readonly boolean[]): Lanes {
  return code.some(({ type }, value) => live[value] && (type === "f64" || type === "i64")) ? 2 : 4;
}

export type Vector = "f32x4" | "f64x2" | "i32x4" | "i64x2";

/** The vector of a type; a truth value is a mask. */
export const VECTORS: Readonly<Record<Exclude<ScalarType, "bool">, Vector>> = {
  f32: "f32x4",
  f64: "f64x2",
  i32: "i32x4",
  i64: "i64x2",
};

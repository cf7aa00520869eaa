/** Straight-line programs on single numbers: what kernels compute for each element, whatever machine they run on. */

import type { DType } from "../core/dtype.js";
import type { ScalarFunction } from "../core/lowering.js";

/** The type of a value: floats, integers (i64 for the bits of f64) and truth values. */
export type ScalarType = "f32" | "f64" | "i32" | "i64" | "bool";

/** The types that float arithmetic is for. */
export type FloatType = "f32" | "f64";

/** A value of a program: the position of the instruction that computes it. */
export type Value = number;

/** Operations on one value, which give its type. `nearest` rounds halves to even; `not` is for bool. */
export type UnaryOpcode =
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "nearest"
  | "trunc"
  | "not"
  /** The value itself, or a truth value as 0 or 1, in another type, as `cast` converts: towards i32 truncating and saturating. */
  | "convert"
  /** The bits of f32 as i32 or of f64 as i64, and back. */
  | "reinterpret";

/**
 * Operations on two values of one type, which give that type, and comparisons, which give bool.
 *
 * Integers wrap. `min` and `max` are those of `Math`: NaN if either is, −0 below 0. `pmin(a, b)` is b < a ? b : a, and `pmax(a, b)` is
 * a < b ? b : a, which cost a fraction: both give `a` where it is NaN. `and`, `or` and `xor` are for integers and bool.
 */
export type BinaryOpcode =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "pmin"
  | "pmax"
  | "copysign"
  | "and"
  | "or"
  | "xor"
  | ComparisonOpcode;

/** For floats with IEEE 754's treatment of NaN; i64 and bool have `eq` and `ne` only. */
export type ComparisonOpcode = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/** Shifts of integers by `immediate` bits. */
export type ShiftOpcode = "shl" | "shrSigned" | "shrUnsigned";

export type Opcode =
  /** Element of the operand number `immediate`. */
  | "operand"
  /** `immediate`; a bigint for i64, 0 or 1 for bool. */
  | "constant"
  | UnaryOpcode
  | BinaryOpcode
  | ShiftOpcode
  /** select(condition, a, b): a where the condition holds, else b; both are computed. */
  | "select"
  /** a·b + c, with one rounding where the target has such an instruction for lanes and with two elsewhere. */
  | "madd"
  /** `callee` of the inputs. */
  | "call"
  /** patch(condition, value, …): `callee` of the inputs that follow where the condition, which is rarely so, holds; else the value. */
  | "patch"
  /**
   * guard(condition, value, …): the value where the condition, which is rarely otherwise, holds; else what `fallback` gives for the
   * inputs that follow. The fallback is computed only where some position needs it, and unlike a callee for vectors as a whole.
   */
  | "guard";

/** One step of a program. */
export interface Instruction {
  readonly op: Opcode;
  /** Type of the value that it gives. */
  readonly type: ScalarType;
  /** Earlier instructions whose values it takes. */
  readonly inputs: readonly Value[];
  /** What `operand`, `constant` and shifts need. */
  readonly immediate?: number | bigint;
  /** A pure function of JavaScript numbers; bool goes in and out as 0 and 1. */
  readonly callee?: ScalarFunction;
  /** What `guard` falls back to: a program of which the operands come in their order, and whose last instruction gives the value. */
  readonly fallback?: ScalarCode;
}

/** Instructions in an order in which each follows its inputs. */
export type ScalarCode = readonly Instruction[];

const TYPES: Readonly<Record<DType, Exclude<ScalarType, "i64">>> = {
  float32: "f32",
  float64: "f64",
  int32: "i32",
  bool: "bool",
};

/** The type in which elements of a dtype are computed with. */
export function scalarType(dtype: DType): Exclude<ScalarType, "i64"> {
  return TYPES[dtype];
}

/** Which instructions the given values depend on, themselves included. */
export function liveInstructions(code: ScalarCode, results: readonly Value[]): boolean[] {
  const live = new Array<boolean>(code.length).fill(false);
  for (const result of results) live[result] = true;
  for (let position = code.length - 1; position >= 0; position--) {
    if (live[position]) for (const input of code[position]!.inputs) live[input] = true;
  }
  return live;
}

/** A fused elementwise computation: one scalar program for every position of arrays of one length. */

import type { DType } from "../core/dtype.js";
import type { Reducer } from "../core/lowering.js";
import { type ScalarCode, type ScalarType, scalarType, type Value } from "./scalar-code.js";

/** An array that a kernel reads: element by element, or with step 0 its first element everywhere. */
export interface KernelOperand {
  readonly dtype: DType;
  readonly step: 0 | 1;
}

/** What a kernel writes. */
export interface KernelResult {
  /** Whose values; they have a type that a dtype has. */
  readonly value: Value;
  /**
   * Combines the values of all positions to one element, of the type that `accumulatorType` gives. "any" and "all" are for bool, the
   * others for numbers.
   */
  readonly reducer?: Reducer;
}

/** Operand number n of the program is `operands[n]`. */
export interface ElementwiseKernel {
  readonly operands: readonly KernelOperand[];
  readonly code: ScalarCode;
  readonly results: readonly KernelResult[];
}

/** The type of the element that a reduction writes: sums and products of floats are accumulated, and left, in f64. */
export function accumulatorType(reducer: Reducer, type: ScalarType): ScalarType {
  return type === "f32" && (reducer === "sum" || reducer === "product") ? "f64" : type;
}

/** The instruction by which a reducer combines two values. */
export const REDUCER_OPCODES = {
  sum: "add",
  product: "mul",
  max: "max",
  min: "min",
  any: "or",
  all: "and",
} as const;

/** The value of an empty reduction. */
export function identityOf(reducer: Reducer, type: ScalarType): number {
  switch (reducer) {
    case "sum":
    case "any":
      return 0;
    case "product":
    case "all":
      return 1;
    case "max":
      return type === "i32" ? -(2 ** 31) : Number.NEGATIVE_INFINITY;
    case "min":
      return type === "i32" ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY;
  }
}

const BYTES: Readonly<Record<ScalarType, number>> = { f32: 4, f64: 8, i32: 4, i64: 8, bool: 1 };

/** Bytes that an element takes in memory; bool is a byte of 0 or 1. */
export function bytesOf(type: ScalarType): number {
  return BYTES[type];
}

/** Bytes that an element of a dtype takes in memory. */
export function bytesOfDType(dtype: DType): number {
  return bytesOf(scalarType(dtype));
}

/** The type in which an operand's elements are computed with. */
export function operandType({ dtype }: KernelOperand): ScalarType {
  return scalarType(dtype);
}

/** The two floating formats, and what programs do with the bits of their numbers. */

import type { CodeBuilder } from "../code-builder.js";
import type { FloatType, Value } from "../scalar-code.js";

/** A function of floats of one type as a program: appends its instructions and gives its value. */
export type FloatProgram = (code: CodeBuilder, ...operands: Value[]) => Value;

/** A floating format of IEEE 754. */
export interface FloatFormat {
  readonly bits: "i32" | "i64";
  /** Bits of the significand that are stored. */
  readonly significand: number;
  /** What is added to the exponent where it is stored. */
  readonly bias: number;
  /** 1.5 · 2^significand: added to a number much smaller, it leaves the nearest integer in the lowest bits. */
  readonly roundingShift: number;
  readonly leastNormal: number;
}

const FORMATS: Readonly<Record<FloatType, FloatFormat>> = {
  f32: {
    bits: "i32",
    significand: 23,
    bias: 127,
    roundingShift: 1.5 * 2 ** 23,
    leastNormal: 2 ** -126,
  },
  f64: {
    bits: "i64",
    significand: 52,
    bias: 1023,
    roundingShift: 1.5 * 2 ** 52,
    leastNormal: 2 ** -1022,
  },
};

/** The type of a value that is a float. */
export function floatType(code: CodeBuilder, value: Value): FloatType {
  return code.typeOf(value) === "f32" ? "f32" : "f64";
}

/** The format of a value. */
export function formatOf(code: CodeBuilder, value: Value): FloatFormat {
  return FORMATS[floatType(code, value)];
}

/** What is given for both types, for that of a value. */
export function choose<S, D>(
  code: CodeBuilder,
  value: Value,
  of: { readonly f32: S; readonly f64: D },
): S | D {
  return of[floatType(code, value)];
}

/**
 * A polynomial; coefficients with the highest power first. By Horner's rule for the odd and for the even powers: in a single chain each
 * step waits for the one before, and with more than two the powers of x take more time than the waiting, since loops compute several
 * blocks by turns.
 */
export function polynomial(code: CodeBuilder, x: Value, coefficients: readonly number[]): Value {
  const terms = coefficients.map((coefficient) => code.like(x, coefficient)).reverse();
  if (terms.length === 1) return terms[0]!;
  const square = code.mul(x, x);
  const chain = (parity: 0 | 1): Value =>
    terms
      .filter((_, power) => power % 2 === parity)
      .reduceRight((sum, term) => code.madd(sum, square, term));
  return code.madd(chain(1), x, chain(0));
}

/** The sum of a number of moderate size, possibly a product, and the rounding shift: its nearest integer as lowest bits. */
export function shifted(code: CodeBuilder, a: Value, factor: number): Value {
  return code.madd(a, code.like(a, factor), code.like(a, formatOf(code, a).roundingShift));
}

/** The integer nearest to a · factor, where that is of moderate size. */
export function nearestInteger(code: CodeBuilder, a: Value, factor: number): Value {
  return code.sub(shifted(code, a, factor), code.like(a, formatOf(code, a).roundingShift));
}

/** 2ⁿ for an integer n, given as a float, with a normal result. */
export function powerOfTwo(code: CodeBuilder, n: Value): Value {
  const { bits, significand, bias, roundingShift } = formatOf(code, n);
  const biased = code.add(n, code.like(n, roundingShift + bias));
  const field = code.shift("shl", code.reinterpret(bits, biased), significand);
  return code.reinterpret(floatType(code, n), field);
}

/** A small integer from 0 on as a float. Lanes have no conversion from i64, but such bits under 2⁵² are the sum. */
export function integerAsFloat(code: CodeBuilder, n: Value): Value {
  if (code.typeOf(n) === "i32") return code.convert("f32", n);
  const sum = code.binary("or", n, code.constant("i64", 0x4330000000000000n));
  return code.sub(code.reinterpret("f64", sum), code.constant("f64", 2 ** 52));
}

/** y · 2ⁿ, rounded once: by two factors, as the one may be out of range. For |y| near 1. */
export function scale(code: CodeBuilder, y: Value, n: Value): Value {
  const half = nearestInteger(code, n, 0.5);
  const rest = code.sub(n, half);
  return code.mul(code.mul(y, powerOfTwo(code, half)), powerOfTwo(code, rest));
}

/** The value where the condition holds, and the other elsewhere; a number stands for a constant. */
export function pick(code: CodeBuilder, condition: Value, value: number, otherwise: Value): Value {
  return code.select(condition, code.like(otherwise, value), otherwise);
}

/** The natural logarithm with the same bits in every engine, unlike `Math.log`. */

import { binaryExponent, powerOfTwo } from "./binary-scale.js";
import { evaluatePolynomial } from "./polynomial.js";

// ln 2 with 21 zero bits at its end, so that its products with an exponent are exact; and the rest.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const TWO_TO_54 = 18014398509481984;

// (log((1 + s) / (1 − s)) − 2s) / s as a polynomial in s², divided by s².
const SERIES = [
  0.14798198605116586, 0.15313837699209373, 0.1818357216161805, 0.22222198432149784,
  0.2857142874366239, 0.3999999999940942, 0.6666666666666735,
];

/**
 * Natural logarithm, within 1 unit in the last place, from `+ − * /` and the binary exponent of
 * the argument alone. Random numbers use it, so that a seed gives the same numbers everywhere.
 *
 * Zero gives −∞, a negative argument NaN, +∞ gives +∞.
 *
 * Method and coefficients: e_log.c of fdlibm, Copyright (C) 1993 by Sun Microsystems, Inc.,
 * developed at SunSoft; permission to use, copy, modify, and distribute that software is freely
 * granted, provided that this notice is preserved.
 *
 * @example
 * portableLog(8); // 2.0794415416798357
 */
export function portableLog(x: number): number {
  if (!(x > 0)) {
    return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  }
  if (x === Number.POSITIVE_INFINITY) {
    return x;
  }
  const subnormal = x < 2.2250738585072014e-308;
  const scaled = subnormal ? x * TWO_TO_54 : x;
  const octave = binaryExponent(scaled);
  const significand = scaled * powerOfTwo(-octave);
  // The series is for numbers between √½ and √2.
  const aboveRootTwo = significand > Math.SQRT2;
  const fraction = (aboveRootTwo ? 0.5 * significand : significand) - 1;
  const exponent = octave + (aboveRootTwo ? 1 : 0) - (subnormal ? 54 : 0);
  const s = fraction / (2 + fraction);
  const square = s * s;
  const remainder = square * evaluatePolynomial(SERIES, square);
  const halfSquare = 0.5 * fraction * fraction;
  const correction = s * (halfSquare + remainder) + exponent * LN2_LOW;
  return exponent * LN2_HIGH - (halfSquare - correction - fraction);
}

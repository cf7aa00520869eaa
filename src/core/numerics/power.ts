/** Powers of doubles, closer to the exact value than `Math.pow`. */

import { binaryExponent, powerOfTwo } from "./binary-scale.js";
import { evaluatePolynomial } from "./polynomial.js";

const TWO_TO_54 = 18014398509481984;
const ROOT_THREE_HALVES = 1.224744871391589;
const ROOT_THREE = 1.7320508075688772;

// log2(1.5): its leading bits, and the rest.
const LOG2_THREE_HALVES_HIGH = 0.5849624872207642;
const LOG2_THREE_HALVES_LOW = 1.350039202129749e-8;

// 2 / (3 ln 2): as a double, as a float32, and what the float32 lacks.
const LOG2_SCALE = 0.9617966939259756;
const LOG2_SCALE_HIGH = 0.9617967009544373;
const LOG2_SCALE_LOW = -7.028461650952758e-9;

// ln 2 as a float32, and what that lacks.
const LN2_HIGH = 0.6931471824645996;
const LN2_LOW = -1.904654299957768e-9;

// ((3/2)·log((1 + s) / (1 − s)) − 3s − s³) / s⁵ in powers of s².
const LOGARITHM_SERIES = [
  0.20697501780033842, 0.23066074577556175, 0.272728123808534, 0.33333332981837743,
  0.4285714285785502, 0.5999999999999946,
];

// (r·(exp(r) + 1) / (exp(r) − 1) − 2) / r² in powers of r².
const EXPONENTIAL_SERIES = [
  4.1381367970572385e-8, -1.6533902205465252e-6, 6.613756321437934e-5, -0.0027777777777015593,
  0.16666666666666602,
];

/** 2 to the power `high + low`, where `high` carries at most 48 bits and `low` is far smaller. */
function exponentialBase2(high: number, low: number): number {
  const sum = high + low;
  if (sum >= 1025) {
    return Number.POSITIVE_INFINITY;
  }
  if (sum <= -1080) {
    return 0;
  }
  const whole = Math.floor(sum + 0.5);
  const fraction = high - whole;
  const fractionHigh = Math.fround(fraction + low);
  const leading = fractionHigh * LN2_HIGH;
  const trailing = (low - (fractionHigh - fraction)) * Math.LN2 + fractionHigh * LN2_LOW;
  const r = leading + trailing;
  const rest = trailing - (r - leading);
  const square = r * r;
  const reduced = r - square * evaluatePolynomial(EXPONENTIAL_SERIES, square);
  const result = 1 - ((r * reduced) / (reduced - 2) - (rest + r * rest) - r);
  // Two factors, so that the last product alone rounds, overflows or becomes subnormal.
  if (whole > 1023) {
    return result * powerOfTwo(1023) * powerOfTwo(whole - 1023);
  }
  if (whole < -1021) {
    return result * powerOfTwo(whole + 64) * powerOfTwo(-64);
  }
  return result * powerOfTwo(whole);
}

/** `base` to the power `exponent`, for a finite base above 0 and an exponent within ±2⁶⁵. */
function positivePower(base: number, exponent: number): number {
  const subnormal = base < 2.2250738585072014e-308;
  const scaled = subnormal ? base * TWO_TO_54 : base;
  const octave = binaryExponent(scaled);
  const inOctave = scaled * powerOfTwo(-octave);
  // The significand is taken relative to 1, to 1.5 or, one octave up, to 1 again.
  const nearThreeHalves = inOctave >= ROOT_THREE_HALVES && inOctave < ROOT_THREE;
  const octaveUp = inOctave >= ROOT_THREE;
  const significand = octaveUp ? 0.5 * inOctave : inOctave;
  const whole = octave + (octaveUp ? 1 : 0) - (subnormal ? 54 : 0);
  const center = nearThreeHalves ? 1.5 : 1;

  // s = (significand − center) / (significand + center) as sHigh + sLow, sHigh having 24 bits.
  const numerator = significand - center;
  const denominator = significand + center;
  const reciprocal = 1 / denominator;
  const s = numerator * reciprocal;
  const sHigh = Math.fround(s);
  const denominatorHigh = Math.fround(denominator);
  const denominatorLow = significand - (denominatorHigh - center);
  const sLow = reciprocal * (numerator - sHigh * denominatorHigh - sHigh * denominatorLow);

  // The series, 3s + s³ + …, divided by s, as a sum of two parts; then times s.
  const sSquare = s * s;
  const sHighSquare = sHigh * sHigh;
  const higherTerms =
    sSquare * sSquare * evaluatePolynomial(LOGARITHM_SERIES, sSquare) + sLow * (sHigh + s);
  const factorHigh = Math.fround(3 + sHighSquare + higherTerms);
  const factorLow = higherTerms - (factorHigh - 3 - sHighSquare);
  const leading = sHigh * factorHigh;
  const trailing = sLow * factorHigh + factorLow * s;
  const seriesHigh = Math.fround(leading + trailing);
  const seriesLow = trailing - (seriesHigh - leading);

  // log2(base) = log2High + log2Low, log2High having 24 bits.
  const centerHigh = nearThreeHalves ? LOG2_THREE_HALVES_HIGH : 0;
  const centerLow = nearThreeHalves ? LOG2_THREE_HALVES_LOW : 0;
  const scaledHigh = LOG2_SCALE_HIGH * seriesHigh;
  const scaledLow = LOG2_SCALE_LOW * seriesHigh + seriesLow * LOG2_SCALE + centerLow;
  const log2High = Math.fround(scaledHigh + scaledLow + centerHigh + whole);
  const log2Low = scaledLow - (log2High - whole - centerHigh - scaledHigh);

  const exponentHigh = Math.fround(exponent);
  const productLow = (exponent - exponentHigh) * log2High + exponent * log2Low;
  return exponentialBase2(exponentHigh * log2High, productLow);
}

/**
 * `base` to the power `exponent`, within 1 unit in the last place.
 *
 * `Math.pow` of some engines is off by several hundred units where the base is near 1 and the
 * exponent large. Special values are those of IEEE 754 and C: anything to the power 0 is 1, 1 to
 * any power is 1 (NaN and ±∞ included, where `Math.pow` gives NaN), −1 to the power ±∞ is 1, and a
 * negative base with an exponent that is not an integer gives NaN.
 *
 * Method and coefficients: e_pow.c of fdlibm, Copyright (C) 2004 by Sun Microsystems, Inc.;
 * permission to use, copy, modify, and distribute that software is freely granted, provided that
 * this notice is preserved.
 *
 * @example
 * power(2, 0.5); // 1.4142135623730951
 * power(-2, 3); // -8
 */
export function power(base: number, exponent: number): number {
  if (exponent === 2) {
    return base * base;
  }
  if (exponent === 1 || base === 1) {
    return base;
  }
  if (exponent === 0) {
    return 1;
  }
  const magnitude = Math.abs(base);
  if (magnitude === 1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) {
    return 1;
  }
  // Beyond 2⁶⁵ every base but ±1 over- or underflows; engines get all these cases exactly right.
  const ordinary =
    magnitude > 0 &&
    magnitude < Number.POSITIVE_INFINITY &&
    magnitude !== 1 &&
    Math.abs(exponent) < 3.6893488147419103e19;
  if (!ordinary) {
    return base ** exponent;
  }
  if (base > 0) {
    return exponent === 0.5 ? Math.sqrt(base) : positivePower(base, exponent);
  }
  if (!Number.isInteger(exponent)) {
    return Number.NaN;
  }
  const value = positivePower(magnitude, exponent);
  return exponent % 2 === 0 ? value : -value;
}

/**
 * The error function and its complement in double precision.
 *
 * Method and coefficients: s_erf.c of fdlibm, Copyright (C) 1993 by Sun Microsystems, Inc.,
 * developed at SunPro; permission to use, copy, modify, and distribute that software is freely
 * granted, provided that this notice is preserved.
 */

import { evaluatePolynomial } from "./polynomial.js";

// (erf(x) − x) / x for |x| < 0.84375, in powers of x².
const SMALL_NUMERATOR = [
  -2.3763016656650163e-5, -0.005770270296489442, -0.02848174957559851, -0.3250421072470015,
  0.12837916709551256,
];
const SMALL_DENOMINATOR = [
  -3.960228278775368e-6, 0.00013249473800432164, 0.005081306281875766, 0.0650222499887673,
  0.39791722395915535, 1,
];

// erf(x) − ERF_NEAR_ONE for 0.84375 ≤ x < 1.25, in powers of x − 1.
const ERF_NEAR_ONE = 0.8450629115104675;
const MIDDLE_NUMERATOR = [
  -0.002166375594868791, 0.035478304325618236, -0.11089469428239668, 0.31834661990116175,
  -0.3722078760357013, 0.41485611868374833, -0.0023621185607526594,
];
const MIDDLE_DENOMINATOR = [
  0.011984499846799107, 0.01363708391202905, 0.12617121980876164, 0.07182865441419627,
  0.540397917702171, 0.10642088040084423, 1,
];

// log(x·erfc(x)) + x² + 0.5625 in powers of 1/x², for 1.25 ≤ x < 1/0.35 and for 1/0.35 ≤ x.
const TAIL_SPLIT = 1 / 0.35;
const NEAR_TAIL_NUMERATOR = [
  -9.814329344169145, -81.2874355063066, -184.60509290671104, -162.39666946257347,
  -62.375332450326006, -10.558626225323291, -0.6938585727071818, -0.009864944034847148,
];
const NEAR_TAIL_DENOMINATOR = [
  -0.0604244152148581, 6.570249770319282, 108.63500554177944, 429.00814002756783, 645.3872717332679,
  434.56587747522923, 137.65775414351904, 19.651271667439257, 1,
];
const FAR_TAIL_NUMERATOR = [
  -483.5191916086514, -1025.0951316110772, -637.5664433683896, -160.63638485582192,
  -17.757954917754752, -0.799283237680523, -0.0098649429247001,
];
const FAR_TAIL_DENOMINATOR = [
  -22.44095244658582, 474.52854120695537, 2553.0504064331644, 3199.8582195085955, 1536.729586084437,
  325.7925129965739, 30.33806074348246, 1,
];

/** (erf(x) − x) / x for |x| < 0.84375. */
function smallRatio(x: number): number {
  const square = x * x;
  return (
    evaluatePolynomial(SMALL_NUMERATOR, square) / evaluatePolynomial(SMALL_DENOMINATOR, square)
  );
}

/** erf(x) − ERF_NEAR_ONE for 0.84375 ≤ x < 1.25. */
function middleDifference(x: number): number {
  const offset = x - 1;
  return (
    evaluatePolynomial(MIDDLE_NUMERATOR, offset) / evaluatePolynomial(MIDDLE_DENOMINATOR, offset)
  );
}

/** erfc(x) for x ≥ 1.25. */
function tail(x: number): number {
  const reciprocalSquare = 1 / (x * x);
  const ratio =
    x < TAIL_SPLIT
      ? evaluatePolynomial(NEAR_TAIL_NUMERATOR, reciprocalSquare) /
        evaluatePolynomial(NEAR_TAIL_DENOMINATOR, reciprocalSquare)
      : evaluatePolynomial(FAR_TAIL_NUMERATOR, reciprocalSquare) /
        evaluatePolynomial(FAR_TAIL_DENOMINATOR, reciprocalSquare);
  // The square of a float32 is exact in a double, so exp(−x²) loses nothing to the rounding of x².
  const rounded = Math.fround(x);
  const leading = Math.exp(-rounded * rounded - 0.5625);
  return (leading * Math.exp((rounded - x) * (rounded + x) + ratio)) / x;
}

/**
 * The error function, 2/√π times the integral of exp(−t²) from 0 to `x`, within 1 unit in the last
 * place.
 *
 * Odd: `erf(-x)` is exactly `-erf(x)`. At ±∞ it is ±1.
 *
 * @example
 * erf(0.5); // 0.5204998778130465
 */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 0.84375) {
    return x + x * smallRatio(x);
  }
  let value: number;
  if (magnitude < 1.25) {
    value = ERF_NEAR_ONE + middleDifference(magnitude);
  } else {
    value = magnitude >= 6 ? 1 : 1 - tail(magnitude);
  }
  return x < 0 ? -value : value;
}

/**
 * The complementary error function, 1 − erf(x), without the cancellation: the relative error stays
 * near one unit in the last place far into the tail, until the result becomes subnormal at about
 * 26.5; it is 0 from about 27.3 on.
 *
 * At +∞ it is 0, at −∞ it is 2.
 *
 * @example
 * erfc(10); // 2.088487583762545e-45
 */
export function erfc(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 0.84375) {
    if (x < 0.25) {
      return 1 - (x + x * smallRatio(x));
    }
    return 0.5 - (x * smallRatio(x) + (x - 0.5));
  }
  if (magnitude < 1.25) {
    const difference = middleDifference(magnitude);
    return x > 0 ? 1 - ERF_NEAR_ONE - difference : 1 + (ERF_NEAR_ONE + difference);
  }
  if (x < 0) {
    return x <= -6 ? 2 : 2 - tail(magnitude);
  }
  return x >= 28 ? 0 : tail(x);
}

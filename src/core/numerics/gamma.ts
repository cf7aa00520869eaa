/** The logarithm of the gamma function and its first derivative. */

import { evaluatePolynomial } from "./polynomial.js";

// (−1)ⁿ(ζ(n) − 1)/n for n from 27 down to 2, then 1 − γ: log Γ(2 + t) / t in powers of t.
// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.33.
const SERIES_AT_TWO = [
  -2.7595228851242334e-10, 5.731367241678862e-10, -1.1921401405860912e-9, 2.4836745438024785e-9,
  -5.183475041970047e-9, 1.0838659214896955e-8, -2.2711094608943164e-8, 4.7698101693639804e-8,
  -1.0043224823968099e-7, 2.1207184805554665e-7, -4.492469198764566e-7, 9.55141213040742e-7,
  -2.039215753801366e-6, 4.374866789907488e-6, -9.439488275268397e-6, 2.050721277567069e-5,
  -4.492623673813314e-5, 9.945751278180853e-5, -0.00022315475845357939, 0.0005096695247430425,
  -0.001192753911703261, 0.0028905103307415234, -0.007385551028673986, 0.020580808427784546,
  -0.0673523010531981, 0.3224670334241132, 0.42278433509846713,
];

// B₂ₖ / (2k(2k − 1)) for k from 8 down to 1: Stirling's series (6.1.40 there), in powers of 1/x².
const STIRLING_SERIES = [
  -0.029550653594771242, 0.00641025641025641, -0.0019175269175269176, 0.0008417508417508417,
  -0.0005952380952380953, 0.0007936507936507937, -0.002777777777777778, 0.08333333333333333,
];

// (log(2π) − 1) / 2.
const STIRLING_CONSTANT = 0.4189385332046727;

// B₂ₖ / 2k for k from 8 down to 1: the asymptotic series of digamma (6.3.18 there).
const DIGAMMA_SERIES = [
  -0.4432598039215686, 0.08333333333333333, -0.021092796092796094, 0.007575757575757576,
  -0.004166666666666667, 0.003968253968253968, -0.008333333333333333, 0.08333333333333333,
];

// The positive zero of digamma as the sum of two doubles, and the Taylor coefficients there,
// (−1)ⁿ⁺¹ζ(n + 1, zero) for n from 15 down to 1.
const DIGAMMA_ZERO = 1.4616321449683622;
const DIGAMMA_ZERO_REST = 9.549995429965697e-17;
const DIGAMMA_SERIES_AT_ZERO = [
  0.002305126326734928, -0.003369801655439328, 0.004926781395729853, -0.007204534386356869,
  0.010538791616612175, -0.01542476590494896, 0.022597648232218104, -0.03316112647484736,
  0.04880428816414311, -0.07219956125645471, 0.10782405069126237, -0.16394270544240652,
  0.258499760955651, -0.4427631689835921, 0.9676722454476212,
];

/** log Γ(2 + t) for |t| ≤ 0.5. */
function logGammaNearTwo(t: number): number {
  return t * evaluatePolynomial(SERIES_AT_TWO, t);
}

/** log |Γ(x)| for x ≥ 0.5. */
function logGammaRight(x: number): number {
  if (x < 1.5) {
    const t = x - 1;
    return logGammaNearTwo(t) - Math.log1p(t);
  }
  if (x < 8) {
    let argument = x;
    let product = 1;
    while (argument > 2.5) {
      argument -= 1;
      product *= argument;
    }
    return Math.log(product) + logGammaNearTwo(argument - 2);
  }
  const reciprocal = 1 / x;
  const series = reciprocal * evaluatePolynomial(STIRLING_SERIES, reciprocal * reciprocal);
  // (x − ½)·log(x) would overflow before the result does.
  return (x - 0.5) * (Math.log(x) - 1) + (STIRLING_CONSTANT + series);
}

/**
 * log |Γ(x)| for any real `x`.
 *
 * The relative error is below 1e-14 for positive `x`, near the zeros at 1 and 2 too; near the zeros
 * between the negative integers the error is 1e-14 relative to the terms that cancel there. At 0,
 * at the negative integers and at ±∞ the value is +∞, as in TensorFlow.
 *
 * Sources: Taylor series at 2, Stirling's series, and the reflection formula, Abramowitz and Stegun
 * 6.1.33, 6.1.40 and 6.1.17.
 *
 * @example
 * lgamma(5); // log 24 = 3.178053830347946
 */
export function lgamma(x: number): number {
  if (x >= 0.5) {
    return x === Number.POSITIVE_INFINITY ? x : logGammaRight(x);
  }
  if (x > -0.5) {
    return logGammaNearTwo(x) - Math.log1p(x) - Math.log(Math.abs(x));
  }
  if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) {
    return Number.POSITIVE_INFINITY;
  }
  // |Γ(x)Γ(−x)| = π / |x sin(πx)|; the sine's argument is reduced exactly.
  const sine = Math.sin(Math.PI * (x - Math.round(x)));
  return Math.log(Math.PI / Math.abs(x * sine)) - logGammaRight(-x);
}

/**
 * The digamma function, the derivative of log Γ.
 *
 * The relative error is below 2e-14 for positive `x`, near the zero at 1.4616… too; for negative
 * `x` it is 1e-13, absolute near the zeros. At 0 and the negative integers the two one-sided limits
 * have different signs; the value is NaN, as in TensorFlow. At +∞ it is +∞, at −∞ NaN.
 *
 * Sources: recurrence, asymptotic series and reflection formula, Abramowitz and Stegun 6.3.5,
 * 6.3.18, 6.3.7.
 *
 * @example
 * digamma(1); // −γ = −0.5772156649015329
 */
export function digamma(x: number): number {
  if (x <= 0) {
    const fraction = x - Math.round(x);
    if (fraction === 0) {
      return Number.NaN;
    }
    if (x > -0.5) {
      return digamma(x + 1) - 1 / x;
    }
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * fraction);
  }
  const offset = x - DIGAMMA_ZERO;
  if (Math.abs(offset) < 0.1) {
    const distance = offset - DIGAMMA_ZERO_REST;
    return distance * evaluatePolynomial(DIGAMMA_SERIES_AT_ZERO, distance);
  }
  let argument = x;
  let sum = 0;
  while (argument < 10) {
    sum += 1 / argument;
    argument += 1;
  }
  const reciprocal = 1 / argument;
  const square = reciprocal * reciprocal;
  const series = square * evaluatePolynomial(DIGAMMA_SERIES, square);
  return Math.log(argument) - (0.5 * reciprocal + series) - sum;
}

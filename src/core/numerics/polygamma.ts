/** Higher derivatives of log Γ, and the Hurwitz zeta function that they are made of. */

import { digamma, lgamma } from "./gamma.js";
import { power } from "./power.js";

// B₂ₖ / (2k)! for k from 1: the coefficients of the Euler–Maclaurin formula.
const EULER_MACLAURIN = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
  8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
];

/**
 * x^(s − 1)·ζ(s, x) for s > 1 and 0 < x < ∞, a number of moderate size even where ζ over- or
 * underflows.
 *
 * Source: the Euler–Maclaurin formula, NIST Digital Library of Mathematical Functions 25.11.28.
 */
function scaledZeta(s: number, x: number): number {
  let sum = 0;
  let argument = x;
  let ratio = 1;
  // The formula needs an argument well above s; for large s the sum converges before that.
  while (argument < Math.max(9, 2 * s)) {
    sum += ratio / argument;
    argument += 1;
    ratio = power(x / argument, s - 1);
    if (ratio < 1e-18) {
      return sum;
    }
  }
  const reciprocal = 1 / argument;
  const square = reciprocal * reciprocal;
  let tail = 1 / (s - 1) + 0.5 * reciprocal;
  let factor = s * square;
  let order = s + 1;
  for (const coefficient of EULER_MACLAURIN) {
    const term = coefficient * factor;
    tail += term;
    if (Math.abs(term) < 1e-17 * tail) {
      break;
    }
    factor *= order * (order + 1) * square;
    order += 2;
  }
  return sum + ratio * tail;
}

/**
 * Continues a multiple of ζ(s, x), s ≥ 2 an integer, from positive `x` to negative `x` between two
 * integers.
 *
 * Over all integers k, the sum of (x + k)^−s has period 1 and parity (−1)^s, and is ζ(s, x) +
 * (−1)^s·ζ(s, 1 − x).
 */
function continueToNegative(
  s: number,
  x: number,
  positive: (s: number, x: number) => number,
): number {
  const parity = s % 2 === 0 ? 1 : -1;
  const fraction = x - Math.round(x);
  const distance = Math.abs(fraction);
  if (distance === 0.5 && parity < 0) {
    return positive(s, 1 - x);
  }
  const sign = fraction < 0 ? parity : 1;
  const nearest = positive(s, distance);
  if (nearest === Number.POSITIVE_INFINITY) {
    return sign * nearest;
  }
  const periodic = sign * (nearest + parity * positive(s, 1 - distance));
  return periodic - parity * positive(s, 1 - x);
}

/** ζ(s, x) for s > 1 and x > 0. */
function positiveZeta(s: number, x: number): number {
  return x === Number.POSITIVE_INFINITY ? 0 : scaledZeta(s, x) * power(x, 1 - s);
}

/** (s − 1)!·ζ(s, x) for an integer s ≥ 2 and x > 0. */
function positiveFactorialZeta(s: number, x: number): number {
  if (x === Number.POSITIVE_INFINITY) {
    return 0;
  }
  const order = s - 1;
  if (order > 170) {
    return Math.exp(lgamma(s) - order * Math.log(x)) * scaledZeta(s, x);
  }
  let factorial = 1;
  for (let factor = 2; factor <= order; factor += 1) {
    factorial *= factor;
  }
  // Divided in two steps, because x^order alone may over- or underflow.
  const half = Math.floor(order / 2);
  return (factorial / power(x, half) / power(x, order - half)) * scaledZeta(s, x);
}

/**
 * The Hurwitz zeta function, the sum of (q + k)^−s over k = 0, 1, 2, …, with a relative error below
 * 1e-13.
 *
 * Negative `q` are possible for integer `s`. As in TensorFlow, the value is +∞ where
 * s = 1 and NaN where s < 1; at q = 0 and negative integers it is +∞ for even s and NaN for others;
 * at other negative q it is NaN when s is no integer.
 *
 * Source: NIST Digital Library of Mathematical Functions 25.11.1 and 25.11.28.
 *
 * @example
 * hurwitzZeta(2, 1); // π²/6 = 1.6449340668482264
 */
export function hurwitzZeta(s: number, q: number): number {
  if (s === 1) {
    return Number.isNaN(q) ? q : Number.POSITIVE_INFINITY;
  }
  if (!(s > 1) || Number.isNaN(q) || q === Number.NEGATIVE_INFINITY) {
    return Number.NaN;
  }
  if (q > 0) {
    return positiveZeta(s, q);
  }
  if (Number.isInteger(q)) {
    return s % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  }
  return Number.isInteger(s) ? continueToNegative(s, q, positiveZeta) : Number.NaN;
}

/**
 * The polygamma function of order `n`, the n-th derivative of digamma: `polygamma(0, x)` is
 * `digamma(x)`, and `polygamma(n + 1, x)` is the derivative of `polygamma(n, x)`.
 *
 * The relative error is below 1e-13 for orders to 170, and beyond grows in proportion to n·log n;
 * near the zeros that even orders have between negative integers it is relative to the terms that
 * cancel there. At 0 and the negative integers the value is +∞ for odd n, and NaN for even n, where
 * the one-sided limits differ, as in TensorFlow. At +∞ it is 0, at −∞ NaN. An order that is not an
 * integer from 0 gives NaN.
 *
 * Source: Abramowitz and Stegun 6.4.10, ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹·n!·ζ(n + 1, x).
 *
 * @example
 * polygamma(1, 1); // π²/6 = 1.6449340668482264
 */
export function polygamma(n: number, x: number): number {
  if (!(Number.isInteger(n) && n >= 0) || Number.isNaN(x) || x === Number.NEGATIVE_INFINITY) {
    return Number.NaN;
  }
  if (n === 0) {
    return digamma(x);
  }
  const even = n % 2 === 0;
  if (x <= 0 && Number.isInteger(x)) {
    return even ? Number.NaN : Number.POSITIVE_INFINITY;
  }
  const value =
    x > 0 ? positiveFactorialZeta(n + 1, x) : continueToNegative(n + 1, x, positiveFactorialZeta);
  return even ? -value : value;
}

/** The standard normal distribution's quantile function, with the same bits in every engine. */

import { evaluatePolynomial } from "./polynomial.js";
import { portableLog } from "./portable-logarithm.js";

// For |p − 0.5| ≤ 0.425, in powers of 0.425² − (p − 0.5)².
const CENTRAL_NUMERATOR = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const CENTRAL_DENOMINATOR = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];

// With r = √(−log(smaller tail)): for r ≤ 5 in powers of r − 1.6, beyond in powers of r − 5.
const NEAR_TAIL_NUMERATOR = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const NEAR_TAIL_DENOMINATOR = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
];
const FAR_TAIL_NUMERATOR = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_TAIL_DENOMINATOR = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];

/**
 * The number below which a standard normal variate lies with probability `p`: the inverse of the
 * normal distribution function, with a relative error near 1e-15.
 *
 * Only `+ − * /`, the square root and `portableLog` take part, so the result has the same bits
 * everywhere. At 0 it is −∞, at 1 +∞; outside [0, 1] it is NaN. `normalQuantile(1 - p)` is exactly
 * `-normalQuantile(p)` wherever `1 - p` is exact.
 *
 * Source: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988), 477–484.
 *
 * @example
 * normalQuantile(0.975); // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  const offset = p - 0.5;
  if (Math.abs(offset) <= 0.425) {
    const r = 0.180625 - offset * offset;
    return (
      (offset * evaluatePolynomial(CENTRAL_NUMERATOR, r)) /
      evaluatePolynomial(CENTRAL_DENOMINATOR, r)
    );
  }
  if (p === 0) {
    return Number.NEGATIVE_INFINITY;
  }
  if (p === 1) {
    return Number.POSITIVE_INFINITY;
  }
  const root = Math.sqrt(-portableLog(offset < 0 ? p : 1 - p));
  const magnitude =
    root <= 5
      ? evaluatePolynomial(NEAR_TAIL_NUMERATOR, root - 1.6) /
        evaluatePolynomial(NEAR_TAIL_DENOMINATOR, root - 1.6)
      : evaluatePolynomial(FAR_TAIL_NUMERATOR, root - 5) /
        evaluatePolynomial(FAR_TAIL_DENOMINATOR, root - 5);
  return offset < 0 ? -magnitude : magnitude;
}

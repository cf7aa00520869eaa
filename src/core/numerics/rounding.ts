/** Rounding and remainders as TensorFlow does them, where the operators of JavaScript differ. */

const TWO_TO_52 = 4503599627370496;

/**
 * The nearest integer, halves going to the even neighbour, as in `tf.round`; `Math.round` sends
 * them upwards. The sign of zero is kept.
 *
 * @example
 * roundHalfToEven(2.5); // 2
 * roundHalfToEven(-0.3); // -0
 */
export function roundHalfToEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude > 0 && magnitude < TWO_TO_52)) {
    return x;
  }
  // From 2⁵² to 2⁵³ doubles are the integers, so the addition itself rounds, and halves to even.
  const rounded = magnitude + TWO_TO_52 - TWO_TO_52;
  return x < 0 ? -rounded : rounded;
}

/**
 * The remainder of a division that rounds towards −∞, so that it has the sign of `divisor`, as in
 * `tf.math.floormod`; the operator `%` gives the sign of the dividend.
 *
 * Division by 0, or of ±∞, gives NaN. A finite dividend and an infinite divisor of the other sign
 * give the divisor. A remainder of zero has the sign of the dividend.
 *
 * @example
 * floorModulo(-5, 3); // 1
 * floorModulo(5, -3); // -1
 */
export function floorModulo(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  return remainder !== 0 && remainder < 0 !== divisor < 0 ? remainder + divisor : remainder;
}

/**
 * The 32-bit signed integer nearest to `x` on the way to zero: fractions are cut off, values out of
 * range become the nearest bound, and NaN becomes 0.
 *
 * @example
 * saturatingInt32(-2.9); // -2
 * saturatingInt32(1e10); // 2147483647
 */
export function saturatingInt32(x: number): number {
  if (x >= 2147483647) {
    return 2147483647;
  }
  return x <= -2147483648 ? -2147483648 : x | 0;
}

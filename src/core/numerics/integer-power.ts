/** Powers of 32-bit integers. */

/**
 * `base` to the power `exponent` in 32-bit signed arithmetic, which wraps around on overflow, as
 * integer `tf.pow` does. Anything to the power 0 is 1.
 *
 * Method: repeated squaring.
 *
 * @throws RangeError when the exponent is negative, as the result is in general no integer.
 *
 * @example
 * integerPower(-3, 3); // -27
 * integerPower(2, 31); // -2147483648
 */
export function integerPower(base: number, exponent: number): number {
  if (exponent < 0) {
    throw new RangeError(
      `An integer cannot be raised to a negative integer power: ${base} to the power ${exponent}.`,
    );
  }
  let result = 1;
  let square = base;
  for (let remaining = exponent; remaining > 0; remaining >>>= 1) {
    if (remaining & 1) {
      result = Math.imul(result, square);
    }
    square = Math.imul(square, square);
  }
  return result;
}

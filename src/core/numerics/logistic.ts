/** The logistic function and its integral, in forms that neither overflow nor cancel. */

/**
 * The logistic function 1 / (1 + exp(−x)), accurate in both tails: exp(x) to the left down to
 * subnormal numbers, 1 to the right.
 *
 * @example
 * sigmoid(-800); // 0
 * sigmoid(-700); // 9.859676543759793e-305
 */
export function sigmoid(x: number): number {
  if (x >= 0) {
    return 1 / (1 + Math.exp(-x));
  }
  const exponential = Math.exp(x);
  return exponential / (1 + exponential);
}

/**
 * log(1 + exp(x)), which tends to exp(x) on the left and to `x` on the right.
 *
 * The identity max(x, 0) + log(1 + exp(−|x|)) keeps the exponential from overflowing.
 *
 * @example
 * softplus(1000); // 1000
 * softplus(-40); // 4.248354255291589e-18
 */
export function softplus(x: number): number {
  const smaller = Math.log1p(Math.exp(-Math.abs(x)));
  return x > 0 ? x + smaller : smaller;
}

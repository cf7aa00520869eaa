/** Derivatives from function values alone: central differences extrapolated to step 0. */

/** A derivative, how far off it may be, and the sum of the magnitudes that cancelled in it. */
export interface NumericDerivative {
  readonly value: number;
  readonly error: number;
  readonly magnitude: number;
}

/** A central difference quotient at some step, and the sum of the magnitudes of its terms. */
export interface Quotient {
  readonly value: number;
  readonly magnitude: number;
}

const FIRST_STEP = 0.03;
const HALVINGS = 9;
/** No estimate gets better than this. */
const GOOD_ENOUGH = 1e-13;

/**
 * The limit of a central difference quotient at step 0, by Richardson extrapolation over halved steps (Ridders, Advances in
 * Engineering Software 4, 1982). Steps that leave the domain, where the quotient is not finite, are left out.
 */
export function extrapolate(quotient: (step: number) => Quotient): NumericDerivative {
  let best: NumericDerivative = { value: NaN, error: Infinity, magnitude: 0 };
  let previous: number[] = [];
  let step = FIRST_STEP;
  for (let row = 0; row < HALVINGS; row++, step /= 2) {
    const { value, magnitude } = quotient(step);
    if (!Number.isFinite(value)) {
      previous = [];
      continue;
    }
    const current = [value];
    for (let column = 1; column <= previous.length; column++) {
      const weight = 4 ** column;
      const left = current[column - 1]!;
      const extrapolated = (weight * left - previous[column - 1]!) / (weight - 1);
      const error = Math.max(
        Math.abs(extrapolated - left),
        Math.abs(extrapolated - previous[column - 1]!),
      );
      if (error <= best.error) best = { value: extrapolated, error, magnitude };
      current.push(extrapolated);
    }
    if (best.error <= GOOD_ENOUGH * magnitude) break;
    previous = current;
  }
  return best;
}

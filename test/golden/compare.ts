/** How far numbers are from stored ones, with NaN equal to NaN and infinities to themselves. */

/**
 * Says which element is furthest from its expected number; undefined when none exceeds the tolerance.
 *
 * @param compare - "tensor": errors are relative to the largest finite element, at least 1, since sums cancel;
 *   "element": each error is relative to its own element.
 */
export function describeMismatch(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  compare: "tensor" | "element",
): string | undefined {
  if (actual.length !== expected.length) {
    return `${actual.length} elements instead of ${expected.length}`;
  }
  const numbers = Array.from(expected);
  const floor =
    compare === "element" ? 0 : Math.max(1, ...numbers.filter(Number.isFinite).map(Math.abs));
  let worst = 0;
  let report: string | undefined;
  numbers.forEach((wanted, position) => {
    const found = Number(actual[position]);
    const error = relativeError(found, wanted, floor);
    if (error > tolerance && error > worst) {
      worst = error;
      report = `element ${position} is ${found} instead of ${wanted}, an error of ${error}`;
    }
  });
  return report;
}

function relativeError(actual: number, expected: number, floor: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  const error = Math.abs(actual - expected) / Math.max(floor, Math.abs(expected));
  return Number.isNaN(error) || !Number.isFinite(expected) ? Infinity : error;
}

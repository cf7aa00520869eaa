/** Whether an answer is the expected one: the same structure, and numbers that agree to a relative tolerance. */

/** How far numbers may be apart, as a share of their own size or else of the largest of the answer, which can be rounding alone. */
export interface Tolerance {
  readonly own: number;
  readonly largest: number;
}

const ROUNDING = 1e-13;

/** For answers that were computed in float32. */
export const FLOAT32: Tolerance = { own: 1e-3, largest: 1e-5 };

/** Where they differ, as text; empty where they agree. A number is the tolerance beside float64. */
export function differences(
  expected: unknown,
  actual: unknown,
  tolerance: number | Tolerance,
): string[] {
  const allowed = typeof tolerance === "number" ? { own: tolerance, largest: ROUNDING } : tolerance;
  const scale = largest(expected);
  const found: string[] = [];
  const visit = (wanted: unknown, given: unknown, path: string): void => {
    if (typeof wanted === "number" && typeof given === "number") {
      const size = Math.max(Math.abs(wanted), Math.abs(given));
      const limit = allowed.own * size + allowed.largest * scale;
      if (!(Math.abs(wanted - given) <= limit)) {
        found.push(`${path}: ${given} where ${wanted} is right`);
      }
    } else if (isObject(wanted) && isObject(given)) {
      const keys = new Set([...Object.keys(wanted), ...Object.keys(given)]);
      for (const key of keys) visit(wanted[key], given[key], `${path}.${key}`);
      if (Array.isArray(wanted) !== Array.isArray(given)) found.push(`${path}: no list`);
    } else if (wanted !== given) {
      found.push(`${path}: ${JSON.stringify(given)} where ${JSON.stringify(wanted)} is right`);
    }
  };
  visit(expected, actual, "output");
  return found;
}

function largest(value: unknown): number {
  if (typeof value === "number") return Math.abs(value);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((most, one) => Math.max(most, largest(one)), 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

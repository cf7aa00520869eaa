/** Whether an answer is the expected one: the same structure, and numbers that agree to a relative tolerance. */

/** What is small beside the largest number of an answer may come from rounding alone. */
const ROUNDING = 1e-13;

/** Where they differ, as text; empty where they agree. */
export function differences(expected: unknown, actual: unknown, tolerance: number): string[] {
  const scale = largest(expected);
  const found: string[] = [];
  const visit = (wanted: unknown, given: unknown, path: string): void => {
    if (typeof wanted === "number" && typeof given === "number") {
      const limit = tolerance * Math.max(Math.abs(wanted), Math.abs(given)) + ROUNDING * scale;
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

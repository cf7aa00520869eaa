/** The check that an options object has no key that the operation does not know. */

import { ArgumentError } from "./errors.js";

/**
 * @throws ArgumentError when `options` is not an object, or has a key outside `known`.
 */
export function checkOptions(options: unknown, known: readonly string[], operation: string): void {
  if (options === undefined) return;
  const expected = known.length > 0 ? known.join(", ") : "none";
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ArgumentError(
      `${operation}: the last argument must be an options object (${expected}), got ${String(options)}`,
    );
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new ArgumentError(`${operation}: unknown option "${key}"; expected ${expected}`);
    }
  }
}

/**
 * @throws ArgumentError when `value` is not one of the allowed names.
 */
export function checkChoice<T extends string>(
  value: unknown,
  allowed: readonly T[],
  operation: string,
  argument: string,
): asserts value is T {
  if (!(allowed as readonly unknown[]).includes(value)) {
    throw new ArgumentError(
      `${operation}: ${argument} must be one of ${allowed.join(", ")}, got ${String(value)}`,
    );
  }
}

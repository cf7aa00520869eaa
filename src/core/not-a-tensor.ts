/** The error for what cannot be turned into a tensor. */

import { ArgumentError } from "./errors.js";
import { TENSOR_BRAND } from "./tensor.js";

/** Whether a value is a tensor or variable of whichever installed copy of the library. */
export function isBranded(value: unknown): boolean {
  return typeof value === "object" && value !== null && TENSOR_BRAND in value;
}

/** What a value is that is no tensor, for messages. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" || typeof value === "function") {
    const name: unknown = value.constructor?.name;
    return typeof name === "string" && name !== "" ? `a ${name}` : typeof value;
  }
  return `${typeof value} ${String(value)}`;
}

/** The error that names the operand and what was given for it. */
export function notATensor(value: unknown, operation: string, operand: string): ArgumentError {
  if (isBranded(value)) {
    return new ArgumentError(
      `${operation}: ${operand} is a tensor of another installed copy of gradtape; ` +
        `make sure that one copy is installed ("npm ls gradtape"), or pass its values on with data()`,
    );
  }
  return new ArgumentError(
    `${operation}: ${operand} must be a tensor, variable, number, boolean, nested array or typed array, ` +
      `got ${describeValue(value)}`,
  );
}

/** Attributes as text, by which operations that do the same are found. */

import { isGraph } from "../core/graph.js";

/** Numbers objects as they come, so that equal ones have equal numbers. */
export class Numbering {
  readonly #numbers = new Map<unknown, number>();

  of(key: unknown): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** Attributes as text; undefined where they hold what has no text, such as functions. */
export function attributeKey(attributes: unknown, numbers: Numbering): string | undefined {
  switch (typeof attributes) {
    case "function":
      return undefined;
    case "string":
      return JSON.stringify(attributes);
    case "object":
      break;
    default:
      return Object.is(attributes, -0) ? "-0" : String(attributes);
  }
  if (attributes === null) return "null";
  if (isGraph(attributes)) return `graph ${numbers.of(attributes)}`;
  const isList = Array.isArray(attributes);
  if (!isList && Object.getPrototypeOf(attributes) !== Object.prototype) {
    return `object ${numbers.of(attributes)}`;
  }
  let text = isList ? "[" : "{";
  for (const [name, value] of Object.entries(attributes)) {
    const key = attributeKey(value, numbers);
    if (key === undefined) return undefined;
    text += isList ? `${key},` : `${name}:${key},`;
  }
  return text + (isList ? "]" : "}");
}

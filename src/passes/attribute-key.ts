/** Attributes as text, by which operations that do the same are found. */

import { isGraph } from "../core/graph.js";
import type { Numbering } from "../core/numbering.js";

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

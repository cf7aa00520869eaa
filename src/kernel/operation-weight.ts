/** How much code operations take. */

/** Operations of one or two instructions. */
const SIMPLE = new Set([
  "add",
  "subtract",
  "multiply",
  "divide",
  "negative",
  "abs",
  "square",
  "maximum",
  "minimum",
  "where",
  "relu",
  "sqrt",
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "logicalAnd",
  "logicalOr",
  "logicalNot",
  "zeroProduct",
]);

/** About how many instructions an elementwise operation takes for one element. */
export function weightOf(name: string): number {
  return SIMPLE.has(name) ? 2 : 25;
}

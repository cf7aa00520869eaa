/** Values as a document shows them, `2.718` or `[[8, 8], [8, 8]]`, and whether a program's values are those. */

import ts from "typescript";

/** A number with as many decimals as are shown, or what else a literal can be. */
export type ShownValue =
  | { readonly value: number; readonly decimals: number }
  | string
  | boolean
  | null
  | readonly ShownValue[];

/**
 * Reads a literal: a number, a string, a boolean, null, NaN, Infinity, or arrays of them.
 *
 * @throws Error when the text is something else.
 */
export function readShown(text: string): ShownValue {
  const file = ts.createSourceFile("shown.ts", `(${text});`, ts.ScriptTarget.ESNext);
  const [statement, ...others] = file.statements;
  if (
    others.length === 0 &&
    statement !== undefined &&
    ts.isExpressionStatement(statement) &&
    ts.isParenthesizedExpression(statement.expression)
  ) {
    return literal(statement.expression.expression, file);
  }
  throw new Error(`"${text}" is no literal`);
}

function literal(node: ts.Expression, file: ts.SourceFile): ShownValue {
  const text = node.getText(file);
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.map((element) => literal(element, file));
  }
  if (ts.isStringLiteral(node)) return node.text;
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  if (/^-?(\d+(\.\d+)?|Infinity)$|^NaN$/.test(text)) {
    return { value: Number(text), decimals: text.split(".")[1]?.length ?? 0 };
  }
  throw new Error(`"${text}" is no literal`);
}

/** Whether the value is what is shown; numbers with decimals are rounded to these, others must be equal. */
export function isShown(actual: unknown, shown: ShownValue): boolean {
  if (shown === null || typeof shown !== "object") return actual === shown;
  if ("decimals" in shown) {
    const { value, decimals } = shown;
    if (typeof actual !== "number") return false;
    return decimals === 0
      ? Object.is(actual, value)
      : Number(actual.toFixed(decimals)) === Number(value.toFixed(decimals));
  }
  if (!Array.isArray(actual) && !(ArrayBuffer.isView(actual) && "length" in actual)) return false;
  const elements = Array.from(actual as ArrayLike<unknown>);
  return (
    elements.length === shown.length &&
    elements.every((element, index) => isShown(element, shown[index]!))
  );
}

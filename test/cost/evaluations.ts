/** Every evaluation of an operation while a program runs, counted and named by what it computes. */

import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator } from "../../src/core/dispatch.js";
import { isGraph } from "../../src/core/graph.js";

/** Operation, operands and attributes: two evaluations with one name compute the same. */
function nameOf(name: string, inputs: readonly { id: number }[], attributes: unknown): string {
  const text = JSON.stringify(attributes, (_, value: unknown) =>
    isGraph(value) || typeof value === "function" ? "…" : value,
  );
  return `${name}(${inputs.map(({ id }) => id).join(", ")}) ${text}`;
}

/** The names of all evaluations that `program` causes, in order. */
export function evaluationsOf(program: () => unknown): string[] {
  const names: string[] = [];
  installEvaluator((op, inputs, attributes) => {
    names.push(nameOf(op.name, inputs, attributes));
    return evaluate(op, inputs, attributes);
  });
  try {
    program();
  } finally {
    installEvaluator(evaluate);
  }
  return names;
}

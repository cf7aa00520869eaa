/** Which operations a program runs. */

import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator } from "../../src/core/dispatch.js";
import type { Op } from "../../src/core/op.js";

/** Every operation that is evaluated while `body` runs. */
export function operationsRunBy(body: () => void): ReadonlySet<Op> {
  const seen = new Set<Op>();
  installEvaluator((op, inputs, attributes) => {
    seen.add(op);
    return evaluate(op, inputs, attributes);
  });
  try {
    body();
  } finally {
    installEvaluator(evaluate);
  }
  return seen;
}

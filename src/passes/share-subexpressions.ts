/** Common subexpressions: what is computed twice from the same operands is computed once. */

import { runOp } from "../core/dispatch.js";
import { isGraph } from "../core/graph.js";
import { hostValues } from "../core/reading.js";
import type { Tensor } from "../core/tensor.js";
import { isAbstract } from "../core/tensor.js";
import { isPure } from "./fold-constants.js";
import { rewritePass } from "./rewrite.js";

/** Constants of so few elements are compared by value. */
const SMALL = 16;

/** Numbers objects as they come, so that equal ones have equal numbers. */
class Numbering {
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
function attributeKey(attributes: unknown, numbers: Numbering): string | undefined {
  let hasText = true;
  const text = JSON.stringify(attributes, (_, value: unknown) => {
    if (typeof value === "function") hasText = false;
    if (isGraph(value)) return `graph ${numbers.of(value)}`;
    return Object.is(value, -0) ? "-0" : value;
  });
  return hasText ? (text ?? "") : undefined;
}

export const shareSubexpressions = /* @__PURE__ */ rewritePass(
  "share subexpressions",
  "Computes once what would be computed twice from the same operands.",
  () => {
    const numbers = new Numbering();
    const known = new Map<string, readonly Tensor[]>();
    const operandKey = (tensor: Tensor): string => {
      if (isAbstract(tensor) || tensor.size > SMALL) return String(numbers.of(tensor));
      const { dtype, shape } = tensor;
      const values = Array.from(hostValues(tensor), (value) =>
        Object.is(value, -0) ? "-0" : String(value),
      );
      return `${dtype}[${shape.join()}](${values.join()})`;
    };
    return ({ op, attributes }, operands) => {
      const text = attributeKey(attributes, numbers);
      if (text === undefined || !isPure(op, attributes)) return undefined;
      const key = `${numbers.of(op)} ${operands.map(operandKey).join(" ")} ${text}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const outputs = runOp(op, operands, attributes);
      known.set(key, outputs);
      return outputs;
    };
  },
);

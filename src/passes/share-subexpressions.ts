/** Common subexpressions: what is computed twice from the same operands is computed once. */

import { Numbering } from "../core/numbering.js";
import { hostValues } from "../core/reading.js";
import type { Tensor } from "../core/tensor.js";
import { isAbstract } from "../core/tensor.js";
import { attributeKey } from "./attribute-key.js";
import { isPure } from "./fold-constants.js";
import { rewritePass } from "./rewrite.js";

/** Constants of so few elements are compared by value. */
const SMALL = 16;

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
    return ({ op, attributes }, operands, { keep }) => {
      const text = attributeKey(attributes, numbers);
      if (text === undefined || !isPure(op, attributes)) return undefined;
      const key = `${numbers.of(op)} ${operands.map(operandKey).join(" ")} ${text}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const outputs = keep();
      known.set(key, outputs);
      return outputs;
    };
  },
);

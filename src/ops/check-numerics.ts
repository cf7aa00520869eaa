/** The check that a tensor holds finite numbers only. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError, NumericsError } from "../core/errors.js";
import { defineOp } from "../core/op.js";
import { hostValues } from "../core/reading.js";
import { formatShape, indexAt } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { checkDomain, operation } from "./declare.js";
import { identity } from "./identity.js";

/** Attributes of `checkNumerics`. */
interface CheckAttributes {
  readonly message: string;
}

const checkNumericsOp = /* @__PURE__ */ defineOp<CheckAttributes>({
  name: "checkNumerics",
  summary: "The operand, all elements of which are finite; an error if one is not.",
  inputs: ["x"],
  outputTypes: ([x]) => {
    checkDomain(x!, "floating", "checkNumerics", "x");
    return [x!.type];
  },
  derivative: { kind: "partials", partials: [() => 1], singular: false },
  lowering: {
    kind: "program",
    run: ([x], { message }) => {
      throwIfNotFinite(x!, message);
      return [identity(x!)];
    },
  },
  samples: [
    { operands: [{ shape: [2, 3], from: -3, to: 3 }], attributes: { message: "a sample" } },
  ],
});

function throwIfNotFinite(tensor: Tensor, message: string): void {
  const values = hostValues(tensor);
  const position = values.findIndex((value) => !Number.isFinite(value));
  if (position < 0) return;
  throw new NumericsError(
    `checkNumerics: ${message}: element ${formatShape(indexAt(position, tensor.shape))} ` +
      `of ${describe(tensor)} is ${values[position]}`,
  );
}

/**
 * A tensor with the values of `x`, all of which are finite; the gradient passes unchanged.
 *
 * @param x float32 or float64 of any shape
 * @param message what the error says first, such as where in the program the check is
 *
 * @throws NumericsError when an element is NaN or infinite; it gives the message and the first such element.
 * @throws DTypeError for int32 and bool; ArgumentError when the message is not a string.
 *
 * @example
 * tf.debugging.checkNumerics(tf.divide([1, 2], [1, 0]), "ratio");
 * // NumericsError: checkNumerics: ratio: element [1] of float32[2] is Infinity
 */
export const checkNumerics = /* @__PURE__ */ operation(
  checkNumericsOp,
  (x: TensorLike, message: string): Tensor => {
    if (typeof message !== "string") {
      throw new ArgumentError(
        `checkNumerics: message must be a string that says what is checked, got ${describe(message)}`,
      );
    }
    return run(checkNumericsOp, [toTensor(x, "checkNumerics", "x")], { message });
  },
);

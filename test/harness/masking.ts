/** `where` keeps what it does not take out of every derivative, however singular that is. */

import { type DType, isFloating } from "../../src/core/dtype.js";
import { scalarTensor } from "../../src/core/literals.js";
import type { SampleOperand } from "../../src/core/op.js";
import { where } from "../../src/ops/select.js";
import {
  type Case,
  elementName,
  floatingOnly,
  floatingPositions,
  gradientCase,
  gradientsOf,
  inputsOf,
  outputWeights,
  tangentCase,
} from "./cases.js";
import { operandTensor, sampleValues, tensorFrom, valuesOf } from "./operands.js";
import { atSpecialPoints } from "./special-points.js";

/** What is mixed into the operands of functions that are not elementwise. */
const POISONS: readonly number[] = [0, Infinity, -Infinity, NaN];

/** The function with none of its elements taken. */
function maskedCase(one: Case): Case {
  return {
    ...one,
    label: `where(false, ${one.label}, 0)`,
    run: (inputs) =>
      floatingOnly(one.run(inputs)).map((output) =>
        where(tensorFrom([0], "bool", []), output, scalarTensor(0, output.dtype)),
      ),
  };
}

/** The gradient of what is masked out is 0, and so are the gradients of that and of its tangents. */
function checkMasked(one: Case, dtype: DType): string[] {
  const first = maskedCase(one);
  return [first, gradientCase(first, dtype), tangentCase(first)].flatMap((masked) => {
    const inputs = inputsOf(masked, dtype);
    const weights = outputWeights(masked, dtype).map((weight) => operandTensor(weight, dtype, ""));
    const gradients = gradientsOf(masked, inputs, weights);
    return floatingPositions(inputs).flatMap((position, index) => {
      const values = valuesOf(gradients[index]!);
      const wrong = values.findIndex((value) => value !== 0);
      if (wrong < 0) return [];
      const point = inputs.slice(0, one.operands.length).map((input) => valuesOf(input)[wrong]);
      return [
        `${masked.label} (${dtype}): the gradient by ${masked.nameOf(position)} is ${values[wrong]} ` +
          `at ${point.join(", ")}, ${elementName(wrong, inputs[position]!.shape)}; is a mark "singular" missing?`,
      ];
    });
  });
}

/**
 * An elementwise function at every combination of special points. A mark `singular` that is missing, on the operation or
 * on one that its rule uses, shows as NaN.
 */
export function checkMaskedGradients(one: Case, dtype: DType): string[] {
  return checkMasked(atSpecialPoints(one, dtype), dtype);
}

/** Any function, with every other element of its floating operands replaced by a special number. */
export function checkMaskedMixtures(one: Case, dtype: DType): string[] {
  return POISONS.flatMap((poison) => {
    const operands = one.operands.map((operand, position): SampleOperand => {
      if (operand.dtype !== undefined && !isFloating(operand.dtype)) return operand;
      const values = sampleValues(operand, `${one.label}, ${position}`);
      return { ...operand, values: values.map((value, at) => (at % 2 === 0 ? poison : value)) };
    });
    return checkMasked({ ...one, operands }, dtype);
  });
}

/** The same results whatever the dtype: float32 and int32 and bool against float64. */

import { type DType, isFloating } from "../../src/core/dtype.js";
import { ArgumentError, DTypeError } from "../../src/core/errors.js";
import type { SampleOperand } from "../../src/core/op.js";
import { type Case, floatingOnly, gradientsOf, inputsOf, outputWeights } from "./cases.js";
import { operandTensor, sampleValues, storable, valuesOf } from "./operands.js";

/** Relative to the largest element, for results of a few dozen float32 roundings. */
const FLOAT32_TOLERANCE = 2e-5;

/** The operands of the case with values that the dtype holds exactly. */
function roundedCase(one: Case, dtype: DType): Case {
  const operands = one.operands.map((operand, position): SampleOperand => {
    if (operand.dtype !== undefined) return operand;
    const values = sampleValues(operand, `${one.label}, ${position}`);
    return { shape: operand.shape, values: values.map((value) => storable(value, dtype)) };
  });
  return { ...one, operands };
}

/** The float32 results and gradients are the float64 ones up to rounding. */
export function checkFloat32(one: Case): string[] {
  const rounded = roundedCase(one, "float32");
  const [single, double] = (["float32", "float64"] as const).map((dtype) => {
    const inputs = inputsOf(rounded, dtype);
    const weights = outputWeights(rounded, dtype).map((weight) => operandTensor(weight, dtype, ""));
    const gradients = gradientsOf(rounded, inputs, weights);
    return [...floatingOnly(rounded.run(inputs)), ...gradients].map(valuesOf);
  });
  return single!.flatMap((values, index) => {
    const wanted = double![index]!;
    const largest = Math.max(1, ...wanted.map(Math.abs).filter(Number.isFinite));
    const wrong = values.findIndex(
      (value, element) =>
        !Object.is(value, wanted[element]) &&
        value !== wanted[element] &&
        !(Math.abs(value - wanted[element]!) <= FLOAT32_TOLERANCE * largest),
    );
    return wrong < 0
      ? []
      : [
          `${one.label}: result or gradient ${index} has ${values[wrong]} in float32 ` +
            `and ${wanted[wrong]} in float64 at position ${wrong}`,
        ];
  });
}

/** Whether the case takes operands of the dtype where it declares none. */
export function takes(one: Case, dtype: DType): boolean {
  if (one.operands.every((operand) => operand.dtype !== undefined)) return isFloating(dtype);
  try {
    one.run(inputsOf(roundedCase(one, dtype), dtype));
    return true;
  } catch (error) {
    if (error instanceof DTypeError || error instanceof ArgumentError) return false;
    throw error;
  }
}

/** Operands of int32 give what the same integers in float64 give, where those results are int32 too. */
export function checkIntegers(one: Case): string[] {
  if (!takes(one, "int32")) return [];
  const rounded = roundedCase(one, "int32");
  const integers = rounded.run(inputsOf(rounded, "int32"));
  const doubles = rounded.run(inputsOf(rounded, "float64"));
  return integers.flatMap((output, index) => {
    const wanted = valuesOf(doubles[index]!);
    const wrong = valuesOf(output).findIndex((value, element) => {
      const exact = wanted[element]!;
      return Number.isInteger(exact) && storable(exact, "int32") === exact && value !== exact;
    });
    return wrong < 0
      ? []
      : [
          `${one.label}: output ${index} of int32 is ${valuesOf(output)[wrong]} instead of ` +
            `${wanted[wrong]} at position ${wrong}`,
        ];
  });
}

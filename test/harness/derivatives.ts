/** Gradients against numeric derivatives: element by element, and along one direction for higher orders. */

import type { DType } from "../../src/core/dtype.js";
import type { Tensor } from "../../src/core/tensor.js";
import { extrapolate, type NumericDerivative, type Quotient } from "../../src/testing/numeric.js";
import {
  type Case,
  elementName,
  floatingOnly,
  floatingPositions,
  gradientCase,
  gradientsOf,
  inputsOf,
  outputWeights,
} from "./cases.js";
import {
  operandTensor,
  randomWeights,
  replaced,
  storable,
  tensorFrom,
  valuesOf,
} from "./operands.js";

/** Relative to the terms that make up a derivative. */
const TOLERANCE = 1e-9;
/** Relative to the function's values, whose rounding no difference quotient escapes. */
const VALUE_TOLERANCE = 1e-11;
/** Where float32 is among operands or outputs, rounding to it dominates. */
const FLOAT32_FACTOR = 1e5;

/** A case with all that is needed to differentiate it numerically. */
export interface Problem {
  readonly one: Case;
  readonly inputs: readonly Tensor[];
  readonly weights: readonly Tensor[];
  /** How far off a derivative may be, from the magnitude of its terms. */
  readonly tolerance: (magnitude: number) => number;
}

/** The problem of a case in float64. */
export function problemOf(one: Case): Problem {
  const dtype: DType = "float64";
  const inputs = inputsOf(one, dtype);
  const weights = outputWeights(one, dtype).map((weight) => operandTensor(weight, dtype, ""));
  const outputs = floatingOnly(one.run(inputs));
  const coarse = [...inputs, ...outputs].some((tensor) => tensor.dtype === "float32");
  const factor = coarse ? FLOAT32_FACTOR : 1;
  const largest = Math.max(1, ...outputs.flatMap(valuesOf).map(Math.abs).filter(Number.isFinite));
  return {
    one,
    inputs,
    weights,
    tolerance: (magnitude) => factor * (TOLERANCE * magnitude + VALUE_TOLERANCE * largest),
  };
}

/** Σ weights · (outputs at one point − outputs at another) / distance. */
function quotientOf(
  { one, weights }: Problem,
  upper: readonly Tensor[],
  lower: readonly Tensor[],
  distance: number,
): Quotient {
  const above = floatingOnly(one.run(upper));
  const below = floatingOnly(one.run(lower));
  let value = 0;
  let magnitude = 0;
  weights.forEach((weight, output) => {
    const high = valuesOf(above[output]!);
    const low = valuesOf(below[output]!);
    valuesOf(weight).forEach((share, element) => {
      const term = high[element] === low[element] ? 0 : share * (high[element]! - low[element]!);
      value += term;
      magnitude += Math.abs(term);
    });
  });
  return { value: value / distance, magnitude: magnitude / distance };
}

/** Numeric derivatives by every element of every floating operand. */
export function numericGradients(problem: Problem): NumericDerivative[][] {
  const { inputs } = problem;
  return floatingPositions(inputs).map((position) => {
    const operand = inputs[position]!;
    const values = valuesOf(operand);
    const moved = (element: number, to: number): Tensor[] =>
      replaced(
        inputs,
        position,
        tensorFrom(replaced(values, element, to), operand.dtype, operand.shape),
      );
    return values.map((value, element) =>
      extrapolate((step) => {
        const size = step * Math.max(1, Math.abs(value));
        const upper = storable(value + size, operand.dtype);
        const lower = storable(value - size, operand.dtype);
        return quotientOf(problem, moved(element, upper), moved(element, lower), upper - lower);
      }),
    );
  });
}

/** What is wrong with gradients, compared with numeric derivatives element by element. */
export function compareGradients(
  problem: Problem,
  gradients: readonly Tensor[],
  numeric: readonly (readonly NumericDerivative[])[],
): string[] {
  const { one, inputs, tolerance } = problem;
  return floatingPositions(inputs).flatMap((position, index) => {
    const { shape } = inputs[position]!;
    const found = valuesOf(gradients[index]!);
    return numeric[index]!.flatMap(({ value, error, magnitude }, element) => {
      const allowed = tolerance(magnitude + Math.abs(value));
      const place = `${one.label}: ${one.nameOf(position)}, ${elementName(element, shape)}`;
      if (!(error <= allowed)) {
        return [`${place}: the numeric derivative does not settle: ${value} ± ${error}`];
      }
      if (Math.abs(found[element]! - value) <= allowed) return [];
      return [`${place}: the gradient is ${found[element]}, numerically ${value}`];
    });
  });
}

/** The first order: the tape's gradient, element by element. */
export function checkFirstOrder(one: Case): string[] {
  const problem = problemOf(one);
  const gradients = gradientsOf(one, problem.inputs, problem.weights);
  return compareGradients(problem, gradients, numericGradients(problem));
}

/** Compares the tape's derivative along one random direction; names elements only if that is off. */
function checkDirection(one: Case): string[] {
  const problem = problemOf(one);
  const { inputs, weights, tolerance } = problem;
  const positions = floatingPositions(inputs);
  const directions = positions.map((position) =>
    randomWeights(inputs[position]!.size, `${one.label}, direction ${position}`),
  );
  const moved = (step: number): Tensor[] => {
    const result = [...inputs];
    positions.forEach((position, index) => {
      const { dtype, shape } = inputs[position]!;
      const values = valuesOf(inputs[position]!);
      const shifted = values.map((value, element) => value + step * directions[index]![element]!);
      result[position] = tensorFrom(shifted, dtype, shape);
    });
    return result;
  };
  const numeric = extrapolate((step) => quotientOf(problem, moved(step), moved(-step), 2 * step));
  const gradients = gradientsOf(one, inputs, weights);
  let analytic = 0;
  let terms = 0;
  gradients.forEach((gradient, index) => {
    valuesOf(gradient).forEach((value, element) => {
      analytic += value * directions[index]![element]!;
      terms += Math.abs(value * directions[index]![element]!);
    });
  });
  const allowed = tolerance(numeric.magnitude + terms);
  if (numeric.error <= allowed && Math.abs(analytic - numeric.value) <= allowed) return [];
  const elements = compareGradients(problem, gradients, numericGradients(problem));
  return elements.length > 0
    ? elements
    : [
        `${one.label}: along a direction the derivative is ${analytic}, numerically ${numeric.value}`,
      ];
}

/** The derivative of the gradient, by the operands and by the cotangents. */
export function checkSecondOrder(one: Case): string[] {
  return checkDirection(gradientCase(one, "float64"));
}

/** The derivative of the derivative of the gradient. */
export function checkThirdOrder(one: Case): string[] {
  return checkDirection(gradientCase(gradientCase(one, "float64"), "float64"));
}

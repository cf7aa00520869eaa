/** Compiled = eager: what a compiled function gives, inside and outside of tapes, is what the function gives. */

import { isFloating } from "../../src/core/dtype.js";
import type { Tensor } from "../../src/core/tensor.js";
import { compile } from "../../src/runtime/compile.js";
import {
  type Case,
  floatingPositions,
  gradientsOf,
  inputsOf,
  outputWeights,
  tangentsOf,
} from "./cases.js";
import { differences } from "./comparing.js";
import { operandTensor, randomWeights, tensorFrom } from "./operands.js";

/** Compiled functions have transcendental functions of their own, whose last digits differ. */
const TOLERANCE = { float32: 1e-5, float64: 1e-13 } as const;

/** The function, its gradient and its tangents, each compiled as a whole; and gradient and tangents of the compiled function. */
export function checkCompiled(one: Case, dtype: "float32" | "float64" = "float64"): string[] {
  const inputs = inputsOf(one, dtype);
  const compare = (what: string, found: readonly Tensor[], wanted: readonly Tensor[]): string[] =>
    differences(
      (index) => `${what} of ${one.label} (${dtype}), result ${index}`,
      found,
      wanted,
      TOLERANCE[dtype],
    );
  const compiled = compile((own: readonly Tensor[]) => one.run(own));
  const values = [
    ...compare("compiled values", compiled(inputs), one.run(inputs)),
    ...compare("compiled values again", compiled(inputs), one.run(inputs)),
  ];
  const weights = outputWeights(one, dtype).map((weight) => operandTensor(weight, dtype, ""));
  if (floatingPositions(inputs).length === 0 || weights.length === 0) return values;
  const directions = inputs
    .filter(({ dtype }) => isFloating(dtype))
    .map(({ size, dtype, shape }, index) =>
      tensorFrom(randomWeights(size, `${one.label}, direction ${index}`), dtype, shape),
    );
  const inside: Case = { ...one, run: compiled };
  const gradients = gradientsOf(one, inputs, weights);
  const tangents = tangentsOf(one, inputs, directions);
  return [
    ...values,
    ...compare(
      "compiled gradient",
      compile((own: readonly Tensor[]) => gradientsOf(one, own, weights))(inputs),
      gradients,
    ),
    ...compare(
      "compiled tangents",
      compile((own: readonly Tensor[]) => tangentsOf(one, own, directions))(inputs),
      tangents,
    ),
    ...compare("gradient of the compiled", gradientsOf(inside, inputs, weights), gradients),
    ...compare("tangents of the compiled", tangentsOf(inside, inputs, directions), tangents),
  ];
}

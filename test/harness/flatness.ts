/** Operations declared without a derivative do not change with their floating operands, almost everywhere. */

import type { SampleOperand } from "../../src/core/op.js";
import { floatingPositions, inputsOf, type OpCase } from "./cases.js";
import { differences } from "./comparing.js";
import { randomNumbers, replaced, sampleValues, tensorFrom, valuesOf } from "./operands.js";

/** Those that are not flat, but cut the path on purpose. */
const CUTS: ReadonlySet<string> = new Set(["stopGradient"]);

/** Far enough from the samples' own points that ties and integers among them are left. */
const OFFSET = 1e-3;
const STEP = 1e-9;

/** Nothing that is declared flat changes when an operand moves a little from a generic point. */
export function checkFlatness(one: OpCase): string[] {
  if (one.op.derivative.kind !== "none" || CUTS.has(one.op.name)) return [];
  const random = randomNumbers(one.label);
  const operands = one.operands.map((operand, position): SampleOperand => {
    if (operand.dtype !== undefined) return operand;
    const values = sampleValues(operand, `${one.label}, ${position}`);
    return { shape: operand.shape, values: values.map((value) => value + OFFSET * random()) };
  });
  const inputs = inputsOf({ ...one, operands }, "float64");
  return floatingPositions(inputs).flatMap((position) => {
    const { dtype, shape } = inputs[position]!;
    const moved = valuesOf(inputs[position]!).map((value) => value + STEP * (random() - 0.5));
    return differences(
      (index) => `${one.label} is declared flat in ${one.nameOf(position)}, but output ${index}`,
      one.run(replaced(inputs, position, tensorFrom(moved, dtype, shape))),
      one.run(inputs),
    );
  });
}

/** Nests of a single position, written where they are computed, as a compiler writes expressions of scalars. */

import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { Nest, NestAccess } from "../../kernel/nest.js";
import { liveInstructions, scalarType } from "../../kernel/scalar-code.js";
import { type Address, behind, getElement, setElement } from "./addresses.js";
import type { ProgramScope } from "./program-scope.js";
import { ScalarEmitter } from "./scalar-emitter.js";

/**
 * Writes a nest without dimensions.
 *
 * @param arrays what the arrays of the nest are in the program
 */
export function nestInPlace(
  scope: ProgramScope,
  { operands, code, results }: Nest,
  arrays: readonly number[],
): void {
  const { body, context } = scope.place;
  const { relaxedSimd = false } = context.options;
  const scalar = new ScalarEmitter(body, context.callees, code, relaxedSimd);
  const live = liveInstructions(
    code,
    results.map(({ value }) => value),
  );
  const addressOf = ({ array, dtype, offset }: NestAccess): Address =>
    behind(scope.array(arrays[array]!), offset * bytesOfDType(dtype));
  scalar.emit(live, (position) => {
    const operand = operands[position]!;
    getElement(body, addressOf(operand), scalarType(operand.dtype));
  });
  // A result may lie where an operand does: everything has been read by now.
  for (const result of results) {
    setElement(body, addressOf(result), scalarType(result.dtype), () => scalar.get(result.value));
  }
}

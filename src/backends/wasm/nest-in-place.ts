/** Nests of a single position, written where they are computed, as a compiler writes expressions of scalars. */

import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { Nest, NestAccess, NestResult } from "../../kernel/nest.js";
import { liveInstructions, scalarType, type Value } from "../../kernel/scalar-code.js";
import { type Address, behind, getElement, setElement } from "./addresses.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import type { ModuleContext } from "./module-context.js";
import { ScalarEmitter } from "./scalar-emitter.js";

/**
 * Writes a nest without dimensions.
 *
 * @param arrayAt where each array of the nest begins; no two of them overlap
 */
export function nestInPlace(
  body: FunctionBuilder,
  { callees, options: { relaxedSimd = false } }: Pick<ModuleContext, "callees" | "options">,
  { operands, code, results }: Nest,
  arrayAt: (array: number) => Address,
): void {
  const scalar = new ScalarEmitter(body, callees, code, relaxedSimd);
  const live = liveInstructions(
    code,
    results.map(({ value }) => value),
  );
  const addressOf = ({ array, dtype, offset }: NestAccess): Address =>
    behind(arrayAt(array), offset * bytesOfDType(dtype));
  const read = new Set(operands.map(({ array }) => array));
  const written = new Set(results.map(({ array }) => array));
  code.forEach(({ op, immediate }, value) => {
    if (op !== "operand" || !live[value]) return;
    const operand = operands[Number(immediate)]!;
    const local = localAt(addressOf(operand));
    if (local === undefined || written.has(operand.array)) return;
    scalar.keepIn(value, local);
    live[value] = false;
  });
  const kept = new Map<Value, NestResult>();
  for (const result of results) {
    const local = localAt(addressOf(result));
    const { op } = code[result.value]!;
    const isComputed = op !== "operand" && op !== "constant";
    if (local === undefined || read.has(result.array) || !isComputed) continue;
    scalar.keepIn(result.value, local);
    kept.set(result.value, result);
  }
  scalar.emit(live, (position) => {
    const operand = operands[position]!;
    getElement(body, addressOf(operand), scalarType(operand.dtype));
  });
  // A result may lie where an operand does: everything has been read by now.
  for (const result of results) {
    if (kept.get(result.value) === result) continue;
    setElement(body, addressOf(result), scalarType(result.dtype), () => scalar.get(result.value));
  }
}

/** The local that an element is in. */
function localAt(address: Address): Local | undefined {
  return address.kind === "elements" ? address.locals[address.first] : undefined;
}

/** The functions of nests as programs call them: alike nests are one function, and no call takes long. */

import type { Nest } from "../../kernel/nest.js";
import type { Callees } from "./callees.js";
import type { ModuleContext, NestFunction } from "./module-context.js";
import { addNest, schedule } from "./nest.js";

/** Positions that one call of a nest goes through: engines replace a function by a faster one between calls only. */
export const POSITIONS_PER_CALL = 8192;

/** Positions of the outermost dimension that one call should take, a multiple of 16. */
export function positionsPerCall({ dims, reduced }: Nest): number {
  const outermost = dims.length > reduced ? dims[0]! : 1;
  const inner = dims.reduce((product, size) => product * size, 1) / outermost;
  return Math.max(16, Math.floor(POSITIONS_PER_CALL / inner / 16) * 16);
}

/** The function of a nest, which is added to the module if there is none like it. */
export function nestFunction(context: ModuleContext, nest: Nest): NestFunction {
  const known = context.nests.get(nest);
  if (known !== undefined) return known;
  const { module, callees, options } = context;
  const scheduled = schedule(nest);
  const callee = context.shared(nestKey(scheduled.nest, callees), () =>
    addNest(module, callees, scheduled, options),
  );
  const made = { nest: scheduled.nest, callee };
  context.nests.set(nest, made);
  return made;
}

/** Equal for nests that are the same function. */
function nestKey({ dims, reduced, operands, results, code }: Nest, callees: Callees): string {
  const accesses = [...operands, ...results].map(
    ({ array, dtype, offset, strides }) => `${array} ${dtype} ${offset} ${strides.join(" ")}`,
  );
  const stored = results.map(({ value, reducer = "" }) => `${value} ${reducer}`);
  const instructions = code.map(({ op, type, inputs, immediate = "", callee }) => {
    const number = callee === undefined ? "" : callees.numberOf(callee);
    const constant = Object.is(immediate, -0) ? "-0" : immediate;
    return `${op} ${type} ${inputs.join(" ")} ${constant} ${number}`;
  });
  return [dims.join(), reduced, operands.length, ...accesses, ...stored, ...instructions].join(";");
}

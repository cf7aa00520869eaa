/** The functions of nests as programs call them: alike nests are one function, and no call takes long. */

import type { Nest } from "../../kernel/nest.js";
import type { Callees } from "./callees.js";
import { MANY } from "./interleaving.js";
import type { ModuleContext, NestFunction } from "./module-context.js";
import { addNest, STEP, schedule } from "./nest.js";

/** Positions that one call of a nest goes through: engines replace a function by a faster one between calls only. */
export const POSITIONS_PER_CALL = 8192;

/** Positions of the outermost dimension that one call should take, a multiple of `STEP`. */
export function positionsPerCall({ dims, reduced }: Nest): number {
  const outermost = dims.length > reduced ? dims[0]! : 1;
  const inner = dims.reduce((product, size) => product * size, 1) / outermost;
  return Math.max(STEP, Math.floor(POSITIONS_PER_CALL / inner / STEP) * STEP);
}

/** The function of a nest, which is added to the module if there is none like it. */
export function nestFunction(context: ModuleContext, nest: Nest): NestFunction {
  let known = context.nests.get(nest);
  if (known === undefined) {
    known = addedNest(context, nest, STEP);
    context.nests.set(nest, known);
  }
  return known;
}

/** The same for calls that go through any number of positions. */
export function nestOfAnyCount(context: ModuleContext, nest: Nest): NestFunction {
  return addedNest(context, nest, 1);
}

function addedNest(context: ModuleContext, nest: Nest, step: number): NestFunction {
  const { module, callees, options } = context;
  const scheduled = schedule(ofUsualSize(nest));
  const key = `in steps of ${step}: ${nestKey(scheduled.nest, callees)}`;
  const callee = context.shared(key, () => addNest(module, callees, scheduled, options, step));
  return { nest: schedule(nest).nest, callee };
}

/** A single loop is the same function for all sizes from some on that leave as many positions behind the last block. */
function ofUsualSize(nest: Nest): Nest {
  const [size] = nest.dims;
  if (nest.dims.length !== 1 || nest.reduced > 0 || size! < MANY) return nest;
  return { ...nest, dims: [MANY + (size! % STEP)] };
}

/** Equal for nests that are the same function. */
function nestKey({ dims, reduced, operands, results, code }: Nest, callees: Callees): string {
  const accesses = [...operands, ...results].map(
    ({ array, dtype, offset, strides }) => `${array} ${dtype} ${offset} ${strides.join(" ")}`,
  );
  const stored = results.map(({ value, reducer = "" }) => `${value} ${reducer}`);
  const instructions = code.map(({ op, type, inputs, immediate = "", callee, fallback }) => {
    const outside = callee ?? fallback;
    const number = outside === undefined ? "" : callees.numberOf(outside);
    const constant = Object.is(immediate, -0) ? "-0" : immediate;
    return `${op} ${type} ${inputs.join(" ")} ${constant} ${number}`;
  });
  return [dims.join(), reduced, operands.length, ...accesses, ...stored, ...instructions].join(";");
}

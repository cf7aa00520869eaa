/** Loop nests as functions of WebAssembly modules. */

import { type Nest, reordered } from "../../kernel/nest.js";
import type { ModuleBuilder } from "./assembler.js";
import type { Callees } from "./callees.js";
import type { EmitOptions } from "./elementwise.js";
import { FunctionBuilder, type FunctionReference } from "./function-builder.js";
import { type LaneDimension, laneDimension } from "./lane-dimension.js";
import { FIRST_ARRAY, NestEmitter } from "./nest-emitter.js";
import type { ValueType } from "./opcodes.js";

/** A nest whose dimensions are in the order in which loops go through them. */
export interface ScheduledNest {
  readonly nest: Nest;
  readonly lanes: LaneDimension;
}

/** Calls go through multiples of so many positions of the outermost dimension, if nothing else is said, except for the last. */
export const STEP = 16;

/** Chooses the order of the loops. */
export function schedule(nest: Nest): ScheduledNest {
  const lanes = laneDimension(nest);
  return { nest: reordered(nest, lanes.order), lanes };
}

/**
 * Adds a nest to a module, as the function (begin: i32, count: i32, address of each array: i32) without result, which goes through
 * `count` positions of the outermost dimension: a multiple of `step`, or what is left to the end. Reduced dimensions are gone through as
 * a whole, so with no other dimensions begin is 0 and count is 1, as it is for a nest without dimensions.
 *
 * A result may lie exactly where an operand with the same strides lies; other overlaps give garbage.
 */
export function addNest(
  module: ModuleBuilder,
  callees: Callees,
  { nest, lanes }: ScheduledNest,
  options: EmitOptions = {},
  step = STEP,
): FunctionReference {
  const arrays = 1 + Math.max(...[...nest.operands, ...nest.results].map(({ array }) => array));
  const body = new FunctionBuilder(new Array<ValueType>(FIRST_ARRAY + arrays).fill("i32"), []);
  new NestEmitter(body, callees, nest, lanes, options, step).emit();
  return module.addFunction(body);
}

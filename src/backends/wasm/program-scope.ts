/** A program in the making, as those see it who write its statements. */

import type { MemoryPlan, StatementPlan } from "../../kernel/memory-plan.js";
import type { Place, Program } from "../../kernel/program.js";
import type { Address } from "./addresses.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import type { ModuleContext } from "./module-context.js";
import type { RegisterArrays } from "./register-arrays.js";

/** Where a program's code goes, and what it counts on. */
export interface ProgramPlace {
  readonly body: FunctionBuilder;
  readonly context: ModuleContext;
  readonly registers: RegisterArrays;
  readonly program: Program;
  readonly plan: MemoryPlan;
  /** Where the memory of the plan begins. */
  readonly base: number;
  /** Where the inputs of a program inside another lie. */
  readonly inputs?: readonly Address[];
  /** Arrays that lie where the program outside wants to have them. */
  readonly forwarded?: ReadonlyMap<number, Address>;
  /** The numbers of the iterations of the loops around, the outermost first. */
  readonly iterations: readonly Local[];
}

/** Where the arrays of a program lie, and how to write another inside it. */
export interface ProgramScope {
  readonly place: ProgramPlace;
  /** Where an array begins. */
  array(array: number): Address;
  /** Where the first element of a place lies. */
  first(place: Place): Address;
  /** What to copy the elements of a place from: small constants need not be read from memory. */
  source(place: Place): Address;
  /** Writes a program inside this one. */
  inner(
    program: Program,
    plan: StatementPlan["programs"][number],
    inputs: readonly Address[],
    options?: { readonly iteration?: Local; readonly forwarded?: ReadonlyMap<number, Address> },
  ): ProgramScope;
  /** The same in another function, for programs inside this one: its arrays lie as the caller of that function sees them. */
  within(body: FunctionBuilder, iterations: readonly Local[]): ProgramScope;
}

/** Whether threads compute a program together, and what connects such a program with them. */

import { byteSize } from "../../kernel/memory-plan.js";
import type { Program } from "../../kernel/program.js";
import { threadLimit } from "../thread-limit.js";
import type { ModuleContext } from "./module-context.js";
import { type ParallelPlan, planParallel } from "./parallel-plan.js";
import { ParallelStatements } from "./parallel-statement.js";
import { withSettledEpilogues } from "./settled-epilogues.js";
import { type TeamMemory, teamMemory } from "./shared-memory.js";
import { PART_FUNCTION } from "./thread-script.js";
import type { PartFunction, ThreadTeam } from "./thread-team.js";

/** Nanoseconds that a byte takes longer to or from memory that is shared. */
const COPYING = 0.05;

/** Nanoseconds that threads have to save. */
const WORTHWHILE = 50_000;

/** A program as threads share it, and the memory for it. */
interface SharedProgram {
  readonly program: Program;
  readonly plan: ParallelPlan;
  readonly memory: TeamMemory;
}

/** What threads share of a program; undefined where one thread is better, or the only one. */
export function threadsFor(lowered: Program): SharedProgram | undefined {
  if (threadLimit() < 2) return undefined;
  const program = withSettledEpilogues(lowered, true);
  const plan = planParallel(program);
  let saved = 0;
  for (const { nanoseconds } of plan.values()) saved += nanoseconds / 2;
  for (const array of program.inputs) saved -= COPYING * byteSize(program.arrays[array]!.type);
  for (const { type } of program.outputs) saved -= COPYING * byteSize(type);
  if (saved < WORTHWHILE) return undefined;
  const memory = teamMemory();
  return memory === undefined ? undefined : { program, plan, memory };
}

/** A program's connection with the threads that share it. */
export class ProgramThreads {
  /** Only until the program is compiled: it holds all of its code. */
  #statements: ParallelStatements | undefined;
  readonly #parts: number[];
  readonly #team: ThreadTeam;
  #compute: readonly PartFunction[] = [];
  #number = 0;

  constructor(plan: ParallelPlan, context: ModuleContext, memory: TeamMemory) {
    const { team } = memory;
    this.#team = team;
    const run = (callee: number): void => {
      team.run(this.#number, callee, this.#parts[callee]!, this.#compute[callee]!);
    };
    this.#statements = new ParallelStatements(plan, context, run, (bytes) => memory.scratch(bytes));
    this.#parts = this.#statements.parts;
  }

  get statements(): ParallelStatements | undefined {
    return this.#statements;
  }

  attach(module: WebAssembly.Module, { exports }: WebAssembly.Instance): void {
    this.#statements = undefined;
    const callees = this.#parts.length;
    this.#compute = this.#parts.map(
      (_, callee) => exports[`${PART_FUNCTION}${callee}`] as PartFunction,
    );
    this.#number = this.#team.pool.add({ module, callees });
  }

  detach(): void {
    this.#team.pool.remove(this.#number);
  }
}

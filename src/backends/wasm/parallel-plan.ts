/** Which statements of a program threads share, and into which parts they are cut: the same for any number of threads. */

import type { Program, Statement } from "../../kernel/program.js";
import { type KernelParts, kernelParts } from "./kernel-parts.js";
import { type NestParts, nestParts } from "./nest-parts.js";

export type StatementParts = NestParts | KernelParts;

/** The statements that are cut into parts; all others are for the calling thread. */
export type ParallelPlan = ReadonlyMap<Statement, StatementParts>;

/** Statements inside loops and conditions are not cut: they are mostly short. */
export function planParallel({ statements }: Program): ParallelPlan {
  const plan = new Map<Statement, StatementParts>();
  for (const statement of statements) {
    const parts = partsOf(statement);
    if (parts !== undefined) plan.set(statement, parts);
  }
  return plan;
}

function partsOf(statement: Statement): StatementParts | undefined {
  if (statement.kind === "nest") return nestParts(statement);
  return statement.kind === "operation" ? kernelParts(statement) : undefined;
}

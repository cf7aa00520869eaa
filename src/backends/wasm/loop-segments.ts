/** How many iterations of a loop one call of a function may take: engines replace a function by a faster one between calls only. */

import type { Program, Statement } from "../../kernel/program.js";

type Loop = Extract<Statement, { kind: "loop" }>;

/** Instructions that one call should take, which an engine's first code for them does in less than a millisecond. */
const INSTRUCTIONS_PER_CALL = 2 ** 18;

/** About what an iteration takes beside its statements, and what the call of a function takes. */
const OVERHEAD = 8;

/** Iterations of a pass that one call should take. */
export function iterationsPerCall(loop: Loop, pass: number): number {
  const instructions = OVERHEAD + instructionsOf(loop.bodies[pass]!);
  return Math.max(1, Math.floor(INSTRUCTIONS_PER_CALL / instructions));
}

/** Whether a pass is a loop of the function at hand, as it takes less than one call should. */
export function isPassInPlace(loop: Loop, pass: number): boolean {
  const { trip } = loop.attributes;
  return trip.kind === "count" && trip.count <= iterationsPerCall(loop, pass);
}

/** About how many instructions the function that a program is part of takes for it. */
function instructionsOf({ statements }: Program): number {
  let instructions = 0;
  for (const statement of statements) instructions += instructionsIn(statement);
  return instructions;
}

function instructionsIn(statement: Statement): number {
  switch (statement.kind) {
    case "nest":
      return statement.nest.dims.length === 0 ? statement.nest.code.length : OVERHEAD;
    case "branch":
      return instructionsOf(statement.whenTrue) + instructionsOf(statement.whenFalse);
    case "loop": {
      const { trip, passes } = statement.attributes;
      let instructions = 0;
      passes.forEach((_, pass) => {
        const isInPlace = trip.kind === "count" && isPassInPlace(statement, pass);
        const iterations = isInPlace ? trip.count : 1;
        instructions += iterations * (OVERHEAD + instructionsOf(statement.bodies[pass]!));
      });
      return instructions;
    }
    default:
      return OVERHEAD;
  }
}

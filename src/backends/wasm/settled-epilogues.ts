/** Which epilogues stay parts of their products: the others are nests of their own again, before memory and threads are planned. */

import { apart } from "../../kernel/epilogue.js";
import type { Program, Statement } from "../../kernel/program.js";
import { goesByRows } from "./epilogue.js";
import { kernelParts } from "./kernel-parts.js";
import { canRepeat, nestParts } from "./nest-parts.js";
import type { Operation } from "./operation.js";

/**
 * The program as it is to be written.
 *
 * @param threads whether threads are to share it, except for what is inside of its loops and conditions
 */
export function withSettledEpilogues(program: Program, threads: boolean): Program {
  return { ...program, statements: program.statements.flatMap((one) => settled(one, threads)) };
}

function settled(statement: Statement, threads: boolean): readonly Statement[] {
  const inside = (inner: Program): Program => withSettledEpilogues(inner, false);
  switch (statement.kind) {
    case "operation":
      return stays(statement, threads) ? [statement] : apart(statement);
    case "branch": {
      const { whenTrue, whenFalse } = statement;
      return [{ ...statement, whenTrue: inside(whenTrue), whenFalse: inside(whenFalse) }];
    }
    case "loop": {
      const { bodies, test } = statement;
      const loop = { ...statement, bodies: bodies.map(inside) };
      return [test === undefined ? loop : { ...loop, test: inside(test) }];
    }
    default:
      return [statement];
  }
}

function stays(operation: Operation, threads: boolean): boolean {
  const { epilogue } = operation;
  if (epilogue === undefined) return true;
  if (!goesByRows(epilogue)) return false;
  if (!threads) return true;
  if (kernelParts(operation) !== undefined) return epilogue.nests.every(canRepeat);
  // What threads could share if it were by itself is worth more to them.
  return !apart(operation).some((one) =>
    one.kind === "nest"
      ? nestParts(one) !== undefined
      : one.kind === "operation" && kernelParts(one) !== undefined,
  );
}

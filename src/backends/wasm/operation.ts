/** Operations with a kernel of their own: which kernel, for which operands, and the memory that it needs. */

import { sizeOf } from "../../core/shape.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { StatementPlan } from "../../kernel/memory-plan.js";
import type { Statement } from "../../kernel/program.js";
import { evaluate } from "../reference/evaluate.js";
import { pushAddress } from "./addresses.js";
import { historyBytes } from "./loop-history.js";
import type { ProgramScope } from "./program-scope.js";

type Operation = Extract<Statement, { kind: "operation" }>;
type AddRows = Extract<Statement, { kind: "addRows" }>;

/** Bytes that a statement needs for itself while it runs. */
export function scratchOf(statement: Statement): number {
  if (statement.kind === "loop") return historyBytes(statement.attributes);
  return 0;
}

/** Writes an operation by its kernel; false if it has none. */
export function nativeOperation(
  _emitter: ProgramScope,
  _operation: Operation,
  _plan: StatementPlan,
): boolean {
  return false;
}

/** Writes the addition of rows at indices. */
export function addRows(
  emitter: ProgramScope,
  { rows, indices, axis, span, result }: AddRows,
): void {
  const { body, context, program } = emitter.place;
  const { shape, dtype } = program.arrays[result]!.type;
  const outer = sizeOf(shape.slice(0, axis));
  const length = sizeOf(shape.slice(axis, axis + span));
  const inner = sizeOf(shape.slice(axis + span));
  const count = indices.type.size;
  const host = (from: number, at: number, to: number): void => {
    const values = context.views.get(dtype);
    const positions = context.views.get("int32");
    const width = bytesOfDType(dtype);
    let source = (from >>> 0) / width;
    for (let block = 0; block < outer; block++) {
      for (let index = 0; index < count; index++) {
        const target =
          (to >>> 0) / width + (block * length + positions[(at >>> 0) / 4 + index]!) * inner;
        for (let element = 0; element < inner; element++)
          values[target + element]! += values[source++]!;
      }
    }
  };
  void evaluate;
  const callee = context.importHost(host, 3, false);
  pushAddress(body, emitter.first(rows));
  pushAddress(body, emitter.first(indices));
  pushAddress(body, emitter.array(result));
  body.call(callee);
}

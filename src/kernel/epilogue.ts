/** Epilogues: nests that follow a product through its rows become part of it, so that they find these in the cache. */

import { isFloating } from "../core/dtype.js";
import { sizeOf } from "../core/shape.js";
import { withPlaces } from "./epilogue-place.js";
import { RowGroup } from "./epilogue-rows.js";
import { arraysRead, arraysWritten, type Program, type Statement } from "./program.js";

type Operation = Extract<Statement, { kind: "operation" }>;

/** A nest this far behind a product is not looked at, nor what is left of the product in the cache by then. */
const REACH = 16;

/** Smaller results are in the cache anyway. */
const FEWEST_ELEMENTS = 1024;

/** The program with nests made part of the products that they follow. */
export function withEpilogues(program: Program): Program {
  const statements = [...program.statements];
  // Where a product has moved away, another statement has come to its place.
  for (let index = 0; index < statements.length; ) {
    if (!takeNext(program, statements, index)) index++;
  }
  return { ...program, statements: withPlaces({ ...program, statements }) };
}

/** The statements that an operation with an epilogue does the work of. */
export function apart({ epilogue, ...operation }: Operation): readonly Statement[] {
  return [operation, ...(epilogue?.nests ?? [])];
}

/** How long the rows are that an operation computes one after the other; undefined for one of another kind, or not worth it. */
function columnsOf(
  { arrays }: Program,
  { node, operands, results }: Operation,
): number | undefined {
  const { lowering } = node.op;
  const isProduct =
    lowering.kind === "matmul" || (lowering.kind === "convolution" && lowering.form === "output");
  if (!isProduct) return undefined;
  const { dtype, shape, size } = arrays[results[0]!]!.type;
  if (!isFloating(dtype) || operands.some(({ type }) => type.size === 0)) return undefined;
  const columns = shape.at(-1)!;
  return size < FEWEST_ELEMENTS || sizeOf(shape) === columns ? undefined : columns;
}

/** Makes one more nest part of the operation at a place, if there is one near it; one of both moves to the other. */
function takeNext(program: Program, statements: Statement[], index: number): boolean {
  const operation = statements[index]!;
  if (operation.kind !== "operation") return false;
  const columns = columnsOf(program, operation);
  if (columns === undefined) return false;
  const taken = operation.epilogue?.nests ?? [];
  const group = new RowGroup(operation, program.arrays[operation.results[0]!]!.type.size, columns);
  for (const nest of taken) group.take(nest);
  const end = Math.min(statements.length, index + 1 + REACH);
  for (let place = index + 1; place < end; place++) {
    const nest = statements[place]!;
    if (nest.kind !== "nest" || !group.canTake(nest)) continue;
    const between = statements.slice(index + 1, place);
    const comesUp = !between.some((other) => dependsOn(other, nest));
    if (!comesUp && between.some((other) => dependsOn(other, operation))) continue;
    const epilogue = { rows: group.rows, nests: [...taken, nest], places: new Map() };
    const both = { ...operation, epilogue };
    const moved = comesUp ? [both, ...between] : [...between, both];
    statements.splice(index, between.length + 2, ...moved);
    return true;
  }
  return false;
}

/** Whether two statements give something else in another order. */
function dependsOn(one: Statement, other: Statement): boolean {
  const conflicts = (writer: Statement, user: Statement): boolean => {
    const used = new Set([...arraysRead(user), ...arraysWritten(user)]);
    return arraysWritten(writer).some((array) => used.has(array));
  };
  return conflicts(one, other) || conflicts(other, one);
}

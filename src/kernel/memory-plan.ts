/** Memory plans: where the arrays of a program lie, so that those that are never needed together may lie in one place. */

import type { TensorType } from "../core/tensor.js";
import { bytesOfDType } from "./elementwise-kernel.js";
import { arraysRead, arraysWritten, type Program, type Statement } from "./program.js";

/** Everything begins at multiples of this, so that vectors lie in one cache line. */
const ALIGNMENT = 64;

/** Where the parts of a program lie, in bytes from the beginning of its memory. */
export interface MemoryPlan {
  readonly bytes: number;
  /** By array; nothing for constants, and for the inputs of programs inside others, which lie elsewhere. */
  readonly arrays: ReadonlyMap<number, number>;
  /** By statement: memory that it needs for itself, and that of the programs inside it. */
  readonly statements: readonly StatementPlan[];
}

export interface StatementPlan {
  readonly scratch: number;
  readonly programs: readonly { readonly plan: MemoryPlan; readonly offset: number }[];
}

export function byteSize({ dtype, size }: TensorType): number {
  return size * bytesOfDType(dtype);
}

/** The programs inside a statement. */
export function programsIn(statement: Statement): readonly Program[] {
  if (statement.kind === "branch") return [statement.whenTrue, statement.whenFalse];
  if (statement.kind !== "loop") return [];
  const { test, bodies } = statement;
  return test === undefined ? bodies : [...bodies, test];
}

/** A plan whose offsets are still to be found. */
interface OpenPlan {
  scratch: number;
  readonly programs: { readonly plan: MemoryPlan; offset: number }[];
}

/** A part of memory that is needed from one statement to another. */
interface Block {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  place(offset: number): void;
}

/**
 * @param scratchOf how many bytes a statement needs for itself
 * @param isInner whether it is part of another program, so that its inputs lie elsewhere
 */
export function planMemory(
  program: Program,
  scratchOf: (statement: Statement) => number,
  isInner = false,
): MemoryPlan {
  const { statements, inputs } = program;
  const arrays = new Map<number, number>();
  const spans = spansOf(program);
  const blocks: Block[] = [];
  for (const [array, [first, last]] of spans) {
    const { type, constant } = program.arrays[array]!;
    if (constant !== undefined || (isInner && inputs.includes(array))) continue;
    const place = (offset: number): void => void arrays.set(array, offset);
    // Inputs stay where they are for the next call.
    const end = inputs.includes(array) ? statements.length : last;
    blocks.push({ bytes: byteSize(type), first, last: end, place });
  }
  const plans = statements.map((statement, index): StatementPlan => {
    const own: OpenPlan = { scratch: 0, programs: [] };
    const scratch = scratchOf(statement);
    if (scratch > 0) {
      const place = (offset: number): void => {
        own.scratch = offset;
      };
      blocks.push({ bytes: scratch, first: index, last: index, place });
    }
    for (const inner of programsIn(statement)) {
      const entry = { plan: planMemory(inner, scratchOf, true), offset: 0 };
      own.programs.push(entry);
      const place = (offset: number): void => {
        entry.offset = offset;
      };
      blocks.push({ bytes: entry.plan.bytes, first: index, last: index, place });
    }
    return own;
  });
  return { bytes: pack(blocks), arrays, statements: plans };
}

/** By array: the first and the last statement that has to do with it. */
function spansOf({
  statements,
  inputs,
  outputs,
}: Program): Map<number, [first: number, last: number]> {
  const spans = new Map<number, [number, number]>();
  const touch = (array: number, index: number): void => {
    const span = spans.get(array);
    if (span === undefined) spans.set(array, [index, index]);
    else span[1] = index;
  };
  for (const array of inputs) touch(array, -1);
  statements.forEach((statement, index) => {
    for (const array of arraysRead(statement)) touch(array, index);
    for (const array of arraysWritten(statement)) touch(array, index);
  });
  for (const { array } of outputs) touch(array, statements.length);
  return spans;
}

/** Gives every block the lowest place that is free for as long as it is needed; the bytes needed in all. */
function pack(blocks: readonly Block[]): number {
  const live: { begin: number; end: number; last: number }[] = [];
  let most = 0;
  for (const { bytes, first, last, place } of [...blocks].sort((a, b) => a.first - b.first)) {
    for (let index = live.length - 1; index >= 0; index--) {
      if (live[index]!.last < first) live.splice(index, 1);
    }
    const size = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    let begin = 0;
    let position = 0;
    for (; position < live.length; position++) {
      if (live[position]!.begin - begin >= size) break;
      begin = Math.max(begin, live[position]!.end);
    }
    live.splice(position, 0, { begin, end: begin + size, last });
    most = Math.max(most, begin + size);
    place(begin);
  }
  return most;
}

/** Work on arrays cut into parts of which each is one call, so that no function with a hot loop is called only once. */

import { advance, repeat } from "./convolution-loops.js";
import type { FunctionBuilder, Local } from "./function-builder.js";

/**
 * About how many elements one call works on: engines replace a WebAssembly function by a faster one between calls only, never in the
 * middle of a loop.
 */
export const ELEMENTS_PER_CALL = 1024;

/** How many rows of so many elements make up a part. */
export function rowsPerCall(elements: number): number {
  return Math.max(1, Math.floor(ELEMENTS_PER_CALL / Math.max(1, elements)));
}

/** Writes code for `total` things in runs of `size` and a last one of what remains. */
export function inRuns(
  body: FunctionBuilder,
  total: number,
  size: number,
  write: (count: number) => void,
): void {
  repeat(body, Math.floor(total / size), () => write(size));
  if (total % size > 0) write(total % size);
}

/** A grid of places that are visited row by row. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** How many elements there are at a place. */
  readonly elements: number;
}

/**
 * Writes code for parts of a grid, which are either parts of one row or several whole rows; `nextRows` follows where rows are
 * complete, with how many of them.
 */
export function inParts(
  body: FunctionBuilder,
  { rows, columns, elements }: Grid,
  part: (rows: number, columns: number) => void,
  nextRows: (rows: number) => void,
): void {
  if (columns === 0) return;
  const places = rowsPerCall(elements);
  if (columns > places) {
    repeat(body, rows, () => {
      inRuns(body, columns, places, (count) => part(1, count));
      nextRows(1);
    });
    return;
  }
  inRuns(body, rows, rowsPerCall(columns * elements), (count) => {
    part(count, columns);
    nextRows(count);
  });
}

/** Adds a number of bytes to the address in a local; addresses count modulo 2³². */
export function moveBy(body: FunctionBuilder, pointer: Local, bytes: number): void {
  advance(body, pointer, bytes | 0);
}

/** Puts an address so many bytes behind the one in a local on the stack. */
export function pushBehind(body: FunctionBuilder, pointer: Local, bytes: number): void {
  body.get(pointer);
  if (bytes !== 0) body.constant("i32", bytes | 0).op("i32.add");
}

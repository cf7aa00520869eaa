/** Rows of a table that indices number, visited one after the other in generated code. */

import type { ModuleBuilder } from "./assembler.js";
import { countDown } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { inParts, moveBy } from "./indexing-parts.js";

/** A table [outer, length, inner], the rows [outer, count, inner] that belong to its places, and indices [count] of these. */
export interface IndexedRows {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly count: number;
  /** Bytes of an element of the table, and of the rows. */
  readonly bytes: { readonly table: number; readonly rows: number };
}

/**
 * Writes what happens between a row of the table, of which a local holds the address, and the row that is `offset` bytes behind
 * the address in another local.
 */
export type RowMove = (body: FunctionBuilder, tableRow: Local, rows: Local, offset: number) => void;

/** Rows of at most so many bytes are done several in a turn of the loop. */
const SHORT_ROW = 16;
const ROWS_PER_TURN = 4;

const TABLE: Local = 0;
const INDICES: Local = 1;
const ROWS: Local = 2;

/**
 * Adds a function (table: i32, indices: i32, rows: i32) -> () that visits rows in row-major order. `prepare` may write code
 * that comes first, even where there are no rows.
 */
export function addRowVisit(
  module: ModuleBuilder,
  rows: IndexedRows,
  move: RowMove,
  prepare?: (body: FunctionBuilder, indices: Local) => void,
): FunctionReference {
  const { outer, length, inner, count, bytes } = rows;
  const body = new FunctionBuilder(["i32", "i32", "i32"], []);
  prepare?.(body, INDICES);
  if (outer * inner * count === 0) return module.addFunction(body);
  const part = addPart(module, rows, move);
  const index = body.local("i32");
  body.get(INDICES).set(index);
  inParts(
    body,
    { rows: outer, columns: count, elements: inner },
    (blocks, indices) => {
      body.get(TABLE).get(index).get(ROWS);
      body.constant("i32", blocks).constant("i32", indices).call(part);
      moveBy(body, index, 4 * indices);
      moveBy(body, ROWS, blocks * indices * inner * bytes.rows);
    },
    (blocks) => {
      moveBy(body, TABLE, blocks * length * inner * bytes.table);
      body.get(INDICES).set(index);
    },
  );
  return module.addFunction(body);
}

/**
 * Adds the function (table: i32, indices: i32, rows: i32, blocks: i32, count: i32) -> () for the same indices in each of so many
 * blocks of the table, at least one index in one block.
 */
function addPart(
  module: ModuleBuilder,
  { length, inner, bytes }: IndexedRows,
  move: RowMove,
): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32"], []);
  const [blocks, count] = [3, 4];
  const index = body.local("i32");
  const left = body.local("i32");
  const tableRow = body.local("i32");
  const rowBytes = inner * bytes.rows;
  const turn = (rows: number): void => {
    for (let row = 0; row < rows; row++) {
      body.get(index).memory("i32.load", 4 * row);
      body.constant("i32", (inner * bytes.table) | 0).op("i32.mul");
      body.get(TABLE).op("i32.add").set(tableRow);
      move(body, tableRow, ROWS, row * rowBytes);
    }
    moveBy(body, index, 4 * rows);
    moveBy(body, ROWS, rows * rowBytes);
  };
  const turns = (rows: number): void => {
    body.get(left);
    body.if(() => countDown(body, left, () => turn(rows)));
  };
  countDown(body, blocks, () => {
    body.get(INDICES).set(index);
    if (rowBytes > SHORT_ROW) {
      body.get(count).set(left);
      turns(1);
    } else {
      body.get(count).constant("i32", ROWS_PER_TURN).op("i32.div_u").set(left);
      turns(ROWS_PER_TURN);
      body.get(count).constant("i32", ROWS_PER_TURN).op("i32.rem_u").set(left);
      turns(1);
    }
    moveBy(body, TABLE, length * inner * bytes.table);
  });
  return module.addFunction(body);
}

/** Slices at indices in generated code: taken out of an array, and replaced in one. */

import type { DType } from "../../core/dtype.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { ModuleBuilder } from "./assembler.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { addIndexCheck, type Fail } from "./indexing-check.js";
import { pushBehind } from "./indexing-parts.js";
import { addRowVisit } from "./indexing-rows.js";

/** Slices along axes that count as one, of an array [outer, length, inner]. */
export interface GatherKernel {
  readonly dtype: DType;
  /** The product of the axes in front of the indexed ones. */
  readonly outer: number;
  /** The product of the indexed axes. */
  readonly length: number;
  /** The product of the axes behind them. */
  readonly inner: number;
  /** How many indices there are. */
  readonly count: number;
}

/** Slices at the front of an array [length, inner]. */
export type ReplaceKernel = Omit<GatherKernel, "outer">;

/**
 * Adds a function (source: i32, indices: i32, result: i32) -> () of the addresses of dense arrays, with
 * result[o, i, n] = source[o, indices[i], n]. All indices are checked first, even where nothing is to be copied.
 */
export function addGather(
  module: ModuleBuilder,
  kernel: GatherKernel,
  fail: Fail,
): FunctionReference {
  const { dtype, length, inner, count } = kernel;
  const width = bytesOfDType(dtype);
  const bytes = { table: width, rows: width };
  const check = addIndexCheck(module, length, count, fail);
  return addRowVisit(
    module,
    { ...kernel, bytes },
    (body, tableRow, rows, offset) => {
      copyRow(body, { pointer: tableRow, offset: 0 }, { pointer: rows, offset }, inner * width);
    },
    (body, indices) => void body.get(indices).call(check),
  );
}

/**
 * Adds a function (operand: i32, indices: i32, rows: i32, result: i32) -> () of the addresses of dense arrays: the operand, with
 * result[indices[i], n] = rows[i, n], where of equal indices the last counts. Indices must be in range. The result may be
 * the operand itself.
 */
export function addReplace(module: ModuleBuilder, kernel: ReplaceKernel): FunctionReference {
  const { dtype, length, inner } = kernel;
  const width = bytesOfDType(dtype);
  const bytes = { table: width, rows: width };
  const visit = addRowVisit(
    module,
    { ...kernel, outer: 1, bytes },
    (body, tableRow, rows, offset) => {
      copyRow(body, { pointer: rows, offset }, { pointer: tableRow, offset: 0 }, inner * width);
    },
  );
  const body = new FunctionBuilder(["i32", "i32", "i32", "i32"], []);
  const [operand, indices, rows, result] = [0, 1, 2, 3] as const;
  body
    .get(result)
    .get(operand)
    .constant("i32", (length * inner * width) | 0)
    .copyMemory();
  body.get(result).get(indices).get(rows).call(visit);
  return module.addFunction(body);
}

interface RowPlace {
  readonly pointer: Local;
  readonly offset: number;
}

/** Longer rows are left to the engine's own copying, which costs a call out of WebAssembly. */
const LONGEST_INLINE_ROW = 256;

const COPIES = [
  { width: 16, load: "v128.load", store: "v128.store" },
  { width: 8, load: "i64.load", store: "i64.store" },
  { width: 4, load: "i32.load", store: "i32.store" },
  { width: 1, load: "i32.load8_u", store: "i32.store8" },
] as const;

/** Copies a row to another that does not overlap it. */
function copyRow(body: FunctionBuilder, from: RowPlace, to: RowPlace, bytes: number): void {
  if (bytes > LONGEST_INLINE_ROW) {
    pushBehind(body, to.pointer, to.offset);
    pushBehind(body, from.pointer, from.offset);
    body.constant("i32", bytes | 0).copyMemory();
    return;
  }
  const { width, load, store } = COPIES.find((copy) => copy.width <= bytes)!;
  for (let begin = 0; begin < bytes; begin += width) {
    // The last copy takes in bytes that are copied already where the row is no multiple of the width.
    const at = Math.min(begin, bytes - width);
    body.get(to.pointer).get(from.pointer);
    body.memory(load, from.offset + at).memory(store, to.offset + at);
  }
}

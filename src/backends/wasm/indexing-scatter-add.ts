/** Rows added at indices in generated code: one piece of an accumulation. */

import type { DType } from "../../core/dtype.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { ModuleBuilder } from "./assembler.js";
import { countDown } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import type { GatherKernel } from "./indexing-gather.js";
import { inRuns, moveBy, rowsPerCall } from "./indexing-parts.js";
import { addRowVisit, type RowMove } from "./indexing-rows.js";
import type { InstructionName } from "./opcodes.js";

/** What a table [outer, length, inner] gets added. */
export interface ScatterAddKernel extends GatherKernel {
  /** Where the result holds the sums of float32 rows in float64, to be rounded once they are complete. */
  readonly sums?: "float64";
}

/**
 * Adds a function (result: i32, indices: i32, rows: i32) -> () of the addresses of dense arrays, with
 * result[o, indices[i], n] += rows[o, i, n] in the order of the rows. Indices must be in range.
 */
export function addScatterAdd(module: ModuleBuilder, kernel: ScatterAddKernel): FunctionReference {
  const { dtype, inner, sums } = kernel;
  const wide = dtype === "float32" && sums === "float64";
  const bytes = { table: bytesOfDType(wide ? "float64" : dtype), rows: bytesOfDType(dtype) };
  const adder = new RowAdder(module, inner, bytes, wide ? WIDE : ADDITIONS[dtype]);
  return addRowVisit(module, { ...kernel, bytes }, adder.move);
}

/** How some neighbouring elements are added. */
interface Addition {
  readonly elements: number;
  readonly loadTable: InstructionName;
  readonly loadRow: InstructionName;
  /** From an element of the table and one of the row to their sum. */
  readonly add: readonly InstructionName[];
  readonly store: InstructionName;
  /** Which lane `store` takes. */
  readonly lane?: number;
}

function vectorAddition(elements: number, add: InstructionName): Addition {
  return {
    elements,
    loadTable: "v128.load",
    loadRow: "v128.load",
    add: [add],
    store: "v128.store",
  };
}

function pairAddition(add: InstructionName): Addition {
  const load = "v128.load64_zero";
  return {
    elements: 2,
    loadTable: load,
    loadRow: load,
    add: [add],
    store: "v128.store64_lane",
    lane: 0,
  };
}

function singleAddition(
  load: InstructionName,
  add: InstructionName,
  store: InstructionName,
): Addition {
  return { elements: 1, loadTable: load, loadRow: load, add: [add], store };
}

/** From the widest to the single element; bool counts modulo 256, as an array of bytes does. */
const ADDITIONS: Readonly<Record<DType, readonly Addition[]>> = {
  float32: [
    vectorAddition(4, "f32x4.add"),
    pairAddition("f32x4.add"),
    singleAddition("f32.load", "f32.add", "f32.store"),
  ],
  float64: [vectorAddition(2, "f64x2.add"), singleAddition("f64.load", "f64.add", "f64.store")],
  int32: [
    vectorAddition(4, "i32x4.add"),
    pairAddition("i32x4.add"),
    singleAddition("i32.load", "i32.add", "i32.store"),
  ],
  bool: [vectorAddition(16, "i8x16.add"), singleAddition("i32.load8_u", "i32.add", "i32.store8")],
};

/** Rows of float32 and sums in float64. */
const WIDE: readonly Addition[] = [
  {
    elements: 2,
    loadTable: "v128.load",
    loadRow: "v128.load64_zero",
    add: ["f64x2.promote_low_f32x4", "f64x2.add"],
    store: "v128.store",
  },
  {
    elements: 1,
    loadTable: "f64.load",
    loadRow: "f32.load",
    add: ["f64.promote_f32", "f64.add"],
    store: "f64.store",
  },
];

/** Rows of at most so many of the widest additions are written out without loops. */
const LONGEST_INLINE_ROW = 16;
const ADDITIONS_PER_TURN = 4;

/** Writes the addition of one row. */
class RowAdder {
  readonly #inner: number;
  readonly #bytes: { readonly table: number; readonly rows: number };
  readonly #additions: readonly Addition[];
  /** Elements that one turn of the loop over a long row adds. */
  readonly #turn: number;
  readonly #turns: FunctionReference | undefined;

  constructor(
    module: ModuleBuilder,
    inner: number,
    bytes: { readonly table: number; readonly rows: number },
    additions: readonly Addition[],
  ) {
    this.#inner = inner;
    this.#bytes = bytes;
    this.#additions = additions;
    const [{ elements }] = additions as readonly [Addition];
    this.#turn = ADDITIONS_PER_TURN * elements;
    if (inner > LONGEST_INLINE_ROW * elements) this.#turns = this.#addTurns(module);
  }

  readonly move: RowMove = (body, tableRow, rows, offset) => {
    if (this.#turns === undefined) {
      this.#addInline(body, { table: tableRow, rows, offset }, this.#inner);
      return;
    }
    const [table, row] = [body.local("i32"), body.local("i32")];
    body.get(tableRow).set(table);
    body.get(rows).set(row);
    moveBy(body, row, offset);
    inRuns(body, Math.floor(this.#inner / this.#turn), rowsPerCall(this.#turn), (turns) => {
      body.get(table).get(row).constant("i32", turns).call(this.#turns!);
      this.#advance(body, table, row, turns);
    });
    this.#addInline(body, { table, rows: row, offset: 0 }, this.#inner % this.#turn);
  };

  /** Adds the function (table: i32, row: i32, turns: i32) -> () for the elements of at least one turn. */
  #addTurns(module: ModuleBuilder): FunctionReference {
    const body = new FunctionBuilder(["i32", "i32", "i32"], []);
    countDown(body, 2, () => {
      this.#addInline(body, { table: 0, rows: 1, offset: 0 }, this.#turn);
      this.#advance(body, 0, 1, 1);
    });
    return module.addFunction(body);
  }

  #advance(body: FunctionBuilder, table: Local, row: Local, turns: number): void {
    moveBy(body, table, turns * this.#turn * this.#bytes.table);
    moveBy(body, row, turns * this.#turn * this.#bytes.rows);
  }

  #addInline(
    body: FunctionBuilder,
    {
      table,
      rows,
      offset,
    }: { readonly table: Local; readonly rows: Local; readonly offset: number },
    elements: number,
  ): void {
    let at = 0;
    for (const addition of this.#additions) {
      for (; elements - at >= addition.elements; at += addition.elements) {
        const tableOffset = at * this.#bytes.table;
        body.get(table).get(table).memory(addition.loadTable, tableOffset);
        body.get(rows).memory(addition.loadRow, offset + at * this.#bytes.rows);
        for (const name of addition.add) body.op(name);
        body.memory(addition.store, tableOffset, addition.lane);
      }
    }
  }
}

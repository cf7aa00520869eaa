/** Lines of elements along one axis walked in generated code, several side by side, with vectors as what they remember. */

import type { ModuleBuilder } from "./assembler.js";
import { countDown, repeat } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { ELEMENTS_PER_CALL, inRuns, moveBy, rowsPerCall } from "./indexing-parts.js";

/** The lines along the axis in the middle of [outer, length, inner]. */
export interface Lines {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  /** Whether they are walked from the end. */
  readonly reverse: boolean;
}

/** Neighbouring lines that share vectors, one lane each. */
export interface Cell {
  readonly lanes: number;
  /** What the lines remember. */
  readonly vectors: readonly Local[];
  /** Further vectors, for use within a step. */
  readonly scratch: readonly Local[];
  /** Where the present elements are in each of the arrays. */
  readonly places: readonly { readonly pointer: Local; readonly offset: number }[];
}

/** What is done along lines. */
export interface LineWork {
  /** Bytes of an element of each array, and whether the array has whole lines or a single element for each of them. */
  readonly arrays: readonly { readonly bytes: number; readonly whole: boolean }[];
  /** How many lanes a cell may have, the most first and 1 last. */
  readonly lanes: readonly number[];
  /** How many vectors a cell has. */
  readonly vectors: number;
  /** How many further vectors a step needs. */
  readonly scratch: number;
  /** Puts the first value of a vector on the stack. */
  begin(body: FunctionBuilder, vector: number): void;
  /** Takes one element of each line; `left` holds how many the lines have left, these included. */
  step(body: FunctionBuilder, cell: Cell, left: Local): void;
  /** What follows the last step. */
  end?(body: FunctionBuilder, cell: Cell): void;
}

/** Adds a function (address of each array: i32) -> () that does the work along all lines, which have at least one element. */
export function addLineWalk(
  module: ModuleBuilder,
  lines: Lines,
  work: LineWork,
): FunctionReference {
  const body = new FunctionBuilder(new Array<"i32">(work.arrays.length).fill("i32"), []);
  if (lines.outer * lines.length * lines.inner > 0) new LineWalker(module, lines, work).emit(body);
  return module.addFunction(body);
}

/** So many vectors stay in registers, and as many chains of steps do not wait for one another. */
const MOST_VECTORS = 8;

/** A function that walks lines, and by how many elements its next lines are further in an array with whole lines or without. */
interface Group {
  readonly callee: FunctionReference;
  /** How many lines it walks at a time. */
  readonly lines: number;
  readonly next: { readonly whole: number; readonly single: number };
}

/** Where a cell is, relative to the first line of its group. */
interface CellPlan {
  readonly lanes: number;
  readonly block: number;
  readonly column: number;
}

class LineWalker {
  readonly #module: ModuleBuilder;
  readonly #lines: Lines;
  readonly #work: LineWork;
  /** The parameters of functions that take the address of each array. */
  readonly #addresses: readonly Local[];
  /** Elements from one of a line to the next. */
  readonly #step: number;

  constructor(module: ModuleBuilder, lines: Lines, work: LineWork) {
    this.#module = module;
    this.#lines = lines;
    this.#work = work;
    this.#step = lines.reverse ? -lines.inner : lines.inner;
    this.#addresses = work.arrays.map((_array, address) => address);
  }

  emit(body: FunctionBuilder): void {
    const { outer, length, inner } = this.#lines;
    const most = Math.floor(MOST_VECTORS / this.#work.vectors);
    const cells = this.#cells(inner, 1).length;
    if (cells <= most) {
      const blocks = Math.min(outer, Math.floor(most / cells));
      const next = { whole: length * inner, single: inner };
      this.#visit(body, this.#addGroup(inner, blocks, next), Math.floor(outer / blocks));
      if (outer % blocks > 0) this.#visit(body, this.#addGroup(inner, 1, next), outer % blocks);
      return;
    }
    const columns = most * this.#work.lanes[0]!;
    const group = (width: number): Group =>
      this.#addGroup(width, 1, { whole: width, single: width });
    const full = inner >= columns ? group(columns) : undefined;
    const rest = inner % columns > 0 ? group(inner % columns) : undefined;
    repeat(body, outer, () => {
      if (full !== undefined) this.#visit(body, full, Math.floor(inner / columns));
      if (rest !== undefined) this.#visit(body, rest, 1);
      this.#move(body, this.#addresses, (length - 1) * inner, 0);
    });
  }

  #visit(body: FunctionBuilder, { callee, lines, next }: Group, times: number): void {
    inRuns(body, times, rowsPerCall(lines * this.#lines.length), (count) => {
      for (const address of this.#addresses) body.get(address);
      body.constant("i32", count).call(callee);
      this.#move(body, this.#addresses, count * next.whole, count * next.single);
    });
  }

  /** Adds the function (address of each array: i32, times: i32) -> () for so many columns in blocks of [length, inner]. */
  #addGroup(
    columns: number,
    blocks: number,
    block: { readonly whole: number; readonly single: number },
  ): Group {
    const { arrays, vectors } = this.#work;
    const { length, inner, reverse } = this.#lines;
    const cells = this.#cells(columns, blocks);
    const next = { whole: blocks * block.whole, single: blocks * block.single };
    const times = arrays.length;
    const body = new FunctionBuilder(new Array<"i32">(times + 1).fill("i32"), []);
    const pointers = arrays.map(({ whole }, array) => (whole ? body.local("i32") : array));
    const [left, stop] = [body.local("i32"), body.local("i32")];
    const state = Array.from({ length: cells.length * vectors }, () => body.local("v128"));
    const placed = this.#place(body, cells, pointers, state);
    const lines = columns * blocks;
    const run = length > ELEMENTS_PER_CALL ? this.#addRun(cells) : undefined;
    countDown(body, times, () => {
      arrays.forEach(({ whole }, array) => {
        if (whole) body.get(array).set(pointers[array]!);
      });
      if (reverse) this.#move(body, pointers, (length - 1) * inner, 0);
      state.forEach((vector, index) => {
        this.#work.begin(body, index % vectors);
        body.set(vector);
      });
      body.constant("i32", length).set(left);
      if (run === undefined) this.#steps(body, placed, pointers, left, stop);
      else
        inRuns(body, length, rowsPerCall(lines), (steps) => {
          this.#call(body, run, pointers, left, state, steps);
        });
      for (const cell of placed) this.#work.end?.(body, cell);
      this.#move(body, this.#addresses, next.whole, next.single);
    });
    return { callee: this.#module.addFunction(body), lines, next };
  }

  /** Adds the function (address in each array with whole lines: i32, left: i32, stop: i32, vectors) -> (vectors). */
  #addRun(cells: readonly CellPlan[]): FunctionReference {
    const { arrays, vectors } = this.#work;
    const whole = arrays.filter((array) => array.whole).length;
    const vectorTypes = new Array<"v128">(cells.length * vectors).fill("v128");
    const numbers = new Array<"i32">(whole + 2).fill("i32");
    const body = new FunctionBuilder([...numbers, ...vectorTypes], vectorTypes);
    let free = 0;
    // Steps see nothing of arrays with single elements.
    const pointers = arrays.map((array) => (array.whole ? free++ : -1));
    const state = vectorTypes.map((_, index) => numbers.length + index);
    const placed = this.#place(body, cells, pointers, state);
    this.#steps(body, placed, pointers, whole, whole + 1);
    for (const vector of state) body.get(vector);
    return this.#module.addFunction(body);
  }

  #call(
    body: FunctionBuilder,
    run: FunctionReference,
    pointers: readonly Local[],
    left: Local,
    state: readonly Local[],
    steps: number,
  ): void {
    this.#work.arrays.forEach(({ whole }, array) => {
      if (whole) body.get(pointers[array]!);
    });
    body.get(left).get(left).constant("i32", steps).op("i32.sub").tee(left);
    for (const vector of state) body.get(vector);
    body.call(run);
    for (const vector of [...state].reverse()) body.set(vector);
    this.#move(body, pointers, steps * this.#step, 0);
  }

  /** Goes on until only as many elements are left as `stop` says. */
  #steps(
    body: FunctionBuilder,
    cells: readonly Cell[],
    pointers: readonly Local[],
    left: Local,
    stop: Local,
  ): void {
    body.loop(() => {
      for (const cell of cells) this.#work.step(body, cell, left);
      this.#move(body, pointers, this.#step, 0);
      body.get(left).constant("i32", 1).op("i32.sub").tee(left);
      body.get(stop).op("i32.ne").branchIf(0);
    });
  }

  /** Moves pointers on by so many elements of arrays with whole lines, and of arrays with single elements. */
  #move(body: FunctionBuilder, pointers: readonly Local[], whole: number, single: number): void {
    this.#work.arrays.forEach((array, number) => {
      moveBy(body, pointers[number]!, (array.whole ? whole : single) * array.bytes);
    });
  }

  #cells(columns: number, blocks: number): CellPlan[] {
    const cells: CellPlan[] = [];
    for (let block = 0; block < blocks; block++) {
      let column = 0;
      for (const lanes of this.#work.lanes) {
        for (; columns - column >= lanes; column += lanes) cells.push({ lanes, block, column });
      }
    }
    return cells;
  }

  #place(
    body: FunctionBuilder,
    cells: readonly CellPlan[],
    pointers: readonly Local[],
    state: readonly Local[],
  ): Cell[] {
    const { length, inner } = this.#lines;
    const { arrays, vectors } = this.#work;
    const scratch = Array.from({ length: this.#work.scratch }, () => body.local("v128"));
    return cells.map(({ lanes, block, column }, index) => ({
      lanes,
      vectors: state.slice(index * vectors, (index + 1) * vectors),
      scratch,
      places: arrays.map(({ bytes, whole }, array) => {
        const offset = (block * (whole ? length : 1) * inner + column) * bytes;
        return { pointer: pointers[array]!, offset };
      }),
    }));
  }
}

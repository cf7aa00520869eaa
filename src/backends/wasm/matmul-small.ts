/** Products of small matrices, from where the operands lie and with all sizes and strides written into the code. */

import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import {
  addConstant,
  lanesIn,
  loadFirst,
  loadSplat,
  multiplyAdd,
  type Setting,
  vectorOp,
  whileLeft,
  widthOf,
} from "./matmul-elements.js";
import type { Product } from "./matmul-kernel.js";
import type { InstructionName } from "./opcodes.js";

/** Rows and vectors that are held in registers. */
const TILE_ROWS = 4;
const TILE_VECTORS = 2;

/** Inner axes up to this length are written out. */
const WRITTEN_OUT = 4;

/** Adds a function (left: i32, right: i32, result: i32) -> () for a product without size 0. */
export function addSmallProduct(setting: Setting, product: Product): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32", "i32"], []);
  new SmallEmitter(body, setting, product).emit();
  return setting.module.addFunction(body);
}

const LEFT: Local = 0;
const RIGHT: Local = 1;
const RESULT: Local = 2;

/** A vector of the result: its first column and how many it has. */
interface Piece {
  readonly column: number;
  readonly columns: number;
}

class SmallEmitter {
  readonly #body: FunctionBuilder;
  readonly #setting: Setting;
  readonly #product: Product;
  readonly #width: number;
  readonly #left: Local;
  readonly #right: Local;
  readonly #element: Local;
  readonly #counter: Local;
  readonly #vectors: readonly Local[];
  readonly #tile: readonly (readonly Local[])[];

  constructor(body: FunctionBuilder, setting: Setting, product: Product) {
    const many = (count: number): Local[] =>
      Array.from({ length: count }, () => body.local("v128"));
    this.#body = body;
    this.#setting = setting;
    this.#product = product;
    this.#width = widthOf(setting.type);
    this.#left = body.local("i32");
    this.#right = body.local("i32");
    this.#counter = body.local("i32");
    this.#element = body.local("v128");
    this.#vectors = many(TILE_VECTORS);
    this.#tile = Array.from({ length: TILE_ROWS }, () => many(TILE_VECTORS));
  }

  emit(): void {
    const body = this.#body;
    const { rows, columns, left } = this.#product;
    const turns = Math.floor(rows / TILE_ROWS);
    if (turns > 0) {
      const counter = body.local("i32");
      body.constant("i32", turns).set(counter);
      whileLeft(body, counter, 1, () => {
        this.#row(TILE_ROWS);
        addConstant(body, LEFT, TILE_ROWS * left.rowStride * this.#width);
        addConstant(body, RESULT, TILE_ROWS * columns * this.#width);
      });
    }
    const rest = rows % TILE_ROWS;
    if (rest > 0) this.#row(rest);
  }

  /** All columns of some rows. */
  #row(rows: number): void {
    const { columns } = this.#product;
    const lanes = lanesIn(this.#setting.type);
    const pieces: Piece[] = [];
    for (let column = 0; column < columns; column += lanes) {
      pieces.push({ column, columns: Math.min(lanes, columns - column) });
    }
    for (let first = 0; first < pieces.length; first += TILE_VECTORS) {
      this.#multiply(rows, pieces.slice(first, first + TILE_VECTORS));
    }
  }

  #multiply(rows: number, pieces: readonly Piece[]): void {
    const body = this.#body;
    const { inner, left, right } = this.#product;
    const tile = this.#tile.slice(0, rows).map((vectors) => vectors.slice(0, pieces.length));
    for (const accumulator of tile.flat()) body.splat("i32", 0).set(accumulator);
    body.get(LEFT).set(this.#left).get(RIGHT).set(this.#right);
    const step = (): void => {
      this.#step(tile, pieces);
      addConstant(body, this.#left, left.columnStride * this.#width);
      addConstant(body, this.#right, right.rowStride * this.#width);
    };
    if (inner <= WRITTEN_OUT) {
      for (let position = 0; position < inner; position++) step();
    } else {
      body.constant("i32", inner).set(this.#counter);
      whileLeft(body, this.#counter, 1, step);
    }
    tile.forEach((accumulators, row) => {
      pieces.forEach((piece, index) => {
        this.#store(row, piece, accumulators[index]!);
      });
    });
  }

  #step(tile: readonly (readonly Local[])[], pieces: readonly Piece[]): void {
    const body = this.#body;
    const { left } = this.#product;
    pieces.forEach(({ column, columns }, index) => {
      this.#loadPiece(this.#right, column, columns, this.#product.right.columnStride);
      body.set(this.#vectors[index]!);
    });
    tile.forEach((accumulators, row) => {
      const offset = this.#pushAddress(this.#left, row * left.rowStride);
      loadSplat(body, this.#setting.type, offset);
      body.set(this.#element);
      accumulators.forEach((accumulator, index) => {
        multiplyAdd(body, this.#setting, accumulator, () => {
          body.get(this.#element).get(this.#vectors[index]!);
        });
      });
    });
  }

  /** Puts an address on the stack; gives the offset that it is to be used with. */
  #pushAddress(pointer: Local, elements: number): number {
    this.#body.get(pointer);
    const offset = elements * this.#width;
    // Offsets of instructions are not negative.
    if (offset >= 0) return offset;
    this.#body.constant("i32", offset | 0).op("i32.add");
    return 0;
  }

  /** Puts a vector on the stack with as many elements as there are, and zeros. */
  #loadPiece(pointer: Local, column: number, columns: number, stride: number): void {
    const body = this.#body;
    const { type } = this.#setting;
    const lanes = lanesIn(type);
    if (columns === lanes && stride === 1) {
      body.memory("v128.load", this.#pushAddress(pointer, column));
    } else if (columns === lanes && stride === 0) {
      loadSplat(body, type, this.#pushAddress(pointer, 0));
    } else {
      loadFirst(body, type, this.#pushAddress(pointer, column * stride));
      const spare = body.local("v128");
      const load: InstructionName = type === "f64" ? "v128.load64_lane" : "v128.load32_lane";
      for (let lane = 1; lane < columns; lane++) {
        body.set(spare);
        const offset = this.#pushAddress(pointer, (column + lane) * stride);
        body.get(spare).memory(load, offset, lane);
      }
    }
  }

  #store(row: number, { column, columns }: Piece, accumulator: Local): void {
    const body = this.#body;
    const { type } = this.#setting;
    const offset = (row * this.#product.columns + column) * this.#width;
    if (this.#product.accumulate) {
      this.#loadPiece(RESULT, row * this.#product.columns + column, columns, 1);
      body.get(accumulator).op(vectorOp(type, "add")).set(accumulator);
    }
    if (columns === lanesIn(type)) {
      body.get(RESULT).get(accumulator).memory("v128.store", offset);
      return;
    }
    for (let lane = 0; lane < columns; lane++) {
      body.get(RESULT).get(accumulator);
      const store: InstructionName = type === "f64" ? "v128.store64_lane" : "v128.store32_lane";
      body.memory(store, offset + lane * this.#width, lane);
    }
  }
}

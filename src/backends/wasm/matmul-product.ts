/** The code of one function for matrix products: its batch, and sums of parts in float64. */

import type { RowFunction } from "./epilogue.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { BLOCKS, blocksFunction, FINISHING_BLOCKS } from "./matmul-blocks.js";
import { DOTS } from "./matmul-dot-tile.js";
import { dotsFunction } from "./matmul-dots.js";
import { addConstant, callNamed, type Setting, whileLeft, widthOf } from "./matmul-elements.js";
import type { Batch, Product } from "./matmul-kernel.js";
import {
  isSmall,
  type ScratchParts,
  scratchOf,
  type Way,
  type WideSums,
  wayOf,
  wideSumsOf,
} from "./matmul-plan.js";
import { addSmallProduct } from "./matmul-small.js";
import { narrowFunction, widenFunction, zerosFunction } from "./matmul-sums.js";

/** The parameter with the address of the result. */
export const RESULT: Local = 2;
const SCRATCH: Local = 3;
const ROW: Local = 4;
const FRAME: Local = 5;

/** So many bytes of finished rows are still in the cache of the first level. */
const BYTES_AT_ONCE = 16384;

/** What a product takes part in that is summed up in parts. */
interface Part {
  readonly left: Local;
  readonly right: Local;
  readonly pushResult: () => unknown;
  readonly rows: number;
  readonly inner: number;
  readonly add: boolean;
}

export class ProductEmitter {
  readonly #body: FunctionBuilder;
  readonly #setting: Setting;
  readonly #batch: Batch;
  readonly #product: Product;
  readonly #width: number;
  readonly #way: Way;
  readonly #scratch: ScratchParts;
  readonly #left: Local;
  readonly #right: Local;
  readonly #finish: RowFunction | undefined;
  /** When rows are reported as finished: as soon as some are, after every product of the batch, or at the end. */
  readonly #finishes: "rows" | "products" | "end";

  /** @param finish what is called for finished rows */
  constructor(body: FunctionBuilder, setting: Setting, batch: Batch, finish?: RowFunction) {
    this.#body = body;
    this.#setting = setting;
    this.#batch = batch;
    this.#product = batch.product;
    this.#width = widthOf(setting.type);
    this.#way = wayOf(batch.product, setting.relaxed);
    this.#scratch = scratchOf(batch.product, setting.relaxed);
    [this.#left, this.#right] = batch.swapped ? [1, 0] : [0, 1];
    const { product, swapped } = batch;
    const isWide = wideSumsOf(product, this.#way) !== undefined;
    const inBlocks = this.#way.kind === "blocks" && !isSmall(product) && !isWide && !swapped;
    const isLarge = product.rows * product.columns * this.#width >= BYTES_AT_ONCE;
    this.#finish = finish;
    this.#finishes = inBlocks ? "rows" : isLarge ? "products" : "end";
  }

  emit(): void {
    const { axes } = this.#batch;
    const { rows, columns } = this.#product;
    const one = this.#one();
    const level = (axis: number): void => {
      const batchAxis = axes[axis];
      if (batchAxis === undefined) {
        one();
        if (this.#finishes === "products") this.#reportFinished(this.#rowsOfProduct);
        if (this.#finishes !== "end" && this.#finish !== undefined) {
          addConstant(this.#body, ROW, this.#rowsOfProduct);
        }
        if (axes.length > 0) addConstant(this.#body, RESULT, rows * columns * this.#width);
        return;
      }
      this.#repeat(batchAxis.size, () => {
        level(axis + 1);
        // The loops inside have moved the operands on already.
        const inside = axes[axis + 1];
        const moved = (side: "left" | "right") =>
          batchAxis[side] - (inside === undefined ? 0 : inside.size * inside[side]);
        addConstant(this.#body, this.#left, moved("left") * this.#width);
        addConstant(this.#body, this.#right, moved("right") * this.#width);
      });
    };
    level(0);
    const products = axes.reduce((count, { size }) => count * size, 1);
    if (this.#finishes === "end") this.#reportFinished(this.#rowsOfProduct * products);
  }

  /** Rows of one product of the batch, as they were asked for. */
  get #rowsOfProduct(): number {
    const { rows, columns } = this.#product;
    return this.#batch.swapped ? rows * columns : rows;
  }

  #reportFinished(rows: number): void {
    if (this.#finish === undefined) return;
    this.#body.get(ROW).constant("i32", rows).get(FRAME).call(this.#finish.callee);
  }

  #repeat(times: number, write: () => void): void {
    if (times === 1) {
      write();
      return;
    }
    const counter = this.#body.local("i32");
    this.#body.constant("i32", times).set(counter);
    whileLeft(this.#body, counter, 1, write);
  }

  /** What writes the code for the product of the matrices at hand. */
  #one(): () => void {
    const body = this.#body;
    if (isSmall(this.#product)) {
      const callee = addSmallProduct(this.#setting, this.#product);
      return () => {
        body.get(this.#left).get(this.#right).get(RESULT).call(callee);
      };
    }
    const wide = wideSumsOf(this.#product, this.#way);
    if (wide !== undefined) return () => this.#wide(wide);
    const { rows, inner, accumulate } = this.#product;
    return () => {
      this.#part({
        left: this.#left,
        right: this.#right,
        pushResult: () => body.get(RESULT),
        rows,
        inner,
        add: accumulate,
      });
    };
  }

  /** Sums up products of parts of the inner axis in float64, some rows at a time. */
  #wide({ rows, inner }: WideSums): void {
    const body = this.#body;
    const { columns, accumulate, left, right, ...product } = this.#product;
    const [leftBand, result] = [body.local("i32"), body.local("i32")];
    const [leftPart, rightPart] = [body.local("i32"), body.local("i32")];
    const scratch = (part: keyof ScratchParts) => () => this.#pushScratch(part);
    const band = (bandRows: number): void => {
      const elements = bandRows * columns;
      const part = (length: number): void => {
        const pushResult = scratch("part");
        const sizes = { rows: bandRows, inner: length, add: false };
        this.#part({ left: leftPart, right: rightPart, pushResult, ...sizes });
        scratch("part")();
        scratch("sums")();
        body.constant("i32", elements).call(widenFunction(this.#setting));
        addConstant(body, leftPart, length * left.columnStride * this.#width);
        addConstant(body, rightPart, length * right.rowStride * this.#width);
      };
      scratch("sums")();
      body.constant("i32", 2 * elements).call(zerosFunction(this.#setting));
      body.get(leftBand).set(leftPart).get(this.#right).set(rightPart);
      this.#repeatParts(product.inner, inner, part);
      scratch("sums")();
      body
        .get(result)
        .constant("i32", elements)
        .constant("i32", accumulate ? 1 : 0);
      body.call(narrowFunction(this.#setting));
      addConstant(body, leftBand, bandRows * left.rowStride * this.#width);
      addConstant(body, result, elements * this.#width);
    };
    body.get(this.#left).set(leftBand).get(RESULT).set(result);
    this.#repeatParts(product.rows, rows, band);
  }

  /** Writes code for whole parts in a loop, and for the rest. */
  #repeatParts(total: number, part: number, write: (size: number) => void): void {
    this.#repeat(Math.floor(total / part), () => write(part));
    if (total % part > 0) write(total % part);
  }

  #pushScratch(part: keyof ScratchParts): void {
    this.#body.get(SCRATCH).constant("i32", this.#scratch[part]).op("i32.add");
  }

  #part({ left, right, pushResult, rows, inner, add }: Part): void {
    const body = this.#body;
    const product = this.#product;
    const way = this.#way;
    const number = (value: number) => () => body.constant("i32", value | 0);
    const bytes = (elements: number) => number(elements * this.#width);
    const shared = {
      left: () => body.get(left),
      right: () => body.get(right),
      result: pushResult,
      rows: number(rows),
      columns: number(product.columns),
      inner: number(inner),
      leftRow: bytes(product.left.rowStride),
      rightColumn: bytes(product.right.columnStride),
      resultStep: bytes(product.resultStride),
      add: number(add ? 1 : 0),
      innerBlock: number(way.innerBlock),
    };
    if (way.kind === "dots") {
      callNamed(body, dotsFunction(this.#setting, way.shape), DOTS, shared);
      return;
    }
    const ofBlocks = {
      ...shared,
      leftColumn: bytes(product.left.columnStride),
      rightRow: bytes(product.right.rowStride),
      columnBlock: number(way.columnBlock),
      packedRight: () => this.#pushScratch("packedRight"),
      packedLeft: () => this.#pushScratch("packedLeft"),
      edge: () => this.#pushScratch("edge"),
    };
    if (this.#finish === undefined || this.#finishes !== "rows") {
      callNamed(body, blocksFunction(this.#setting, way.form), BLOCKS, ofBlocks);
      return;
    }
    const callee = blocksFunction(this.#setting, way.form, this.#finish);
    callNamed(body, callee, FINISHING_BLOCKS, {
      ...ofBlocks,
      row: () => body.get(ROW),
      rowsAtOnce: number(rowsAtOnce(product.columns * this.#width)),
      frame: () => body.get(FRAME),
    });
  }
}

/** How many rows are reported as finished at a time: many of few columns, in numbers that make whole vectors of their elements. */
function rowsAtOnce(bytesOfRow: number): number {
  const rows = Math.ceil(BYTES_AT_ONCE / bytesOfRow);
  const step = rows > 16 ? 16 : 4;
  return Math.ceil(rows / step) * step;
}

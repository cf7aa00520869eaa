/** Matrix products by register tiles: blocks of the right operand that stay in the cache, taken strip by strip. */

import type { RowFunction } from "./epilogue.js";
import type { FunctionBuilder, FunctionReference, Local } from "./function-builder.js";
import {
  addConstant,
  addMultiple,
  callNamed,
  pushAtMost,
  pushSmaller,
  type Setting,
  sharedFunction,
  whileAny,
  widthOf,
} from "./matmul-elements.js";
import { PACK, packFunction } from "./matmul-pack.js";
import { reportRows } from "./matmul-report.js";
import { STRIP, stripFunction, type TileShape, tileColumns } from "./matmul-tile.js";

/** How a product goes through its operands. */
export interface BlockForm {
  readonly shape: TileShape;
  /** Whether rows of the left operand are copied into panels. */
  readonly packLeft: boolean;
  /** Whether the right operand is copied into panels as a whole, or only what is narrower than the tile. */
  readonly packRight: boolean;
}

/** The parameters of a product by blocks; distances are in bytes, places in scratch memory are addresses. */
export const BLOCKS = {
  left: 0,
  right: 1,
  result: 2,
  rows: 3,
  columns: 4,
  inner: 5,
  leftRow: 6,
  leftColumn: 7,
  rightRow: 8,
  rightColumn: 9,
  resultStep: 10,
  /** Whether products are added to the result. */
  add: 11,
  /** The size of blocks of the right operand; columns are a multiple of those of the tile. */
  innerBlock: 12,
  columnBlock: 13,
  packedRight: 14,
  packedLeft: 15,
  edge: 16,
} as const;

/** The parameters of one that reports rows that are finished. */
export const FINISHING_BLOCKS = {
  ...BLOCKS,
  /** The number of the first row. */
  row: 17,
  /** How many rows are reported at a time: a multiple of those of the tile. */
  rowsAtOnce: 18,
  frame: 19,
} as const;

/**
 * The function for products of a form; no size may be 0.
 *
 * @param finish what is called for finished rows
 */
export function blocksFunction(
  setting: Setting,
  form: BlockForm,
  finish?: RowFunction,
): FunctionReference {
  const { shape, packLeft, packRight } = form;
  const plain = `blocks ${shape.rows} ${shape.vectors} ${shape.left} ${packLeft} ${packRight}`;
  const [name, parameters] =
    finish === undefined
      ? [plain, BLOCKS]
      : [`${plain} then ${finish.callee.position}`, FINISHING_BLOCKS];
  return sharedFunction(setting, name, Object.keys(parameters).length, (body) => {
    new BlockEmitter(body, setting, form, finish).emit();
  });
}

class BlockEmitter {
  readonly #body: FunctionBuilder;
  readonly #setting: Setting;
  readonly #form: BlockForm;
  readonly #tileColumns: number;
  /** The sizes of the block at hand, and where its operands begin. */
  readonly #columns: Local;
  readonly #inner: Local;
  readonly #left: Local;
  readonly #right: Local;
  readonly #add: Local;
  /** What is left of the inner axis, that of the block at hand included. */
  readonly #innerLeft: Local;
  readonly #finish: RowFunction | undefined;

  constructor(
    body: FunctionBuilder,
    setting: Setting,
    form: BlockForm,
    finish: RowFunction | undefined,
  ) {
    this.#body = body;
    this.#setting = setting;
    this.#form = form;
    this.#tileColumns = tileColumns(setting, form.shape);
    this.#columns = body.local("i32");
    this.#inner = body.local("i32");
    this.#left = body.local("i32");
    this.#right = body.local("i32");
    this.#add = body.local("i32");
    this.#innerLeft = body.local("i32");
    this.#finish = finish;
  }

  emit(): void {
    const body = this.#body;
    const innerLeft = this.#innerLeft;
    this.#whileLeft(BLOCKS.columns, () => {
      pushSmaller(body, BLOCKS.columns, BLOCKS.columnBlock);
      body.set(this.#columns).get(BLOCKS.left).set(this.#left).get(BLOCKS.right).set(this.#right);
      body.get(BLOCKS.add).set(this.#add).get(BLOCKS.inner).set(innerLeft);
      this.#whileLeft(innerLeft, () => {
        pushSmaller(body, innerLeft, BLOCKS.innerBlock);
        body.set(this.#inner);
        this.#block();
        this.#advance(this.#left, this.#inner, BLOCKS.leftColumn);
        this.#advance(this.#right, this.#inner, BLOCKS.rightRow);
        body.constant("i32", 1).set(this.#add);
        body.get(innerLeft).get(this.#inner).op("i32.sub").set(innerLeft);
      });
      this.#advance(BLOCKS.right, this.#columns, BLOCKS.rightColumn);
      body.get(BLOCKS.result).get(this.#columns);
      body.constant("i32", widthOf(this.#setting.type)).op("i32.mul").op("i32.add");
      body.set(BLOCKS.result);
      body.get(BLOCKS.columns).get(this.#columns).op("i32.sub").set(BLOCKS.columns);
    });
  }

  /** Repeats until a count, which is positive at first and which `write` makes smaller, is used up. */
  #whileLeft(count: Local, write: () => void): void {
    this.#body.loop(() => {
      write();
      this.#body.get(count).constant("i32", 0).op("i32.gt_s").branchIf(0);
    });
  }

  #advance(address: Local, count: Local, step: Local): void {
    this.#body.get(address).get(count).get(step).op("i32.mul").op("i32.add").set(address);
  }

  #block(): void {
    const body = this.#body;
    const { shape, packRight } = this.#form;
    const [left, result, rows] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const [whole, rest, behind] = [body.local("i32"), body.local("i32"), body.local("i32")];
    if (packRight) {
      body.get(this.#right).get(this.#columns);
      this.#packColumns();
    } else {
      body.get(this.#columns).constant("i32", -this.#tileColumns).op("i32.and").tee(whole);
      body.get(BLOCKS.rightColumn).op("i32.mul").get(this.#right).op("i32.add");
      body.get(this.#columns).get(whole).op("i32.sub").tee(rest);
      this.#packColumns();
      body.get(whole).constant("i32", widthOf(this.#setting.type)).op("i32.mul").set(behind);
    }
    body.get(this.#left).set(left).get(BLOCKS.result).set(result).get(BLOCKS.rows).set(rows);
    const report = this.#reporting(rows);
    whileAny(body, rows, shape.rows, () => {
      this.#packRows(left, rows);
      if (packRight) {
        this.#strip(left, rows, "packed", () => body.get(result), this.#columns);
      } else {
        body.get(whole).if(() => {
          this.#strip(left, rows, "direct", () => body.get(result), whole);
        });
        body.get(rest).if(() => {
          const behindWhole = () => body.get(result).get(behind).op("i32.add");
          this.#strip(left, rows, "packed", behindWhole, rest);
        });
      }
      report?.();
      addMultiple(body, left, BLOCKS.leftRow, shape.rows);
      addMultiple(body, result, BLOCKS.resultStep, shape.rows);
    });
  }

  /** What reports rows after each strip; `rows` are left, those of the strip included. */
  #reporting(rows: Local): (() => void) | undefined {
    if (this.#finish === undefined) return undefined;
    const body = this.#body;
    const isLast = (): void => {
      body.get(this.#innerLeft).get(this.#inner).op("i32.eq");
      body.get(BLOCKS.columns).get(this.#columns).op("i32.eq").op("i32.and");
    };
    const { row, rowsAtOnce, frame } = FINISHING_BLOCKS;
    const places = { row, rowsAtOnce, frame, rows };
    return reportRows(body, this.#finish, this.#form.shape.rows, places, isLast);
  }

  /** Packs the columns of the right operand whose first address and number are on the stack. */
  #packColumns(): void {
    const body = this.#body;
    const [source, left, target] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const across = this.#tileColumns;
    body.set(left).set(source).get(BLOCKS.packedRight).set(target);
    body.block(() => {
      body.loop(() => {
        body.get(left).constant("i32", 0).op("i32.le_s").branchIf(1);
        callNamed(body, packFunction(this.#setting, across), PACK, {
          source: () => body.get(source),
          target: () => body.get(target),
          across: () => body.get(BLOCKS.rightColumn),
          along: () => body.get(BLOCKS.rightRow),
          valid: () => pushAtMost(body, left, across),
          count: () => body.get(this.#inner),
        });
        addMultiple(body, source, BLOCKS.rightColumn, across);
        this.#pushPanelStep();
        body.get(target).op("i32.add").set(target);
        addConstant(body, left, -across);
        body.branch(0);
      });
    });
  }

  #pushPanelStep(): void {
    const bytes = this.#tileColumns * widthOf(this.#setting.type);
    this.#body.get(this.#inner).constant("i32", bytes).op("i32.mul");
  }

  #packRows(left: Local, rows: Local): void {
    if (!this.#form.packLeft) return;
    const body = this.#body;
    const across = this.#form.shape.rows;
    callNamed(body, packFunction(this.#setting, across), PACK, {
      source: () => body.get(left),
      target: () => body.get(BLOCKS.packedLeft),
      across: () => body.get(BLOCKS.leftRow),
      along: () => body.get(BLOCKS.leftColumn),
      valid: () => pushAtMost(body, rows, across),
      count: () => body.get(this.#inner),
    });
  }

  #strip(
    left: Local,
    rows: Local,
    right: "packed" | "direct",
    pushResult: () => unknown,
    columns: Local,
  ): void {
    const body = this.#body;
    const { shape, packLeft } = this.#form;
    const width = widthOf(this.#setting.type);
    const isPacked = right === "packed";
    callNamed(body, stripFunction(this.#setting, shape), STRIP, {
      left: () => body.get(packLeft ? BLOCKS.packedLeft : left),
      leftStep: () => {
        if (packLeft) body.constant("i32", shape.rows * width);
        else body.get(shape.left === "rows" ? BLOCKS.leftRow : BLOCKS.leftColumn);
      },
      right: () => body.get(isPacked ? BLOCKS.packedRight : this.#right),
      rightStep: () => {
        if (isPacked) body.constant("i32", this.#tileColumns * width);
        else body.get(BLOCKS.rightRow);
      },
      panelStep: () => {
        if (isPacked) this.#pushPanelStep();
        else body.constant("i32", this.#tileColumns * width);
      },
      result: pushResult,
      resultStep: () => body.get(BLOCKS.resultStep),
      inner: () => body.get(this.#inner),
      rows: () => pushAtMost(body, rows, shape.rows),
      columns: () => body.get(columns),
      add: () => body.get(this.#add),
      edge: () => body.get(BLOCKS.edge),
    });
  }
}

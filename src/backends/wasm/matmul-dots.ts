/** Matrix products as dot products of vectors along the inner axis, for few rows and a right operand that lies column by column. */

import type { FunctionBuilder, FunctionReference, Local } from "./function-builder.js";
import {
  addConstant,
  addLocal,
  callNamed,
  lanesIn,
  loadFirst,
  multiplyAdd,
  pushAtMost,
  pushSmaller,
  type Setting,
  sharedFunction,
  vectorOp,
  whileLeft,
  widthOf,
} from "./matmul-elements.js";
import type { InstructionName } from "./opcodes.js";

/** The rows and columns whose dot products are taken at the same time, each in so many vectors. */
export interface DotShape {
  readonly rows: number;
  readonly columns: number;
  readonly vectors: number;
}

/** Vectors of each row and column in one turn of the loop. */
const STEPS = 4;

/** The parameters of dot products; distances are in bytes. Rows of the left and columns of the right operand are contiguous. */
export const DOTS = {
  left: 0,
  right: 1,
  result: 2,
  rows: 3,
  columns: 4,
  inner: 5,
  leftRow: 6,
  rightColumn: 7,
  resultStep: 8,
  /** Whether products are added to the result. */
  add: 9,
  /** How many products in a row are added without regard to precision. */
  innerBlock: 10,
} as const;

/** The function for any number of rows; no size may be 0. */
export function dotsFunction(setting: Setting, shape: DotShape): FunctionReference {
  const parameters = Object.keys(DOTS).length;
  return sharedFunction(setting, `dots ${nameOf(shape)}`, parameters, (body) => {
    const [left, result] = [body.local("i32"), body.local("i32")];
    const [rows, inner] = [body.local("i32"), body.local("i32")];
    body.loop(() => {
      pushSmaller(body, DOTS.inner, DOTS.innerBlock);
      body.set(inner).get(DOTS.left).set(left).get(DOTS.result).set(result);
      body.get(DOTS.rows).set(rows);
      whileAny(body, rows, () => {
        callNamed(body, rowDots(setting, shape), ROW_DOTS, {
          left: () => body.get(left),
          leftRow: () => body.get(DOTS.leftRow),
          right: () => body.get(DOTS.right),
          rightColumn: () => body.get(DOTS.rightColumn),
          result: () => body.get(result),
          resultStep: () => body.get(DOTS.resultStep),
          inner: () => body.get(inner),
          rows: () => pushAtMost(body, rows, shape.rows),
          columns: () => body.get(DOTS.columns),
          add: () => body.get(DOTS.add),
        });
        body.get(left).get(DOTS.leftRow).constant("i32", shape.rows).op("i32.mul").op("i32.add");
        body.set(left);
        body.get(result).get(DOTS.resultStep).constant("i32", shape.rows).op("i32.mul");
        body.op("i32.add").set(result);
        addConstant(body, rows, -shape.rows);
      });
      for (const operand of [DOTS.left, DOTS.right]) {
        body.get(inner).constant("i32", widthOf(setting.type)).op("i32.mul");
        body.get(operand).op("i32.add").set(operand);
      }
      body.constant("i32", 1).set(DOTS.add);
      body.get(DOTS.inner).get(inner).op("i32.sub").tee(DOTS.inner).branchIf(0);
    });
  });
}

const nameOf = ({ rows, columns, vectors }: DotShape): string => `${rows} ${columns} ${vectors}`;

/** Repeats until a count, which is positive at first, is used up. */
function whileAny(body: FunctionBuilder, count: Local, write: () => void): void {
  body.loop(() => {
    write();
    body.get(count).constant("i32", 0).op("i32.gt_s").branchIf(0);
  });
}

const ROW_DOTS = {
  left: 0,
  leftRow: 1,
  right: 2,
  rightColumn: 3,
  result: 4,
  resultStep: 5,
  inner: 6,
  rows: 7,
  columns: 8,
  add: 9,
} as const;

/** The function for as many rows as the shape has, or fewer, and all columns. */
function rowDots(setting: Setting, shape: DotShape): FunctionReference {
  const parameters = Object.keys(ROW_DOTS).length;
  return sharedFunction(setting, `row dots ${nameOf(shape)}`, parameters, (body) => {
    new RowDotEmitter(body, setting, shape).emit();
  });
}

class RowDotEmitter {
  readonly #body: FunctionBuilder;
  readonly #setting: Setting;
  readonly #shape: DotShape;
  readonly #lefts: readonly Local[];
  readonly #rights: readonly Local[];
  readonly #rowVectors: readonly Local[];
  readonly #columnVector: Local;
  /** By row, column, and then the vectors that take turns. */
  readonly #sums: readonly (readonly (readonly Local[])[])[];

  constructor(body: FunctionBuilder, setting: Setting, shape: DotShape) {
    const many = (count: number, type: "i32" | "v128"): Local[] =>
      Array.from({ length: count }, () => body.local(type));
    this.#body = body;
    this.#setting = setting;
    this.#shape = shape;
    this.#lefts = many(shape.rows, "i32");
    this.#rights = many(shape.columns, "i32");
    this.#rowVectors = many(shape.rows, "v128");
    this.#columnVector = body.local("v128");
    this.#sums = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.columns }, () => many(shape.vectors, "v128")),
    );
  }

  emit(): void {
    const body = this.#body;
    const { columns } = this.#shape;
    const { right, rightColumn, result } = ROW_DOTS;
    body.loop(() => {
      this.#multiply();
      this.#store();
      body.get(right).get(rightColumn).constant("i32", columns).op("i32.mul").op("i32.add");
      body.set(right);
      addConstant(body, result, columns * widthOf(this.#setting.type));
      body.get(ROW_DOTS.columns).constant("i32", columns).op("i32.sub").tee(ROW_DOTS.columns);
      body.constant("i32", 0).op("i32.gt_s").branchIf(0);
    });
  }

  #multiply(): void {
    const body = this.#body;
    const left = body.local("i32");
    const lanes = lanesIn(this.#setting.type);
    this.#place(this.#lefts, ROW_DOTS.left, ROW_DOTS.leftRow, ROW_DOTS.rows);
    this.#place(this.#rights, ROW_DOTS.right, ROW_DOTS.rightColumn, ROW_DOTS.columns);
    for (const sum of this.#sums.flat(2)) body.splat("i32", 0).set(sum);
    body.get(ROW_DOTS.inner).set(left);
    const whole = (offset: number): void => void body.memory("v128.load", offset);
    whileLeft(body, left, STEPS * lanes, () => {
      for (let step = 0; step < STEPS; step++) this.#step(step, whole);
      this.#advance(STEPS * 16);
    });
    whileLeft(body, left, lanes, () => {
      this.#step(0, whole);
      this.#advance(16);
    });
    whileLeft(body, left, 1, () => {
      this.#step(0, (offset) => loadFirst(body, this.#setting.type, offset));
      this.#advance(widthOf(this.#setting.type));
    });
  }

  /** Sets pointers to the places some steps behind the first one, or to the first one where there are not so many. */
  #place(pointers: readonly Local[], first: Local, step: Local, count: Local): void {
    pointers.forEach((pointer, index) => {
      this.#body.get(first);
      if (index > 0) {
        this.#body.get(step).constant("i32", index).op("i32.mul").op("i32.add");
        this.#body.get(first).get(count).constant("i32", index).op("i32.gt_s").op("select");
      }
      this.#body.set(pointer);
    });
  }

  #step(step: number, load: (offset: number) => void): void {
    const body = this.#body;
    this.#lefts.forEach((pointer, row) => {
      body.get(pointer);
      load(16 * step);
      body.set(this.#rowVectors[row]!);
    });
    this.#rights.forEach((pointer, column) => {
      body.get(pointer);
      load(16 * step);
      body.set(this.#columnVector);
      this.#rowVectors.forEach((rowVector, row) => {
        const sum = this.#sums[row]![column]![step % this.#shape.vectors]!;
        multiplyAdd(body, this.#setting, sum, () => {
          body.get(rowVector).get(this.#columnVector);
        });
      });
    });
  }

  #advance(bytes: number): void {
    for (const pointer of [...this.#lefts, ...this.#rights]) {
      addConstant(this.#body, pointer, bytes);
    }
  }

  #store(): void {
    const body = this.#body;
    const { type } = this.#setting;
    const [target, total] = [body.local("i32"), body.local(type)];
    body.get(ROW_DOTS.result).set(target);
    this.#sums.forEach((columns, row) => {
      body.get(ROW_DOTS.rows).constant("i32", row).op("i32.gt_s");
      body.if(() => {
        columns.forEach((sums, column) => {
          const offset = column * widthOf(type);
          body.get(ROW_DOTS.columns).constant("i32", column).op("i32.gt_s");
          body.if(() => {
            this.#pushTotal(sums);
            body.set(total);
            body.get(ROW_DOTS.add).if(() => {
              body.get(target).memory(`${type}.load`, offset);
              body.get(total).op(`${type}.add`).set(total);
            });
            body.get(target).get(total).memory(`${type}.store`, offset);
          });
        });
        addLocal(body, target, ROW_DOTS.resultStep);
      });
    });
  }

  /** Puts the sum of all lanes on the stack. */
  #pushTotal([first, ...others]: readonly Local[]): void {
    const body = this.#body;
    const { type } = this.#setting;
    const lanes = lanesIn(type);
    const extract = `${type}x${lanes}.extract_lane` as InstructionName;
    for (const other of others) {
      body.get(first!).get(other).op(vectorOp(type, "add")).set(first!);
    }
    for (let lane = 0; lane < lanes; lane += 2) {
      body.get(first!).lane(extract, lane).get(first!);
      body.lane(extract, lane + 1).op(`${type}.add`);
      if (lane > 0) body.op(`${type}.add`);
    }
  }
}

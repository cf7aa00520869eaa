/** Dot products of a few rows and columns at a time, in vectors along the inner axis. */

import type { FunctionBuilder, FunctionReference, Local } from "./function-builder.js";
import {
  addConstant,
  addLocal,
  addMultiple,
  lanesIn,
  loadFirst,
  multiplyAdd,
  pushSmaller,
  type Setting,
  sharedFunction,
  vectorOp,
  whileAny,
  whileLeft,
  widthOf,
} from "./matmul-elements.js";
import type { InstructionName } from "./opcodes.js";

/** The rows and columns whose dot products are taken at the same time, each with accumulators for so many vectors in a row. */
export interface DotShape {
  readonly rows: number;
  readonly columns: number;
  readonly vectors: number;
}

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

/** Tells shapes apart in names of functions. */
export const nameOf = ({ rows, columns, vectors }: DotShape): string =>
  `${rows} ${columns} ${vectors}`;

/** The function for as many rows as the shape has, or fewer, and all columns. */
export function rowDots(setting: Setting, shape: DotShape): FunctionReference {
  const parameters = Object.keys(DOTS).length;
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
  /** Sums of a block, by row, column, and then the vectors that take turns. */
  readonly #sums: readonly (readonly (readonly Local[])[])[];
  /** Sums of all blocks; those of float32 are in float64. */
  readonly #totals: readonly (readonly Local[])[];
  readonly #totalType: "f64" | "i32";

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
    const totalType = setting.type === "i32" ? "i32" : "f64";
    this.#totalType = totalType;
    this.#totals = Array.from({ length: shape.rows }, () =>
      Array.from({ length: shape.columns }, () => body.local(totalType)),
    );
  }

  emit(): void {
    const body = this.#body;
    const { columns } = this.#shape;
    const left = body.local("i32");
    whileAny(body, DOTS.columns, columns, () => {
      this.#place(this.#lefts, DOTS.left, DOTS.leftRow, DOTS.rows);
      this.#place(this.#rights, DOTS.right, DOTS.rightColumn, DOTS.columns);
      for (const total of this.#totals.flat()) body.constant(this.#totalType, 0).set(total);
      body.get(DOTS.inner).set(left);
      body.loop(() => {
        this.#block(left);
        body.get(left).branchIf(0);
      });
      this.#store();
      addMultiple(body, DOTS.right, DOTS.rightColumn, columns);
      addConstant(body, DOTS.result, columns * widthOf(this.#setting.type));
    });
  }

  /** Adds the products of a block along the inner axis, of which so many positions are left, to the totals. */
  #block(left: Local): void {
    const body = this.#body;
    const { type } = this.#setting;
    const { vectors } = this.#shape;
    const lanes = lanesIn(type);
    const block = body.local("i32");
    pushSmaller(body, left, DOTS.innerBlock);
    body.set(block).get(left).get(block).op("i32.sub").set(left);
    for (const sum of this.#sums.flat(2)) body.splat("i32", 0).set(sum);
    const whole = (offset: number): void => void body.memory("v128.load", offset);
    whileLeft(body, block, vectors * lanes, () => {
      for (let step = 0; step < vectors; step++) this.#step(step, whole);
      this.#advance(vectors * 16);
    });
    if (vectors > 1) {
      whileLeft(body, block, lanes, () => {
        this.#step(0, whole);
        this.#advance(16);
      });
    }
    whileLeft(body, block, 1, () => {
      this.#step(0, (offset) => loadFirst(body, type, offset));
      this.#advance(widthOf(type));
    });
    this.#sums.forEach((columns, row) => {
      columns.forEach((sums, column) => {
        const total = this.#totals[row]![column]!;
        this.#pushSum(sums);
        if (type === "f32") body.op("f64.promote_f32");
        body.get(total).op(`${this.#totalType}.add`).set(total);
      });
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
        const sum = this.#sums[row]![column]![step]!;
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
    const target = body.local("i32");
    body.get(DOTS.result).set(target);
    this.#totals.forEach((totals, row) => {
      body.get(DOTS.rows).constant("i32", row).op("i32.gt_s");
      body.if(() => {
        totals.forEach((total, column) => {
          const offset = column * widthOf(type);
          body.get(DOTS.columns).constant("i32", column).op("i32.gt_s");
          body.if(() => {
            body.get(DOTS.add).if(() => {
              body.get(target).memory(`${type}.load`, offset);
              if (type === "f32") body.op("f64.promote_f32");
              body.get(total).op(`${this.#totalType}.add`).set(total);
            });
            body.get(target).get(total);
            if (type === "f32") body.op("f32.demote_f64");
            body.memory(`${type}.store`, offset);
          });
        });
        addLocal(body, target, DOTS.resultStep);
      });
    });
  }

  /** Puts the sum of all lanes on the stack. */
  #pushSum([first, ...others]: readonly Local[]): void {
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

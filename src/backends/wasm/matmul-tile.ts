/** The register tile of a matrix product, taken along a strip of panels of the right operand. */

import type { FunctionBuilder, FunctionReference, Local } from "./function-builder.js";
import {
  addConstant,
  addLocal,
  lanesIn,
  loadSplat,
  multiplyAdd,
  type Setting,
  sharedFunction,
  vectorOp,
  whileAny,
  whileLeft,
  widthOf,
} from "./matmul-elements.js";

/** The part of the result that is held in registers, and how the left operand lies. */
export interface TileShape {
  readonly rows: number;
  /** Vectors in a row. */
  readonly vectors: number;
  /**
   * Elements of the left operand lie one after the other along its rows, which are some distance apart, or along its columns, which
   * are some distance apart.
   */
  readonly left: "rows" | "columns";
}

/**
 * A strip's parameters; distances are in bytes. `leftStep` lies between rows or columns, `rightStep` between rows of a panel,
 * `panelStep` between panels, each as wide as the tile; the last one is read to its full width whatever `columns` are.
 */
export const STRIP = {
  left: 0,
  leftStep: 1,
  right: 2,
  rightStep: 3,
  panelStep: 4,
  result: 5,
  resultStep: 6,
  inner: 7,
  /** At most the rows of the tile; with columns together, the left operand has all rows of the tile nevertheless. */
  rows: 8,
  columns: 9,
  /** Whether products are added to the result. */
  add: 10,
  /** Memory for a tile that reaches beyond the columns. */
  edge: 11,
} as const;

/** Columns of a tile. */
export function tileColumns(setting: Setting, { vectors }: TileShape): number {
  return vectors * lanesIn(setting.type);
}

/** The function that multiplies rows of the left operand by panels of the right one; no size may be 0. */
export function stripFunction(setting: Setting, shape: TileShape): FunctionReference {
  const { rows, vectors, left } = shape;
  const parameters = Object.keys(STRIP).length;
  return sharedFunction(setting, `strip ${rows} ${vectors} ${left}`, parameters, (body) => {
    new StripEmitter(body, setting, shape).emit();
  });
}

class StripEmitter {
  readonly #body: FunctionBuilder;
  readonly #setting: Setting;
  readonly #shape: TileShape;
  readonly #width: number;
  /** Where the left operand's rows, or its columns, begin. */
  readonly #starts: readonly Local[];
  readonly #pointers: readonly Local[];
  readonly #right: Local;
  readonly #left: Local;
  readonly #vectors: readonly Local[];
  readonly #element: Local;
  readonly #tile: readonly (readonly Local[])[];

  constructor(body: FunctionBuilder, setting: Setting, shape: TileShape) {
    const many = (count: number, type: "i32" | "v128"): Local[] =>
      Array.from({ length: count }, () => body.local(type));
    this.#body = body;
    this.#setting = setting;
    this.#shape = shape;
    this.#width = widthOf(setting.type);
    const pointers = shape.left === "rows" ? shape.rows : 1;
    this.#starts = [STRIP.left, ...many(pointers - 1, "i32")];
    this.#pointers = many(pointers, "i32");
    this.#right = body.local("i32");
    this.#left = body.local("i32");
    this.#vectors = many(shape.vectors, "v128");
    this.#element = body.local("v128");
    this.#tile = Array.from({ length: shape.rows }, () => many(shape.vectors, "v128"));
  }

  emit(): void {
    const body = this.#body;
    const columns = tileColumns(this.#setting, this.#shape);
    this.#findRows();
    whileAny(body, STRIP.columns, columns, () => {
      this.#multiply();
      body.get(STRIP.columns).constant("i32", columns).op("i32.ge_s");
      body.if(
        () => this.#storeTile(),
        () => this.#storeEdge(),
      );
      addLocal(body, STRIP.right, STRIP.panelStep);
      addConstant(body, STRIP.result, columns * this.#width);
    });
  }

  /** In place of rows that are not there, the first one is multiplied. */
  #findRows(): void {
    const body = this.#body;
    this.#starts.forEach((start, row) => {
      if (row === 0) return;
      body.get(STRIP.left).get(STRIP.leftStep).constant("i32", row).op("i32.mul").op("i32.add");
      body.get(STRIP.left).get(STRIP.rows).constant("i32", row).op("i32.gt_s").op("select");
      body.set(start);
    });
  }

  #multiply(): void {
    const body = this.#body;
    this.#starts.forEach((start, index) => {
      body.get(start).set(this.#pointers[index]!);
    });
    body.get(STRIP.right).set(this.#right);
    body.get(STRIP.inner).set(this.#left);
    for (const accumulator of this.#tile.flat()) body.splat("i32", 0).set(accumulator);
    // Some engines do all loads of a longer turn first, for which there are not enough registers.
    whileLeft(body, this.#left, 1, () => this.#step());
  }

  /** Adds the products of a column of the left operand and a row of the panel. */
  #step(): void {
    const body = this.#body;
    const byRows = this.#shape.left === "rows";
    const loadElement = (row: number): void => {
      body.get(this.#pointers[byRows ? row : 0]!);
      loadSplat(body, this.#setting.type, byRows ? 0 : row * this.#width);
      body.set(this.#element);
    };
    const loadVector = (index: number): void => {
      body
        .get(this.#right)
        .memory("v128.load", 16 * index)
        .set(this.#vectors[index]!);
    };
    const multiply = (row: number, index: number): void => {
      multiplyAdd(body, this.#setting, this.#tile[row]![index]!, () => {
        body.get(this.#element).get(this.#vectors[index]!);
      });
    };
    if (this.#tile.length === 1) {
      loadElement(0);
      for (const index of this.#vectors.keys()) {
        loadVector(index);
        multiply(0, index);
      }
    } else {
      for (const index of this.#vectors.keys()) loadVector(index);
      for (const row of this.#tile.keys()) {
        loadElement(row);
        for (const index of this.#vectors.keys()) multiply(row, index);
      }
    }
    addLocal(body, this.#right, STRIP.rightStep);
    for (const pointer of this.#pointers) {
      if (byRows) addConstant(body, pointer, this.#width);
      else addLocal(body, pointer, STRIP.leftStep);
    }
  }

  #storeTile(): void {
    const body = this.#body;
    const target = this.#right;
    body.get(STRIP.result).set(target);
    body.block(() => {
      this.#tile.forEach((accumulators, row) => {
        if (row > 0) {
          body.get(STRIP.rows).constant("i32", row).op("i32.le_s").branchIf(0);
          addLocal(body, target, STRIP.resultStep);
        }
        body.get(STRIP.add).if(() => {
          accumulators.forEach((accumulator, index) => {
            body.get(target).memory("v128.load", 16 * index);
            body.get(accumulator).op(vectorOp(this.#setting.type, "add")).set(accumulator);
          });
        });
        accumulators.forEach((accumulator, index) => {
          body
            .get(target)
            .get(accumulator)
            .memory("v128.store", 16 * index);
        });
      });
    });
  }

  /** Stores fewer columns than the tile has, from a copy of it in memory. */
  #storeEdge(): void {
    const body = this.#body;
    const { type } = this.#setting;
    const [source, target, from, to] = [
      body.local("i32"),
      body.local("i32"),
      body.local("i32"),
      body.local("i32"),
    ];
    const [rows, columns, sum] = [body.local("i32"), body.local("i32"), body.local(type)];
    const rowBytes = 16 * this.#shape.vectors;
    this.#tile.flat().forEach((accumulator, index) => {
      body
        .get(STRIP.edge)
        .get(accumulator)
        .memory("v128.store", 16 * index);
    });
    body.get(STRIP.edge).set(source).get(STRIP.result).set(target).get(STRIP.rows).set(rows);
    whileLeft(body, rows, 1, () => {
      body.get(source).set(from).get(target).set(to).get(STRIP.columns).set(columns);
      whileLeft(body, columns, 1, () => {
        body.get(from).memory(`${type}.load`).set(sum);
        body.get(STRIP.add).if(() => {
          body.get(to).memory(`${type}.load`).get(sum).op(`${type}.add`).set(sum);
        });
        body.get(to).get(sum).memory(`${type}.store`);
        addConstant(body, from, this.#width);
        addConstant(body, to, this.#width);
      });
      addConstant(body, source, rowBytes);
      addLocal(body, target, STRIP.resultStep);
    });
  }
}

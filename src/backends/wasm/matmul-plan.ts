/** Which way a matrix product is computed, in blocks of which size, and the scratch memory for it. */

import type { MatmulKernel, MatrixLayout } from "./matmul.js";
import type { BlockForm } from "./matmul-blocks.js";
import type { DotShape } from "./matmul-dots.js";
import { type ElementType, lanesIn, widthOf } from "./matmul-elements.js";
import type { TileShape } from "./matmul-tile.js";

/** Distances between elements of a matrix. */
export type Strides = Pick<MatrixLayout, "rowStride" | "columnStride">;

/** An axis along which products lie one after the other, with the distances of their operands in elements. */
export interface BatchAxis {
  readonly size: number;
  readonly left: number;
  readonly right: number;
}

/** One product of two matrices, of which there may be many. */
export interface Product {
  readonly type: ElementType;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly left: Strides;
  readonly right: Strides;
  readonly accumulate: boolean;
}

/** A kernel in the form in which it is computed: with few batch axes, and rows rather than columns of vectors. */
export interface Batch {
  readonly axes: readonly BatchAxis[];
  readonly product: Product;
  /** Whether left and right have changed places. */
  readonly swapped: boolean;
}

/** A way to compute a product that is not small. */
export type Way =
  | {
      readonly kind: "blocks";
      readonly form: BlockForm;
      readonly innerBlock: number;
      readonly columnBlock: number;
    }
  | { readonly kind: "dots"; readonly shape: DotShape; readonly innerBlock: number };

/** Sums that are too long for float32: rows taken at a time, and products added up in float32. */
export interface WideSums {
  readonly rows: number;
  readonly inner: number;
}

/** The parts of scratch memory, as distances from its beginning. */
export interface ScratchParts {
  readonly packedRight: number;
  readonly packedLeft: number;
  readonly edge: number;
  readonly part: number;
  readonly sums: number;
  readonly size: number;
}

/** Products whose sizes are all at most this are written out for their sizes. */
const SMALL = 16;

/** With at most so many rows, dot products are faster than transposing the right operand. */
const ROWS_OF_DOTS = 8;

/** With at most so many rows, each element of the right operand is used too seldom for a copy to pay. */
const ROWS_WITHOUT_PACKING = 8;

/** From so many columns on, copying rows of the left operand pays for slightly faster multiplication. */
const COLUMNS_FOR_PACKING = 64;

/** The most products that a tile adds up in a row; a panel of so many rows fits into the cache of the first level. */
const MOST_INNER = 128;

/** Bytes of a row of the block of the right operand, which fits into the cache of the second level. */
const MOST_COLUMN_BYTES = 2048;

/** Bytes that stay in the cache of the second level. */
const CACHED = 524288;

/** Longer inner axes are summed up in float64, in parts of the other length. */
const MOST_IN_FLOAT32 = 4096;
const PART_IN_FLOAT32 = 1024;

/** Elements of the result that are summed up in float64 at a time. */
const WIDE_ELEMENTS = 8192;

const ceilTo = (value: number, step: number): number => Math.ceil(value / step) * step;

/** Parts of nearly equal size, at most `most`, that are multiples of `step` except perhaps the last. */
function evenParts(total: number, most: number, step: number): number {
  return ceilTo(total / Math.ceil(total / most), step);
}

export function isSmall({ rows, columns, inner }: Product): boolean {
  return Math.max(rows, columns, inner) <= SMALL;
}

/** Fewer batch axes, and matrices with more rows, where the strides allow it. */
export function batchOf(kernel: MatmulKernel): Batch {
  const swapped = kernel.columns === 1 && kernel.rows > 1;
  const turned = ({ rowStride, columnStride }: MatrixLayout): Strides => {
    return swapped
      ? { rowStride: columnStride, columnStride: rowStride }
      : { rowStride, columnStride };
  };
  const [left, right] = swapped ? [kernel.right, kernel.left] : [kernel.left, kernel.right];
  const axes: BatchAxis[] = [];
  kernel.batch.forEach((size, axis) => {
    if (size === 1) return;
    const next = { size, left: left.batchStrides[axis]!, right: right.batchStrides[axis]! };
    const last = axes.at(-1);
    const joins = last?.left === size * next.left && last.right === size * next.right;
    if (joins) axes[axes.length - 1] = { ...next, size: last.size * size };
    else axes.push(next);
  });
  const { type, inner, accumulate = false } = kernel;
  const columns = swapped ? kernel.rows : kernel.columns;
  let rows = swapped ? 1 : kernel.rows;
  let { rowStride, columnStride } = turned(left);
  const last = axes.at(-1);
  if (last?.right === 0 && (rows === 1 || last.left === rows * rowStride)) {
    if (rows === 1) rowStride = last.left;
    rows *= last.size;
    axes.pop();
  }
  if (inner === 1) columnStride = 1;
  const turnedRight = turned(right);
  const product = {
    type,
    rows,
    columns,
    inner,
    left: { rowStride, columnStride },
    right: turnedRight,
    accumulate,
  };
  return { axes, product, swapped };
}

/** How a product is computed that has no size 0. */
export function wayOf(product: Product, relaxed: boolean): Way {
  const { type, rows, columns, inner, left, right } = product;
  if (rows <= ROWS_OF_DOTS && left.columnStride === 1 && right.rowStride === 1 && inner > 1) {
    return { kind: "dots", shape: dotShape(rows, columns), innerBlock: rows === 1 ? 512 : 256 };
  }
  const packRight = right.columnStride !== 1 || rows > ROWS_WITHOUT_PACKING;
  const shape = tileShape(product, relaxed);
  const packLeft = rows > 1 && shape.left === "columns";
  const width = shape.vectors * lanesIn(type);
  return {
    kind: "blocks",
    form: { shape, packLeft, packRight },
    innerBlock: evenParts(inner, rows === 1 ? innerOfOneRow(product) : MOST_INNER, 4),
    columnBlock: packRight
      ? evenParts(columns, MOST_COLUMN_BYTES / widthOf(type), width)
      : ceilTo(columns, width),
  };
}

function dotShape(rows: number, columns: number): DotShape {
  if (rows > 1) return { rows: 2, columns: 4, vectors: 1 };
  return columns > 1 ? { rows: 1, columns: 8, vectors: 1 } : { rows: 1, columns: 1, vectors: 4 };
}

/**
 * Eight accumulators hide how long an addition takes, and more do not fit into registers of x86 beside the rest. A multiplication of
 * its own needs a register, too, and pointers to many rows take time that there is only with fewer instructions.
 */
function tileShape({ rows, columns, left }: Product, relaxed: boolean): TileShape {
  if (rows === 1) return { rows: 1, vectors: relaxed ? 8 : 4, left: "columns" };
  const byColumns = left.columnStride !== 1 || (!relaxed && columns >= COLUMNS_FOR_PACKING);
  return { rows: 4, vectors: 2, left: byColumns ? "columns" : "rows" };
}

/** A right operand beyond the cache is read many rows at a time, along them. */
function innerOfOneRow({ type, columns, inner }: Product): number {
  return inner * columns * widthOf(type) > CACHED ? 16 : 128;
}

/** Whether and how sums go through float64. */
export function wideSumsOf({ type, rows, columns, inner }: Product): WideSums | undefined {
  if (type !== "f32" || inner <= MOST_IN_FLOAT32) return undefined;
  const most = ceilTo(Math.max(64, WIDE_ELEMENTS / columns), 4);
  return {
    rows: Math.min(rows, evenParts(rows, most, 4)),
    inner: evenParts(inner, PART_IN_FLOAT32, 4),
  };
}

/** Where scratch memory is used, for a product that has no size 0. */
export function scratchOf(product: Product, relaxed: boolean): ScratchParts {
  const { type, columns } = product;
  const width = widthOf(type);
  const none = { packedRight: 0, packedLeft: 0, edge: 0, part: 0, sums: 0, size: 0 };
  if (isSmall(product)) return none;
  const way = wayOf(product, relaxed);
  const wide = wideSumsOf(product);
  let size = 0;
  const place = (bytes: number): number => {
    const at = size;
    size += ceilTo(bytes, 16);
    return at;
  };
  if (way.kind === "dots") {
    if (wide === undefined) return none;
    const part = place(wide.rows * columns * 4);
    const sums = place(wide.rows * columns * 8);
    return { ...none, part, sums, size };
  }
  const { form, innerBlock, columnBlock } = way;
  const { shape, packLeft, packRight } = form;
  const tileColumns = shape.vectors * lanesIn(type);
  const packed = packRight ? columnBlock : columns % tileColumns === 0 ? 0 : tileColumns;
  const packedRight = place(innerBlock * packed * width);
  const packedLeft = place(packLeft ? innerBlock * shape.rows * width : 0);
  const edge = place(columns % tileColumns === 0 ? 0 : shape.rows * tileColumns * width);
  const part = place(wide === undefined ? 0 : wide.rows * columns * 4);
  const sums = place(wide === undefined ? 0 : wide.rows * columns * 8);
  return { packedRight, packedLeft, edge, part, sums, size };
}

/** Which way a matrix product is computed, in blocks of which size, and the scratch memory for it. */

import type { BlockForm } from "./matmul-blocks.js";
import type { DotShape } from "./matmul-dot-tile.js";
import { lanesIn, widthOf } from "./matmul-elements.js";
import type { Product } from "./matmul-kernel.js";
import type { TileShape } from "./matmul-tile.js";

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
const ROWS_OF_DOTS = 12;

/** With at most so many rows, each element of the right operand is used too seldom for a copy to pay. */
const ROWS_WITHOUT_PACKING = 24;

/** The same where rows of the right operand are multiples of a page apart: then they contend for the same few places of the cache. */
const ROWS_WITH_COLLISIONS = 8;
const CACHE_PERIOD = 4096;

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

/** Dot products are summed up in float64 anyway; longer parts would run for too long before an engine has better code for them. */
const MOST_IN_DOTS = 16384;

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

/** How a product is computed that has no size 0. */
export function wayOf(product: Product, relaxed: boolean): Way {
  const { type, rows, columns, inner, left, right } = product;
  if (rows <= ROWS_OF_DOTS && left.columnStride === 1 && right.rowStride === 1 && inner > 1) {
    const shape = dotShape(rows, columns);
    return { kind: "dots", shape, innerBlock: shape.vectors > 1 ? 512 : 256 };
  }
  const collides = (right.rowStride * widthOf(type)) % CACHE_PERIOD === 0;
  const packRight =
    right.columnStride !== 1 || rows > (collides ? ROWS_WITH_COLLISIONS : ROWS_WITHOUT_PACKING);
  const shape = tileShape(product, relaxed);
  const packLeft = rows > 1 && shape.left === "columns";
  const width = shape.vectors * lanesIn(type);
  return {
    kind: "blocks",
    form: { shape, packLeft, packRight },
    innerBlock: evenParts(inner, rows === 1 ? innerOfOneRow(product) : MOST_INNER, 4),
    columnBlock:
      rows > shape.rows
        ? evenParts(columns, MOST_COLUMN_BYTES / widthOf(type), width)
        : ceilTo(columns, width),
  };
}

function dotShape(rows: number, columns: number): DotShape {
  if (rows > 1) return { rows: 2, columns: 4, vectors: 1 };
  return columns > 1 ? { rows: 1, columns: 6, vectors: 1 } : { rows: 1, columns: 1, vectors: 4 };
}

/**
 * Eight accumulators hide how long an addition takes, and more do not fit into registers of x86 beside the rest. Where multiplication
 * and addition are two instructions, products need registers, too, and there is no time to spare for pointers to many rows.
 */
function tileShape({ rows, columns, left }: Product, relaxed: boolean): TileShape {
  if (rows === 1) return { rows: 1, vectors: relaxed ? 8 : 4, left: "columns" };
  if (rows === 2)
    return { rows: 2, vectors: 4, left: left.columnStride === 1 ? "rows" : "columns" };
  const byColumns = left.columnStride !== 1 || (!relaxed && columns >= COLUMNS_FOR_PACKING);
  return { rows: 4, vectors: 2, left: byColumns ? "columns" : "rows" };
}

/** A right operand beyond the cache is read many rows at a time, along them. */
function innerOfOneRow({ type, columns, inner }: Product): number {
  return inner * columns * widthOf(type) > CACHED ? 16 : 128;
}

/** Whether and how sums of parts of the inner axis go through float64. */
export function wideSumsOf(
  { type, rows, columns, inner }: Product,
  way: Way,
): WideSums | undefined {
  const isDots = way.kind === "dots";
  if (type !== "f32" || inner <= (isDots ? MOST_IN_DOTS : MOST_IN_FLOAT32)) return undefined;
  const most = ceilTo(Math.max(64, WIDE_ELEMENTS / columns), 4);
  return {
    rows: Math.min(rows, evenParts(rows, most, 4)),
    inner: evenParts(inner, isDots ? MOST_IN_DOTS : PART_IN_FLOAT32, 4),
  };
}

/** Where scratch memory is used, for a product that has no size 0. */
export function scratchOf(product: Product, relaxed: boolean): ScratchParts {
  const { type, columns } = product;
  const width = widthOf(type);
  const none = { packedRight: 0, packedLeft: 0, edge: 0, part: 0, sums: 0, size: 0 };
  if (isSmall(product)) return none;
  const way = wayOf(product, relaxed);
  const wide = wideSumsOf(product, way);
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

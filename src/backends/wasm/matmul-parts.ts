/** Matrix products cut into parts: some of the batch, of the rows, or of the columns of the result. */

import { batchOf, type MatmulKernel } from "./matmul-kernel.js";
import { isSmall, wayOf, wideSumsOf } from "./matmul-plan.js";

/** Where a product is cut. */
export type Cut = "batch" | "rows" | "columns";

/** Products of their own; all but the last are alike. */
export interface ProductParts {
  readonly kernels: readonly MatmulKernel[];
  /** Elements from one part to the next, of the operands and the result. */
  readonly steps: readonly [number, number, number];
}

/** Operations of two numbers in a nanosecond, about. */
const SPEED = { f32: 36, f64: 18, i32: 9 } as const;

/** Nanoseconds for an element of a large operand that is used once only. */
const TRANSFER = 0.15;

/** Rows and columns in a part are multiples of these, so that tiles are whole. */
const ROWS = 8;
const COLUMNS = 32;

/** With fewer rows or columns in a part, copying the other operand for each of them takes too long. */
const FEWEST = 64;

/** About how long one thread takes. */
export function productNanoseconds({ type, batch, rows, columns, inner }: MatmulKernel): number {
  const count = batch.reduce((product, size) => product * size, 1);
  const arithmetic = (2 * rows * columns * inner) / SPEED[type];
  return count * Math.max(arithmetic, TRANSFER * inner * Math.max(rows, columns));
}

/**
 * At most so many parts; undefined where the sums would not be the same, bit by bit.
 *
 * @param byRows whether parts have to be whole rows
 */
export function productParts(
  kernel: MatmulKernel,
  most: number,
  relaxed: boolean,
  byRows = false,
): ProductParts | undefined {
  for (const cut of cutsOf(kernel)) {
    if (byRows && cut === "columns") continue;
    const parts = cutInto(kernel, cut, most);
    if (parts?.kernels.every((part) => hasSameSums(kernel, part, relaxed))) return parts;
  }
  return undefined;
}

/** The ways to cut, the best first. */
function cutsOf({ batch, rows, columns }: MatmulKernel): readonly Cut[] {
  if (batch.some((size) => size > 1)) return ["batch"];
  return rows >= columns ? ["rows", "columns"] : ["columns", "rows"];
}

function cutInto(kernel: MatmulKernel, cut: Cut, most: number): ProductParts | undefined {
  const { batch, rows, columns, left, right } = kernel;
  const axis = batch.findIndex((size) => size > 1);
  const total = cut === "batch" ? batch[axis]! : cut === "rows" ? rows : columns;
  const step = cut === "batch" ? 1 : cut === "rows" ? ROWS : COLUMNS;
  const fewest = cut === "batch" ? 1 : FEWEST;
  const wanted = Math.max(1, Math.min(most, Math.floor(total / fewest)));
  const size = Math.ceil(total / wanted / step) * step;
  const parts = Math.ceil(total / size);
  if (parts < 2) return undefined;
  const kernelOf = (count: number): MatmulKernel => {
    if (cut === "rows") return { ...kernel, rows: count };
    if (cut === "columns") return { ...kernel, columns: count, resultStride: columns };
    return { ...kernel, batch: batch.map((one, place) => (place === axis ? count : one)) };
  };
  const inside = batch.slice(axis + 1).reduce((product, one) => product * one, rows * columns);
  const kernels = Array.from({ length: parts }, (_, part) =>
    kernelOf(Math.min(size, total - part * size)),
  );
  const [ofLeft, ofRight, ofResult] = {
    batch: [left.batchStrides[axis]!, right.batchStrides[axis]!, inside],
    rows: [left.rowStride, 0, columns],
    columns: [0, right.columnStride, 1],
  }[cut] as [number, number, number];
  return { kernels, steps: [size * ofLeft, size * ofRight, size * ofResult] };
}

/** Whether every element of a part is summed up as in the whole. */
function hasSameSums(kernel: MatmulKernel, part: MatmulKernel, relaxed: boolean): boolean {
  if (sumsOf(kernel, relaxed) !== sumsOf(part, relaxed)) return false;
  if (part.resultStride === undefined) return true;
  // Sums in float64 and columns that are computed as rows are written to where they lie side by side.
  const { product, swapped } = batchOf(part);
  return !swapped && wideSumsOf(product, wayOf(product, relaxed)) === undefined;
}

/** Equal for products whose elements are summed up in the same order and precision. */
export function sumsOf(kernel: MatmulKernel, relaxed: boolean): string {
  const { product, swapped } = batchOf(kernel);
  const way = wayOf(product, relaxed && kernel.type !== "i32");
  const shape = way.kind === "dots" ? way.shape : {};
  const wide = wideSumsOf(product, way)?.inner;
  return JSON.stringify([swapped, isSmall(product), way.kind, shape, way.innerBlock, wide]);
}

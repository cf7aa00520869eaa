/** Products of matrices as they are asked for, and as they are computed: with as few batch axes as the strides allow. */

import type { ElementType } from "./matmul-elements.js";

/** Where the elements of matrices lie. Distances may be 0, or negative. */
export interface MatrixLayout {
  /** In elements. */
  readonly batchStrides: readonly number[];
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Products of matrices of one size. */
export interface MatmulKernel {
  readonly type: ElementType;
  /** Sizes of the batch axes, often none. */
  readonly batch: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  /** Rows by inner. */
  readonly left: MatrixLayout;
  /** Inner by columns. */
  readonly right: MatrixLayout;
  /** Whether products are added to what the result holds. Default false. */
  readonly accumulate?: boolean;
  /** Elements from one row of the result to the next, where it is a part of one with more columns; only without batch axes. */
  readonly resultStride?: number;
}

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
  /** Elements from one row of the result to the next. */
  readonly resultStride: number;
}

/** A kernel in the form in which it is computed: with few batch axes, and rows rather than columns of vectors. */
export interface Batch {
  readonly axes: readonly BatchAxis[];
  readonly product: Product;
  /** Whether left and right have changed places. */
  readonly swapped: boolean;
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
  // Never used then, and this is the stride that needs no copy.
  if (inner === 1) columnStride = 1;
  const product = {
    type,
    rows,
    columns,
    inner,
    left: { rowStride, columnStride },
    right: turned(right),
    accumulate,
    resultStride: kernel.resultStride ?? columns,
  };
  return { axes, product, swapped };
}

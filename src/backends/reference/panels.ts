/**
 * Products of packed matrices: four rows of one times four columns of the other at a time, in float64.
 *
 * A panel holds four rows (or columns) side by side, so that the inner loop reads both operands in order and without
 * converting them; sixteen sums stay in registers. After K. Goto and R. van de Geijn, "Anatomy of High-Performance
 * Matrix Multiplication", ACM Transactions on Mathematical Software 34 (2008).
 */

import type { TypedArray } from "../../core/dtype.js";

/** Rows or columns in one panel. */
export const PANEL = 4;

/** How many elements the panels of `count` vectors take; the last panel is filled up. */
export function panelsSize(count: number, depth: number): number {
  return Math.ceil(count / PANEL) * PANEL * depth;
}

/**
 * Packs vectors of `depth` elements into panels: vector v begins at `start + v·step`, its elements are `depthStep` apart.
 */
export function packPanels(
  source: TypedArray,
  start: number,
  step: number,
  depthStep: number,
  count: number,
  depth: number,
  target: Float64Array,
): void {
  let to = 0;
  let from = start;
  let left = count;
  for (; left >= PANEL; left -= PANEL, from += PANEL * step) {
    for (let index = 0, at = from; index < depth; index++, at += depthStep, to += PANEL) {
      target[to] = source[at]!;
      target[to + 1] = source[at + step]!;
      target[to + 2] = source[at + 2 * step]!;
      target[to + 3] = source[at + 3 * step]!;
    }
  }
  if (left === 0) return;
  for (let index = 0, at = from; index < depth; index++, at += depthStep, to += PANEL) {
    for (let vector = 0; vector < PANEL; vector++) {
      target[to + vector] = vector < left ? source[at + vector * step]! : 0;
    }
  }
}

/** Adds rows · columns to `sum`, a row-major matrix whose rows are `stride` apart, all of it from packed panels. */
export function addProduct(
  rows: Float64Array,
  rowCount: number,
  columns: Float64Array,
  columnCount: number,
  depth: number,
  sum: Float64Array,
  stride: number,
): void {
  for (let row = 0; row < rowCount; row += PANEL) {
    for (let column = 0; column < columnCount; column += PANEL) {
      const at = row * stride + column;
      const height = Math.min(PANEL, rowCount - row);
      const width = Math.min(PANEL, columnCount - column);
      if (height === PANEL && width === PANEL) {
        addTile(rows, row * depth, columns, column * depth, depth, sum, at, stride);
        continue;
      }
      edge.fill(0);
      addTile(rows, row * depth, columns, column * depth, depth, edge, 0, PANEL);
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) sum[at + i * stride + j]! += edge[i * PANEL + j]!;
      }
    }
  }
}

/** A tile at the edge of the result, part of which lies outside. */
const edge = /* @__PURE__ */ new Float64Array(PANEL * PANEL);

function addTile(
  rows: Float64Array,
  rowsAt: number,
  columns: Float64Array,
  columnsAt: number,
  depth: number,
  sum: Float64Array,
  at: number,
  stride: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  const end = rowsAt + depth * PANEL;
  for (let r = rowsAt, c = columnsAt; r < end; r += PANEL, c += PANEL) {
    const r0 = rows[r]!;
    const r1 = rows[r + 1]!;
    const r2 = rows[r + 2]!;
    const r3 = rows[r + 3]!;
    const c0 = columns[c]!;
    const c1 = columns[c + 1]!;
    const c2 = columns[c + 2]!;
    const c3 = columns[c + 3]!;
    s00 += r0 * c0;
    s01 += r0 * c1;
    s02 += r0 * c2;
    s03 += r0 * c3;
    s10 += r1 * c0;
    s11 += r1 * c1;
    s12 += r1 * c2;
    s13 += r1 * c3;
    s20 += r2 * c0;
    s21 += r2 * c1;
    s22 += r2 * c2;
    s23 += r2 * c3;
    s30 += r3 * c0;
    s31 += r3 * c1;
    s32 += r3 * c2;
    s33 += r3 * c3;
  }
  const first = at;
  const second = at + stride;
  const third = at + 2 * stride;
  const fourth = at + 3 * stride;
  sum[first]! += s00;
  sum[first + 1]! += s01;
  sum[first + 2]! += s02;
  sum[first + 3]! += s03;
  sum[second]! += s10;
  sum[second + 1]! += s11;
  sum[second + 2]! += s12;
  sum[second + 3]! += s13;
  sum[third]! += s20;
  sum[third + 1]! += s21;
  sum[third + 2]! += s22;
  sum[third + 3]! += s23;
  sum[fourth]! += s30;
  sum[fourth + 1]! += s31;
  sum[fourth + 2]! += s32;
  sum[fourth + 3]! += s33;
}

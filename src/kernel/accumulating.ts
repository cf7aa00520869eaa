/** Accumulations: zeros, or a first piece that covers all, to which the other pieces are added one after another. */

import type { GraphNode } from "../core/graph.js";
import type { AccumulatePiece } from "../core/lowering.js";
import type { Layout } from "../core/storage.js";
import { tensorType } from "../core/tensor.js";
import { copyNest, copyNests, type Target, wholeOf, zeroNest } from "./copy-nest.js";
import type { Placement } from "./placement.js";
import type { Place, Statement } from "./program.js";
import { rowOffsets } from "./row-space.js";

interface Part {
  readonly from: Place;
  readonly to: Target;
}

/** The statements of an accumulation. */
export function accumulateStatements(
  placement: Placement,
  { operands, firstOutput }: GraphNode,
  pieces: readonly AccumulatePiece[],
): readonly Statement[] {
  const type = placement.typeOf(firstOutput);
  if (type.size === 0) return [];
  const whole = wholeOf(placement.arrayOf(firstOutput), type.shape);
  const dense = (piece: AccumulatePiece): boolean => piece.kind === "dense";
  const partOf = (piece: AccumulatePiece, target: Target): Part => {
    const from = placement.placeOf(operands[piece.operand]!);
    const layout = piece.kind === "region" ? regionOf(piece, target, from) : target.layout;
    return { from, to: { array: target.array, layout } };
  };
  const blocks = pieces.filter((piece) => piece.kind !== "rows");
  const isApart = coverage(
    blocks.map((piece) => partOf(piece, whole)),
    type.size,
  );
  const hasRows = blocks.length < pieces.length;
  // A float32 sum of many pieces is kept in float64 until it is complete, as in the reference.
  const isWide =
    type.dtype === "float32" && pieces.length > 2 && (isApart === undefined || hasRows);
  const sumType = isWide ? tensorType("float64", type.shape) : type;
  const sum = isWide ? wholeOf(placement.newArray(sumType), type.shape) : whole;
  const statements: Statement[] = [];
  if (isApart === undefined || isWide) {
    const first = blocks.find(dense);
    if (first === undefined) statements.push(zeroNest(sum.array, { type: sumType }));
    else statements.push(copyNest(partOf(first, sum).from, sum, { dtype: sumType.dtype }));
    for (const piece of blocks) {
      const { from, to } = partOf(piece, sum);
      if (piece === first || from.type.size === 0) continue;
      statements.push(copyNest(from, to, { adds: true, dtype: sumType.dtype }));
    }
  } else {
    if (isApart < type.size) statements.push(zeroNest(sum.array, { type }));
    statements.push(...copyNests(blocks.map((piece) => partOf(piece, sum))));
  }
  for (const piece of pieces) {
    const value = operands[piece.operand]!;
    if (piece.kind !== "rows" || placement.typeOf(value).size === 0) continue;
    const { axis, span } = piece;
    const rows = placement.denseOf(value);
    const indices = placement.denseOf(operands[piece.indices]!);
    // Copies that operands need come before, as their own statements.
    statements.push({ kind: "addRows", rows, indices, axis, span, result: sum.array });
  }
  if (isWide) {
    const from = { array: sum.array, type: sumType, layout: sum.layout };
    statements.push(copyNest(from, whole, { dtype: type.dtype }));
  }
  return statements;
}

/** Where a block of an accumulation goes. */
function regionOf(
  { begin, strides }: Extract<AccumulatePiece, { kind: "region" }>,
  { layout }: Target,
  { type: { shape } }: Place,
): Layout {
  return {
    shape,
    strides: layout.strides.map((stride, axis) => stride * strides[axis]!),
    offset: begin.reduce((sum, first, axis) => sum + first * layout.strides[axis]!, 0),
  };
}

/** How many elements parts cover, if none is covered twice. */
function coverage(parts: readonly Part[], size: number): number | undefined {
  const elements = parts.reduce((sum, { from }) => sum + from.type.size, 0);
  if (elements > size || elements > MOST_COMPARED) return undefined;
  const seen = new Set<number>();
  for (const { from, to } of parts) {
    for (const offset of rowOffsets(from.type.shape, to.layout.strides, 0)) {
      seen.add(to.layout.offset + offset);
    }
  }
  return seen.size === elements ? elements : undefined;
}

/** Larger accumulations are taken to overlap. */
const MOST_COMPARED = 65536;

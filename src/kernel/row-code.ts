/** Rows computed element by element: reductions, products, joins and sums of small rows as straight code. */

import type { DType } from "../core/dtype.js";
import type { AccumulatePiece, Reducer, Scan } from "../core/lowering.js";
import { contiguousStrides, type Shape, sizeOf } from "../core/shape.js";
import type { CodeBuilder } from "./code-builder.js";
import { accumulatorType, identityOf, REDUCER_OPCODES } from "./elementwise-kernel.js";
import type { Row, RowContext } from "./row.js";
import { rowOffsets, rowSize } from "./row-space.js";
import { type ScalarType, scalarType, type Value } from "./scalar-code.js";

/** Values combined two by two, so that none waits for all others. */
export function combined(
  code: CodeBuilder,
  values: Row,
  reducer: Reducer,
  type: ScalarType,
): Value {
  if (values.length === 0) return code.constant(type, identityOf(reducer, type));
  let level = values;
  while (level.length > 1) {
    const next: Value[] = [];
    for (let place = 0; place < level.length; place += 2) {
      const [a, b] = [level[place]!, level[place + 1]];
      next.push(b === undefined ? a : code.binary(REDUCER_OPCODES[reducer], a, b));
    }
    level = next;
  }
  return level[0]!;
}

/** By element of the result: the positions in the operand's row that are combined to it. */
export function groupsOf(
  shape: Shape,
  axesOfSpace: number,
  reduced: readonly number[],
): number[][] {
  const strides = contiguousStrides(shape);
  const kept = shape.map((length, axis) => (reduced.includes(axis) ? 1 : length));
  const gone = shape.map((length, axis) => (reduced.includes(axis) ? length : 1));
  const inside = rowOffsets(gone, strides, axesOfSpace);
  return rowOffsets(kept, strides, axesOfSpace).map((begin) => inside.map((one) => begin + one));
}

/** Sums, products, extrema along axes of a row. */
export function reducedRow(
  code: CodeBuilder,
  row: Row,
  { operands, operandAxes }: RowContext,
  reducer: Reducer,
  axes: readonly number[],
): Row {
  const type = scalarType(operands[0]!.dtype);
  const within = accumulatorType(reducer, type);
  return groupsOf(operands[0]!.shape, operandAxes[0]!, axes).map((group) => {
    const values = group.map((place) => code.convert(within, row[place]!));
    return code.convert(type, combined(code, values, reducer, within));
  });
}

/** Sums of squares below this have lost digits to underflow. */
const SMALLEST_SUM = 2 ** -960;

/** Lengths along axes of a row; where squares leave the range, by a function that scales them. */
export function normRow(
  code: CodeBuilder,
  row: Row,
  { operands, operandAxes }: RowContext,
  axes: readonly number[],
): Row {
  const type = scalarType(operands[0]!.dtype);
  return groupsOf(operands[0]!.shape, operandAxes[0]!, axes).map((group) => {
    const values = group.map((place) => code.convert("f64", row[place]!));
    const squares = values.map((value) => code.mul(value, value));
    const sum = combined(code, squares, "sum", "f64");
    const length = code.unary("sqrt", sum);
    if (type === "f32") return code.convert(type, length);
    const isLow = code.compare("lt", sum, code.constant("f64", SMALLEST_SUM));
    const isHigh = code.compare("eq", sum, code.constant("f64", Number.POSITIVE_INFINITY));
    return code.patch(code.binary("or", isLow, isHigh), length, Math.hypot, values);
  });
}

/** Rows one after another along an axis. */
export function concatenatedRow(
  rows: readonly Row[],
  { operands, operandAxes }: RowContext,
  axis: number,
): Row {
  const outer = sizeOf(operands[0]!.shape.slice(operandAxes[0]!, axis));
  const result: Value[] = [];
  for (let block = 0; block < outer; block++) {
    for (const row of rows) {
      const length = row.length / outer;
      result.push(...row.slice(block * length, (block + 1) * length));
    }
  }
  return result;
}

/** Zeros to which the rows of pieces are added; float32 sums of many pieces are rounded at the end. */
export function accumulatedRow(
  code: CodeBuilder,
  rows: readonly Row[],
  { outputs, outputAxes, operands }: RowContext,
  pieces: readonly AccumulatePiece[],
): Row {
  const { shape, dtype } = outputs[0]!;
  const type = scalarType(dtype);
  const within = pieces.length > 2 ? accumulatorType("sum", type) : type;
  const axes = outputAxes[0]!;
  const strides = contiguousStrides(shape);
  const sums = new Array<Value | undefined>(rowSize(shape, axes));
  for (const piece of pieces) {
    const row = rows[piece.operand]!;
    const targets =
      piece.kind === "region"
        ? rowOffsets(
            operands[piece.operand]!.shape,
            strides.map((stride, axis) => stride * piece.strides[axis]!),
            axes,
          ).map(
            (offset) =>
              offset + piece.begin.reduce((sum, begin, axis) => sum + begin * strides[axis]!, 0),
          )
        : row.map((_, element) => element);
    targets.forEach((target, element) => {
      const value = code.convert(within, row[element]!);
      const before = sums[target];
      sums[target] = before === undefined ? value : code.add(before, value);
    });
  }
  return Array.from(sums, (sum) => code.convert(type, sum ?? code.constant(within, 0)));
}

/** Running sums or products along an axis of a row. */
export function scannedRow(
  code: CodeBuilder,
  row: Row,
  { operands, operandAxes }: RowContext,
  reducer: "sum" | "product",
  { axis, exclusive, reverse }: Scan,
): Row {
  const { shape, dtype } = operands[0]!;
  const type = scalarType(dtype);
  const within = accumulatorType(reducer, type);
  const result = new Array<Value>(row.length);
  for (const group of groupsOf(shape, operandAxes[0]!, [axis])) {
    let total = code.constant(within, identityOf(reducer, within));
    let isFirst = true;
    for (const place of reverse ? [...group].reverse() : group) {
      const value = code.convert(within, row[place]!);
      const next = isFirst ? value : code.binary(REDUCER_OPCODES[reducer], total, value);
      result[place] = code.convert(type, exclusive ? total : next);
      total = next;
      isFirst = false;
    }
  }
  return result;
}

/** Products of small matrices. */
export function matmulRow(
  code: CodeBuilder,
  left: Row,
  right: Row,
  {
    batch,
    rows,
    columns,
    inner,
    dtype,
  }: { batch: number; rows: number; columns: number; inner: number; dtype: DType },
): Row {
  const type = scalarType(dtype);
  const within = accumulatorType("sum", type);
  const result: Value[] = [];
  for (let one = 0; one < batch; one++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const terms = Array.from({ length: inner }, (_, k) => {
          const a = left[(one * rows + row) * inner + k]!;
          const b = right[(one * inner + k) * columns + column]!;
          return code.mul(code.convert(within, a), code.convert(within, b));
        });
        result.push(code.convert(type, combined(code, terms, "sum", within)));
      }
    }
  }
  return result;
}

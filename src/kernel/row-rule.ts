/** Operations on rows: which operations compute each row of their outputs from one row of each operand, and how. */

import type { GraphNode } from "../core/graph.js";
import { contiguousStrides } from "../core/shape.js";
import type { TensorType } from "../core/tensor.js";
import { appendOp } from "./op-code.js";
import { weightOf } from "./operation-weight.js";
import type { RowContext, RowRule } from "./row.js";
import {
  accumulatedRow,
  concatenatedRow,
  matmulRow,
  normRow,
  reducedRow,
  scannedRow,
} from "./row-code.js";
import {
  axesOfSpace,
  LONGEST_ROW,
  rowOffsets,
  rowSize,
  type Space,
  spaceStrides,
} from "./row-space.js";
import { scalarType } from "./scalar-code.js";

/** A function of WebAssembly takes at most 1,000 parameters, one for each array. */
const MOST_OPERANDS = 256;

/** The longest code for the row of one elementwise operation. */
const MOST_COSTLY_ROW = 400;

/** Products of small matrices of at most so many terms are written out. */
const LARGEST_PRODUCT = 256;

/** The rule of an operation for a space; undefined where it mixes rows, or where rows are too long. */
export function rowRule(
  node: GraphNode,
  types: readonly TensorType[],
  space: Space,
): RowRule | undefined {
  const operands = node.operands.map((operand) => types[operand]!);
  const outputs = types.slice(node.firstOutput, node.firstOutput + node.outputs);
  const outputAxes = outputs.map(({ shape }) => axesOfSpace(shape, space) ?? -1);
  const fits = ({ shape }: TensorType, axes: number): boolean =>
    axes >= 0 && rowSize(shape, axes) <= LONGEST_ROW;
  if (operands.length > MOST_OPERANDS) return undefined;
  if (!outputs.every((type, place) => type.size > 0 && fits(type, outputAxes[place]!)))
    return undefined;
  if (node.op.lowering.kind === "matmul") return matmulRule(operands, outputs[0]!, space);
  const operandAxes = operands.map(({ shape }) => axesOfSpace(shape, space) ?? -1);
  if (!operands.every((type, place) => type.size > 0 && fits(type, operandAxes[place]!)))
    return undefined;
  return ruleOf({ node, operands, outputs, space, operandAxes, outputAxes });
}

function ruleOf(context: RowContext): RowRule | undefined {
  const { node, operands, outputs, operandAxes, outputAxes } = context;
  const { op, attributes } = node;
  const { lowering } = op;
  const computed = (cost: number, emit: RowRule["emit"]): RowRule => ({
    axes: operandAxes,
    isView: false,
    cost,
    emit,
  });
  const size = outputs.length === 0 ? 0 : rowSize(outputs[0]!.shape, outputAxes[0]!);
  switch (lowering.kind) {
    case "elementwise": {
      const type = scalarType(outputs[0]!.dtype);
      const cost = size * weightOf(op.name);
      // Functions that take many instructions are better written once, in a loop, than for each element of a row.
      if (cost > MOST_COSTLY_ROW && size > 1) return undefined;
      return computed(cost, (code, rows) => [
        Array.from({ length: size }, (_, e) =>
          appendOp(
            code,
            op,
            rows.map((row) => row[e]!),
            type,
          ),
        ),
      ]);
    }
    case "cast": {
      const type = scalarType(outputs[0]!.dtype);
      return computed(size, (code, [row]) => [row!.map((value) => code.convert(type, value))]);
    }
    case "view": {
      const dense = {
        shape: operands[0]!.shape,
        strides: contiguousStrides(operands[0]!.shape),
        offset: 0,
      };
      const layout = lowering.layout(dense, attributes, outputs[0]!.shape);
      return layout === undefined ? undefined : viewRule(context, [layout]);
    }
    case "split": {
      const axis = lowering.axis(attributes);
      const strides = contiguousStrides(operands[0]!.shape);
      let offset = 0;
      const parts = lowering.sizes(attributes).map((length, place) => {
        const begin = offset;
        offset += length * strides[axis]!;
        const kept = outputs[place]!.shape.length === strides.length;
        return {
          offset: begin,
          strides: kept ? strides : strides.filter((_, one) => one !== axis),
        };
      });
      return viewRule(context, parts);
    }
    case "reduce": {
      const axes = lowering.axes(attributes);
      if (axes.some((axis) => axis < operandAxes[0]! && operands[0]!.shape[axis] !== 1))
        return undefined;
      return computed(rowSize(operands[0]!.shape, operandAxes[0]!), (code, [row]) => [
        reducedRow(code, row!, context, lowering.reducer, axes),
      ]);
    }
    case "norm": {
      const axes = lowering.axes(attributes);
      if (axes.some((axis) => axis < operandAxes[0]! && operands[0]!.shape[axis] !== 1))
        return undefined;
      return computed(4 * rowSize(operands[0]!.shape, operandAxes[0]!), (code, [row]) => [
        normRow(code, row!, context, axes),
      ]);
    }
    case "concat": {
      const axis = lowering.axis(attributes);
      if (axis < outputAxes[0]!) return undefined;
      return computed(size, (_, rows) => [concatenatedRow(rows, context, axis)]);
    }
    case "accumulate": {
      const pieces = lowering.pieces(attributes);
      const isInRows = pieces.every(
        (piece) =>
          piece.kind === "dense" || (piece.kind === "region" && fillsSpace(piece, context)),
      );
      if (!isInRows) return undefined;
      return computed(size * pieces.length, (code, rows) => [
        accumulatedRow(code, rows, context, pieces),
      ]);
    }
    case "scan": {
      const scan = lowering.scan(attributes);
      if (scan.axis < outputAxes[0]!) return undefined;
      return computed(2 * size, (code, [row]) => [
        scannedRow(code, row!, context, lowering.reducer, scan),
      ]);
    }
    default:
      return undefined;
  }
}

/** Whether a block covers all rows, each with the same elements. */
function fillsSpace(
  {
    operand,
    begin,
    strides,
  }: {
    readonly operand: number;
    readonly begin: readonly number[];
    readonly strides: readonly number[];
  },
  { operands, outputs, outputAxes, operandAxes }: RowContext,
): boolean {
  const [from, to] = [operands[operand]!.shape, outputs[0]!.shape];
  if (operandAxes[operand] !== outputAxes[0]) return false;
  return from
    .slice(0, outputAxes[0])
    .every(
      (length, axis) =>
        length === to[axis] && begin[axis] === 0 && (length === 1 || strides[axis] === 1),
    );
}

/** Elements of the operand's row under other strides, which must keep rows apart. */
function viewRule(
  { operands, outputs, space, operandAxes, outputAxes }: RowContext,
  layouts: readonly { readonly offset: number; readonly strides: readonly number[] }[],
): RowRule | undefined {
  const length = rowSize(operands[0]!.shape, operandAxes[0]!);
  const wanted = contiguousStrides([...space, length]).slice(0, space.length);
  const sources: number[][] = [];
  for (const [place, { offset, strides }] of layouts.entries()) {
    const { shape } = outputs[place]!;
    const axes = outputAxes[place]!;
    const ofSpace = spaceStrides(shape, strides, axes);
    if (!ofSpace.every((stride, axis) => stride === wanted[axis])) return undefined;
    const offsets = rowOffsets(shape, strides, axes).map((one) => one + offset);
    if (offsets.some((one) => one < 0 || one >= length)) return undefined;
    sources.push(offsets);
  }
  return {
    axes: operandAxes,
    isView: true,
    cost: 0,
    emit: (_, [row]) => sources.map((offsets) => offsets.map((offset) => row![offset]!)),
  };
}

/** A product of small matrices for each position of the space, which ends with the batch axes or with the rows of the left matrix. */
function matmulRule(
  operands: readonly TensorType[],
  output: TensorType,
  space: Space,
): RowRule | undefined {
  const [left, right] = operands as readonly [TensorType, TensorType];
  const batchAxes = output.shape.length - 2;
  const axes = axesOfSpace(output.shape, space)!;
  const ofRight = axes > batchAxes && batchAxes === 0 ? 0 : axesOfSpace(right.shape, space);
  const ofLeft = axesOfSpace(left.shape, space);
  const inner = right.shape.at(-2)!;
  if (ofLeft === undefined || ofRight === undefined || ofLeft > batchAxes + 1) return undefined;
  if (ofRight > batchAxes || (ofLeft > batchAxes && ofRight !== 0)) return undefined;
  if (rowSize(left.shape, ofLeft) > LONGEST_ROW || rowSize(right.shape, ofRight) > LONGEST_ROW)
    return undefined;
  const terms = rowSize(output.shape, axes) * inner;
  if (terms > LARGEST_PRODUCT || inner === 0 || output.size === 0) return undefined;
  return {
    axes: [ofLeft, ofRight],
    isView: false,
    cost: 2 * terms,
    emit: (code, [a, b]) => [
      matmulRow(code, a!, b!, {
        batch: rowSize(output.shape.slice(0, batchAxes), Math.min(axes, batchAxes)),
        rows: axes > batchAxes ? 1 : output.shape.at(-2)!,
        columns: output.shape.at(-1)!,
        inner,
        dtype: output.dtype,
      }),
    ],
  };
}

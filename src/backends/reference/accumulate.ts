/** Zeros to which dense tensors, blocks in a region, and rows at indices are added. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { AccumulatePiece, Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { contiguousStrides, type Shape, sizeOf } from "../../core/shape.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type Accumulate = Extract<Lowering<unknown>, { kind: "accumulate" }>;

export function evaluateAccumulate(
  name: string,
  lowering: Accumulate,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor {
  const pieces = lowering.pieces(attributes);
  const out = allocate(type.dtype, type.size, name);
  // A float32 sum of many pieces is kept in float64 until it is complete.
  const sum = type.dtype === "float32" && pieces.length > 2 ? new Float64Array(type.size) : out;
  for (const piece of pieces) addPiece(piece, inputs, type.shape, sum);
  if (sum !== out) out.set(sum);
  return denseTensor(out, type);
}

function addPiece(
  piece: AccumulatePiece,
  inputs: readonly Tensor[],
  shape: Shape,
  sum: TypedArray,
): void {
  const operand = inputs[piece.operand]!;
  const values = hostValues(operand);
  switch (piece.kind) {
    case "dense":
      for (let index = 0; index < values.length; index++) sum[index]! += values[index]!;
      return;
    case "region":
      addBlock(values, operand.shape, piece.begin, piece.strides, shape, sum);
      return;
    case "rows":
      addRows(values, hostValues(inputs[piece.indices]!), piece, shape, sum);
  }
}

function addBlock(
  values: TypedArray,
  block: Shape,
  begin: readonly number[],
  steps: readonly number[],
  shape: Shape,
  sum: TypedArray,
): void {
  const rank = block.length;
  if (values.length === 0) return;
  const strides = contiguousStrides(shape);
  let to = begin.reduce((offset, start, axis) => offset + start * strides[axis]!, 0);
  if (rank === 0) {
    sum[to]! += values[0]!;
    return;
  }
  const inner = block[rank - 1]!;
  const innerStep = steps[rank - 1]!;
  const position = new Array<number>(rank).fill(0);
  for (let from = 0; from < values.length; ) {
    for (let index = 0; index < inner; index++) sum[to + index * innerStep]! += values[from++]!;
    for (let axis = rank - 2; axis >= 0; axis--) {
      const step = strides[axis]! * steps[axis]!;
      to += step;
      if (++position[axis]! < block[axis]!) break;
      to -= block[axis]! * step;
      position[axis] = 0;
    }
  }
}

function addRows(
  values: TypedArray,
  indices: TypedArray,
  { axis, span }: { readonly axis: number; readonly span: number },
  shape: Shape,
  sum: TypedArray,
): void {
  const outer = sizeOf(shape.slice(0, axis));
  const length = sizeOf(shape.slice(axis, axis + span));
  const inner = sizeOf(shape.slice(axis + span));
  let from = 0;
  for (let block = 0; block < outer; block++) {
    for (let index = 0; index < indices.length; index++) {
      const to = (block * length + indices[index]!) * inner;
      for (let element = 0; element < inner; element++) sum[to + element]! += values[from++]!;
    }
  }
}

/** Elementwise operations: scalars directly, arrays in loops that are made for one operation and dtype. */

import { allocate, type DType, roundTo, type TypedArray } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { Lowering, ScalarFunction } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { StridedStorage } from "../../core/storage.js";
import { Tensor, type TensorType } from "../../core/tensor.js";
import { type ElementwiseLoops, makeLoops, type StridedOperand } from "./elementwise-loops.js";
import { denseTensor } from "./operand.js";

type Elementwise = Extract<Lowering<never>, { kind: "elementwise" }>;

/** The loops of a lowering by the dtypes of its last operand and of its result; the other operands have that of the last, or bool. */
type LoopsByDType = Map<DType, Map<DType, ElementwiseLoops>>;

const loopsOf = new WeakMap<Elementwise, LoopsByDType>();

export function evaluateElementwise(
  name: string,
  lowering: Elementwise,
  inputs: readonly Tensor[],
  type: TensorType,
): Tensor {
  const first = inputs[0]!.storage;
  if (typeof first !== "number") return evaluateArray(name, lowering, inputs, type);
  const scalar = scalarFunction(lowering, inputs);
  if (inputs.length === 2) {
    const second = inputs[1]!.storage;
    if (typeof second === "number") {
      return new Tensor(type, roundTo(type.dtype, scalar(first, second)));
    }
  }
  const elements = inputs.map((input) => hostValues(input, name)[0]!);
  return new Tensor(type, roundTo(type.dtype, scalar(...elements)));
}

/** The scalar function for the operands' dtype, which is that of the last. */
function scalarFunction(lowering: Elementwise, inputs: readonly Tensor[]): ScalarFunction {
  return lowering.integer !== undefined && inputs[inputs.length - 1]!.type.dtype === "int32"
    ? lowering.integer
    : lowering.scalar;
}

function evaluateArray(
  name: string,
  lowering: Elementwise,
  inputs: readonly Tensor[],
  type: TensorType,
): Tensor {
  const out = allocate(type.dtype, type.size, name);
  const { shape, size } = type;
  if (size === 0) return denseTensor(out, type);
  const loops = loopsFor(name, lowering, inputs, type);
  const operands: StridedOperand[] = [];
  let contiguous = true;
  let flat = true;
  for (let index = 0; index < inputs.length; index++) {
    const { storage } = inputs[index]!;
    if (!(storage instanceof StridedStorage)) {
      hostValues(inputs[index]!, name);
      throw new InternalError(`${name}: operand ${index} is a scalar among arrays`);
    }
    const { buffer, strides, offset } = storage;
    const step = storage.flatStep(shape);
    if (step !== 1 || offset !== 0) contiguous = false;
    if (step === undefined) flat = false;
    operands.push({ buffer, strides, at: offset, step: step ?? 0 });
  }
  if (contiguous) loops.contiguous(size, out, operands);
  else if (flat) loops.strided(size, out, 0, operands);
  else evaluateRows(loops, operands, type, out);
  return denseTensor(out, type);
}

/** Goes through operands of any layout along the last axis, one row after the other. */
function evaluateRows(
  { strided }: ElementwiseLoops,
  operands: readonly StridedOperand[],
  { shape, size }: TensorType,
  out: TypedArray,
): void {
  const rank = shape.length;
  const inner = shape[rank - 1]!;
  const position = new Array<number>(rank).fill(0);
  for (const operand of operands) operand.step = operand.strides[rank - 1]!;
  for (let to = 0; to < size; to += inner) {
    strided(inner, out, to, operands);
    for (let axis = rank - 2; axis >= 0; axis--) {
      const wraps = ++position[axis]! === shape[axis];
      if (wraps) position[axis] = 0;
      const steps = wraps ? 1 - shape[axis]! : 1;
      for (const operand of operands) operand.at += steps * operand.strides[axis]!;
      if (!wraps) break;
    }
  }
}

function loopsFor(
  name: string,
  lowering: Elementwise,
  inputs: readonly Tensor[],
  type: TensorType,
): ElementwiseLoops {
  let byOperand = loopsOf.get(lowering);
  if (byOperand === undefined) {
    byOperand = new Map();
    loopsOf.set(lowering, byOperand);
  }
  const { dtype } = inputs[inputs.length - 1]!.type;
  let byResult = byOperand.get(dtype);
  if (byResult === undefined) {
    byResult = new Map();
    byOperand.set(dtype, byResult);
  }
  let loops = byResult.get(type.dtype);
  if (loops === undefined) {
    const label = `${name} of ${dtype} to ${type.dtype}`;
    loops = makeLoops(label, inputs.length, scalarFunction(lowering, inputs));
    byResult.set(type.dtype, loops);
  }
  return loops;
}

/** Declared output types against what is evaluated, and gradient types against operand types. */

import { type DType, roundTo } from "../../src/core/dtype.js";
import { StridedStorage } from "../../src/core/storage.js";
import { abstractTensor, type Tensor } from "../../src/core/tensor.js";
import {
  type Case,
  floatingOnly,
  floatingPositions,
  gradientsOf,
  inputsOf,
  type OpCase,
  outputWeights,
} from "./cases.js";
import { typeName } from "./comparing.js";
import { operandTensor, valuesOf } from "./operands.js";

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

/** The outputs have the types that are declared for operands of which only types are known. */
export function checkOutputTypes(one: OpCase, dtype: DType): string[] {
  const inputs = inputsOf(one, dtype);
  const outputs = one.run(inputs);
  const abstract = inputs.map(({ type }) => abstractTensor(type, "a test asks for types only"));
  const declared = one.op.outputTypes(abstract, one.sample.attributes);
  if (declared.length !== outputs.length) {
    return [`${one.label}: ${outputs.length} outputs, but ${declared.length} are declared`];
  }
  return outputs.flatMap((output, index) => {
    const place = `${one.label} (${dtype}): output ${index}`;
    const wanted = typeName(declared[index]!);
    if (typeName(output) !== wanted) {
      return [`${place} is ${typeName(output)}, declared ${wanted}`];
    }
    const fault = storageFault(output);
    return fault === undefined ? [] : [`${place} ${fault}`];
  });
}

/** What is wrong with the way the values are kept. */
function storageFault(tensor: Tensor): string | undefined {
  const { storage, dtype, shape, size } = tensor;
  if (shape.reduce((product, length) => product * length, 1) !== size) return "has a wrong size";
  if (storage instanceof StridedStorage) {
    if (!(storage.buffer instanceof ARRAYS[dtype])) return `is not kept as ${dtype}`;
    if (storage.strides.length !== shape.length) return "has a wrong number of strides";
    let first = storage.offset;
    let last = storage.offset;
    shape.forEach((length, axis) => {
      const reach = (length - 1) * storage.strides[axis]!;
      first += Math.min(0, reach);
      last += Math.max(0, reach);
    });
    if (size > 0 && (first < 0 || last >= storage.buffer.length)) return "reaches past its buffer";
  } else if (typeof storage !== "number") return "has no values";
  const unrounded = valuesOf(tensor).find((value) => !Object.is(roundTo(dtype, value), value));
  return unrounded === undefined ? undefined : `holds ${unrounded}, which is no ${dtype}`;
}

/** Gradients have the types of what they are gradients of. */
export function checkGradientTypes(one: Case, dtype: DType): string[] {
  const inputs = inputsOf(one, dtype);
  const weights = outputWeights(one, dtype).map((weight) => operandTensor(weight, dtype, ""));
  const gradients = gradientsOf(one, inputs, weights);
  const operands = floatingOnly(inputs);
  return floatingPositions(inputs).flatMap((position, index) => {
    const place = `${one.label} (${dtype}): the gradient by ${one.nameOf(position)}`;
    const found = typeName(gradients[index]!);
    const wanted = typeName(operands[index]!);
    if (found !== wanted) return [`${place} is ${found}, the operand ${wanted}`];
    const fault = storageFault(gradients[index]!);
    return fault === undefined ? [] : [`${place} ${fault}`];
  });
}

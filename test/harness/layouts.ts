/** The same results however operands lie in memory: transposed, reversed, with gaps, repeated, or as a bare number. */

import { allocate, type DType, isFloating } from "../../src/core/dtype.js";
import { contiguousStrides, type Shape, sizeOf } from "../../src/core/shape.js";
import { StridedStorage } from "../../src/core/storage.js";
import { Tensor, tensorType } from "../../src/core/tensor.js";
import {
  type Case,
  elementName,
  gradientsOf,
  inputsOf,
  type OpCase,
  outputWeights,
} from "./cases.js";
import { differences, valueDifference } from "./comparing.js";
import { operandTensor, replaced, tensorFrom, valuesOf } from "./operands.js";

/** Sums may be taken in another order. */
const TOLERANCE = 1e-13;

/** A tensor with the values given in row-major order, laid out otherwise. */
function laidOut(
  values: readonly number[],
  dtype: DType,
  shape: Shape,
  strides: readonly number[],
  offset: number,
): Tensor {
  const reach = shape.reduce(
    (sum, length, axis) => sum + (length - 1) * Math.abs(strides[axis]!),
    0,
  );
  const buffer = allocate(dtype, 2 * reach + 3, "test");
  // Whoever reads what is not an element is to notice.
  buffer.fill(isFloating(dtype) ? NaN : 1);
  const steps = contiguousStrides(shape);
  for (let element = 0; element < sizeOf(shape); element++) {
    let at = offset;
    let rest = element;
    shape.forEach((_, axis) => {
      at += Math.floor(rest / steps[axis]!) * strides[axis]!;
      rest %= steps[axis]!;
    });
    buffer[at] = values[element]!;
  }
  return new Tensor(tensorType(dtype, shape), new StridedStorage(buffer, strides, offset));
}

/** Pairs of a tensor in an unusual layout and a row-major one with the same values. */
function layoutsOf(tensor: Tensor): { name: string; view: Tensor; copy: Tensor }[] {
  const { dtype, shape, size, rank } = tensor;
  if (size < 2) return [];
  const values = valuesOf(tensor);
  const dense = contiguousStrides(shape);
  const columns = contiguousStrides([...shape].reverse()).reverse();
  const lay = (strides: readonly number[], offset: number): Tensor =>
    laidOut(values, dtype, shape, strides, offset);
  const layouts = [
    {
      name: "reversed",
      view: lay(
        dense.map((stride) => -stride),
        size - 1,
      ),
      copy: tensor,
    },
    {
      name: "with gaps",
      view: lay(
        dense.map((stride) => 2 * stride),
        1,
      ),
      copy: tensor,
    },
  ];
  if (rank > 1) layouts.push({ name: "transposed", view: lay(columns, 0), copy: tensor });
  if (isFloating(dtype) && shape[0]! > 1) {
    const repeated = values.map((_, element) => values[element % dense[0]!]!);
    const view = laidOut(repeated, dtype, shape, replaced(dense, 0, 0), 0);
    layouts.push({ name: "repeated", view, copy: tensorFrom(repeated, dtype, shape) });
  }
  return layouts;
}

/** Every operand in turn in every layout. */
export function checkLayouts(one: Case, dtype: DType): string[] {
  const inputs = inputsOf(one, dtype);
  const weights = outputWeights(one, dtype).map((weight) => operandTensor(weight, dtype, ""));
  const results = (operands: readonly Tensor[]): readonly Tensor[] => [
    ...one.run(operands),
    ...gradientsOf(one, operands, weights),
  ];
  return inputs.flatMap((operand, position) =>
    layoutsOf(operand).flatMap(({ name, view, copy }) =>
      differences(
        (index) => `${one.label} (${dtype}): ${one.nameOf(position)} ${name}: result ${index}`,
        results(replaced(inputs, position, view)),
        results(replaced(inputs, position, copy)),
        TOLERANCE,
      ),
    ),
  );
}

/** Every element of an elementwise operation by itself, as a scalar kept as a number. */
export function checkScalars(one: OpCase, dtype: DType): string[] {
  if (one.op.lowering.kind !== "elementwise") return [];
  const inputs = inputsOf(one, dtype);
  const weights = outputWeights(one, dtype).map((weight) => operandTensor(weight, dtype, ""));
  const scalarAt = (tensor: Tensor, element: number): Tensor =>
    tensorFrom([valuesOf(tensor)[element]!], tensor.dtype, []);
  const whole = [...one.run(inputs), ...gradientsOf(one, inputs, weights)];
  return Array.from({ length: inputs[0]!.size }).flatMap((_, element) => {
    const scalars = inputs.map((input) => scalarAt(input, element));
    const share = weights.map((weight) => scalarAt(weight, element));
    const parts = [...one.run(scalars), ...gradientsOf(one, scalars, share)];
    return parts.flatMap((part, index) => {
      const what = valueDifference(part, [valuesOf(whole[index]!)[element]!]);
      const place = `${one.label} (${dtype}): result ${index}, ${elementName(element, inputs[0]!.shape)}`;
      return what === undefined ? [] : [`${place}, computed as a scalar, ${what}`];
    });
  });
}

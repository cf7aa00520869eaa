/** Elementwise operations on operands of different shapes, against operands repeated by hand; and on empty ones. */

import type { DType } from "../../src/core/dtype.js";
import { ShapeError } from "../../src/core/errors.js";
import type { Op, SampleOperand } from "../../src/core/op.js";
import { broadcastShapes, contiguousStrides, type Shape, sizeOf } from "../../src/core/shape.js";
import {
  type Case,
  casesOf,
  floatingPositions,
  gradientCase,
  gradientsOf,
  inputsOf,
  type OpCase,
  outputWeights,
} from "./cases.js";
import { difference, differences, typeName } from "./comparing.js";
import { operandTensor, sampleValues, tensorFrom, valuesOf } from "./operands.js";
import type { FoundOp } from "./ops.js";

/** Sums may be taken in another order. */
const TOLERANCE = 1e-13;

/** Elementwise functions whose operands must have one shape. */
const OF_ONE_SHAPE: ReadonlySet<string> = new Set(["sigmoidCrossEntropyWithLogits"]);

/** Shapes of the first two operands; further ones are scalars. */
const SHAPES: readonly (readonly [Shape, Shape])[] = [
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [2, 3]],
  [[2, 3], []],
  [[1], [1, 1]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [0, 3],
    [1, 3],
  ],
  [[2, 0], []],
];

const EMPTY_SHAPES: readonly Shape[] = [[0], [0, 3], [2, 0]];

/** The operands of an operation's first sample, stretched or cut to the given shapes. */
function reshaped(one: OpCase, shapes: readonly Shape[]): SampleOperand[] {
  return one.operands.map((operand, position) => {
    const shape = shapes[position] ?? [];
    const source = sampleValues(operand, `${one.label}, ${position}`);
    const values = Array.from({ length: sizeOf(shape) }, (_, at) => source[at % source.length]!);
    return operand.dtype === undefined
      ? { shape, values }
      : { shape, values, dtype: operand.dtype };
  });
}

/** For every element of the larger shape, the element of the smaller one that stands for it. */
function sources(from: Shape, to: Shape): number[] {
  const added = to.length - from.length;
  const strides = contiguousStrides(from);
  const steps = contiguousStrides(to);
  return Array.from({ length: sizeOf(to) }, (_, element) => {
    let source = 0;
    let rest = element;
    to.forEach((_length, axis) => {
      const index = Math.floor(rest / steps[axis]!);
      rest %= steps[axis]!;
      if (axis >= added && from[axis - added] !== 1) source += index * strides[axis - added]!;
    });
    return source;
  });
}

/** The public function on operands that broadcast, values and gradients. */
export function checkBroadcasting({ op, run }: FoundOp, dtype: DType): string[] {
  const first = casesOf(op)[0];
  const broadcasts =
    run !== undefined &&
    run.length === op.inputs.length &&
    op.inputs.length > 1 &&
    !OF_ONE_SHAPE.has(op.name) &&
    op.lowering.kind === "elementwise";
  if (first === undefined || !broadcasts) return [];
  const failures = SHAPES.flatMap((shapes) => {
    const shape = broadcastShapes(shapes[0], shapes[1], op.name);
    const one: Case = {
      ...first,
      label: `${op.name} of [${shapes[0].join()}] and [${shapes[1].join()}] (${dtype})`,
      operands: reshaped(first, shapes),
      run: (inputs) => [run(...inputs)],
    };
    return compareWithCopies(one, first, shape, dtype);
  });
  const misfits = inputsOf({ ...first, operands: reshaped(first, [[2], [3]]) }, dtype);
  try {
    run(...misfits);
    failures.push(`${op.name}: shapes [2] and [3] are taken, though they do not broadcast`);
  } catch (error) {
    if (!(error instanceof ShapeError)) failures.push(`${op.name}: ${String(error)} for [2], [3]`);
  }
  return failures;
}

function compareWithCopies(one: Case, first: OpCase, shape: Shape, dtype: DType): string[] {
  const inputs = inputsOf(one, dtype);
  const copies = inputs.map((input) => {
    const values = valuesOf(input);
    return tensorFrom(
      sources(input.shape, shape).map((source) => values[source]!),
      input.dtype,
      shape,
    );
  });
  const full: Case = { ...one, run: first.run };
  const weights = outputWeights(one, dtype).map((weight) => operandTensor(weight, dtype, ""));
  const failures = differences(() => `${one.label}: the result`, one.run(inputs), full.run(copies));
  const gradients = gradientsOf(one, inputs, weights);
  const expanded = gradientsOf(full, copies, weights);
  floatingPositions(inputs).forEach((position, index) => {
    const input = inputs[position]!;
    const sums = new Array<number>(input.size).fill(0);
    const parts = valuesOf(expanded[index]!);
    sources(input.shape, shape).forEach((source, element) => {
      sums[source]! += parts[element]!;
    });
    const expected = tensorFrom(sums, input.dtype, input.shape);
    const tolerance = input.dtype === "float32" ? 1e-6 : TOLERANCE;
    const what = difference(gradients[index]!, expected, tolerance);
    if (what !== undefined) {
      failures.push(`${one.label}: the gradient by ${one.nameOf(position)} ${what}`);
    }
  });
  return failures;
}

/** Elementwise operations on tensors without elements, to second order. */
export function checkEmpty(op: Op, dtype: DType): string[] {
  const first = casesOf(op)[0];
  if (first === undefined || op.lowering.kind !== "elementwise") return [];
  return EMPTY_SHAPES.flatMap((shape) => {
    const one: Case = {
      ...first,
      label: `${op.name} of [${shape.join()}] (${dtype})`,
      operands: reshaped(
        first,
        op.inputs.map(() => shape),
      ),
    };
    const derivative = gradientCase(one, dtype);
    const inputs = inputsOf(derivative, dtype);
    const weights = outputWeights(derivative, dtype).map((weight) =>
      operandTensor(weight, dtype, ""),
    );
    const results = [
      ...one.run(inputs.slice(0, one.operands.length)),
      ...derivative.run(inputs),
      ...gradientsOf(derivative, inputs, weights),
    ];
    return results
      .filter((result) => result.shape.join() !== shape.join())
      .map((result) => `${one.label}: a result or gradient is ${typeName(result)}`);
  });
}

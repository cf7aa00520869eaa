/** What the checks run: an operation at a sample, a composite at given operands, or the gradient of either. */

import { ForwardAccumulator } from "../../src/autodiff/forward-accumulator.js";
import { GradientTape } from "../../src/autodiff/tape.js";
import { operandName } from "../../src/core/convert.js";
import { runOp } from "../../src/core/dispatch.js";
import { type DType, isFloating } from "../../src/core/dtype.js";
import type { Op, Sample, SampleOperand } from "../../src/core/op.js";
import { formatShape, type Shape, sizeOf } from "../../src/core/shape.js";
import type { Tensor } from "../../src/core/tensor.js";
import { operandTensor, randomWeights, sampleValues } from "./operands.js";

/** A function of tensors and the operands to run it at. */
export interface Case {
  /** Operation and sample, for messages. */
  readonly label: string;
  readonly operands: readonly SampleOperand[];
  run(inputs: readonly Tensor[]): readonly Tensor[];
  nameOf(position: number): string;
}

/** An operation at one of its samples. */
export interface OpCase extends Case {
  readonly op: Op;
  readonly sample: Sample<unknown>;
}

/** An operation at each of its samples. */
export function casesOf(op: Op): OpCase[] {
  return op.samples.map((sample, index) => ({
    label: `${op.name}, sample ${index}`,
    op,
    sample,
    operands: sample.operands,
    run: (inputs) => runOp(op, inputs, sample.attributes),
    nameOf: (position) => operandName(op.inputs, position),
  }));
}

/** The operands as tensors; those that declare no dtype take the given one. */
export function inputsOf(one: Case, dtype: DType): Tensor[] {
  return one.operands.map((operand, position) =>
    operandTensor(operand, dtype, `${one.label}, ${position}`),
  );
}

/** The positions of the tensors that have gradients. */
export function floatingPositions(tensors: readonly Tensor[]): number[] {
  return tensors.flatMap(({ dtype }, position) => (isFloating(dtype) ? [position] : []));
}

/** Those of the tensors that have gradients. */
export function floatingOnly(tensors: readonly Tensor[]): Tensor[] {
  return tensors.filter(({ dtype }) => isFloating(dtype));
}

/** Weights for every floating output of the case, as operands. */
export function outputWeights(one: Case, dtype: DType): SampleOperand[] {
  return floatingOnly(one.run(inputsOf(one, dtype))).map((output, index) => ({
    shape: output.shape,
    values: randomWeights(output.size, `${one.label}, weight ${index}`),
    dtype: output.dtype,
  }));
}

/** Gradients by the floating inputs of the sum of the outputs weighted by `weights`, through a tape. */
export function gradientsOf(
  one: Case,
  inputs: readonly Tensor[],
  weights: readonly Tensor[],
): Tensor[] {
  const sources = floatingOnly(inputs);
  const tape = new GradientTape();
  try {
    tape.watch(sources);
    const outputs = floatingOnly(one.run(inputs));
    return tape.gradient(outputs, sources, {
      outputGradients: weights,
      unconnectedGradients: "zero",
    });
  } finally {
    tape.stop();
  }
}

/** The case whose outputs are the gradients of another, as a function of its operands and of the weights. */
export function gradientCase(one: Case, dtype: DType): Case {
  const weights = outputWeights(one, dtype);
  const count = one.operands.length;
  const fixed = one.operands.map((operand, position) => fixedOperand(one, operand, position));
  return {
    label: `gradient of ${one.label}`,
    operands: [...fixed, ...weights],
    run: (inputs) => gradientsOf(one, inputs.slice(0, count), inputs.slice(count)),
    nameOf: (position) =>
      position < count ? one.nameOf(position) : `weight of output ${position - count}`,
  };
}

/** Tangents of the floating outputs along `directions` for the floating inputs, through an accumulator; zeros where there are none. */
export function tangentsOf(
  one: Case,
  inputs: readonly Tensor[],
  directions: readonly Tensor[],
): readonly Tensor[] {
  const accumulator = new ForwardAccumulator(floatingOnly(inputs), directions);
  try {
    const outputs = floatingOnly(one.run(inputs));
    return accumulator.jvp(outputs, { unconnectedGradients: "zero" });
  } finally {
    accumulator.stop();
  }
}

/** The case whose outputs are the tangents of another, as a function of its operands and of the direction. */
export function tangentCase(one: Case): Case {
  const count = one.operands.length;
  const fixed = one.operands.map((operand, position) => fixedOperand(one, operand, position));
  const directions = fixed
    .filter(({ dtype }) => dtype === undefined || isFloating(dtype))
    .map(({ shape, dtype }, index): SampleOperand => {
      const values = randomWeights(sizeOf(shape), `${one.label}, direction ${index}`);
      return dtype === undefined ? { shape, values } : { shape, values, dtype };
    });
  return {
    label: `tangents of ${one.label}`,
    operands: [...fixed, ...directions],
    run: (inputs) => tangentsOf(one, inputs.slice(0, count), inputs.slice(count)),
    nameOf: (position) =>
      position < count ? one.nameOf(position) : `direction of operand ${position - count}`,
  };
}

/** The operand with the values that it has under the name of this case, whatever case it is passed on to. */
function fixedOperand(one: Case, operand: SampleOperand, position: number): SampleOperand {
  if ("values" in operand) return operand;
  const values = sampleValues(operand, `${one.label}, ${position}`);
  const { shape, dtype } = operand;
  return dtype === undefined ? { shape, values } : { shape, values, dtype };
}

/** The index along every axis of a row-major position, for messages. */
export function elementName(position: number, shape: Shape): string {
  const index: number[] = [];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return `element ${formatShape(index)}`;
}

/** A program as a scalar function of its inputs, Σ weights · outputs, and its derivatives along directions. */

import * as tf from "gradtape";
import { randomWeights, tensorFrom, valuesOf } from "../harness/operands.js";
import { FreezingMachine, plainMachine, runProgram, type Value } from "./interpreter.js";
import type { Machine } from "./kinds.js";
import { outputsOf, type Program } from "./program.js";

/** A scalar function of tensors: a function, or a derivative of one along a direction. */
export type Scalar = (sources: readonly tf.Tensor[]) => tf.Tensor;

export const ZERO = { unconnectedGradients: "zero" } as const;

/** Weights of every output; they follow from the program. */
function weightsOf(program: Program, dtype: tf.DType): tf.Tensor[] {
  return outputsOf(program).map(({ name, shape }) =>
    randomTensor(`${program.seed}, weight ${name}`, shape, dtype),
  );
}

function randomTensor(name: string, shape: readonly number[], dtype: tf.DType): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensorFrom(randomWeights(size, name), dtype, shape);
}

/** Σ weights · outputs. */
export function scalarOf(
  program: Program,
  machine: Machine = plainMachine,
  dtype: tf.DType = "float64",
): (sources: readonly Value[]) => tf.Tensor {
  const weights = weightsOf(program, dtype);
  return (sources) =>
    runProgram(program, sources, machine)
      .map((output, index) => tf.reduceSum(output.mul(weights[index]!)))
      .reduce((sum, term) => sum.add(term));
}

/** A direction in the space of the inputs; it follows from the program and a name. */
export function directionOf(program: Program, name: string): tf.Tensor[] {
  return program.inputs.map((input) =>
    randomTensor(`${program.seed}, ${name} ${input.name}`, input.shape, "float64"),
  );
}

/** The gradient by a tape. */
export function gradientOf(f: Scalar): (sources: readonly tf.Tensor[]) => tf.Tensor[] {
  return (sources) => {
    const tape = new tf.GradientTape();
    try {
      const own = sources.map((source) => tf.identity(source));
      tape.watch(own);
      return tape.gradient(f(own), own, ZERO);
    } finally {
      tape.stop();
    }
  };
}

export function dot(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): tf.Tensor {
  return a
    .map((one, index) => tf.reduceSum(one.mul(b[index]!)))
    .reduce((sum, term) => sum.add(term));
}

/** The derivative along a direction by reverse mode. */
export function reverseAlong(f: Scalar, direction: readonly tf.Tensor[]): Scalar {
  const gradient = gradientOf(f);
  return (sources) => dot(gradient(sources), direction);
}

/** The derivative along a direction by forward mode. */
export function forwardAlong(f: Scalar, direction: readonly tf.Tensor[]): Scalar {
  return (sources) => {
    const accumulator = new tf.ForwardAccumulator([...sources], direction);
    try {
      return accumulator.jvp(f(sources), ZERO);
    } finally {
      accumulator.stop();
    }
  };
}

/** Σ |a · b|: of what size the terms of a product are that may cancel. */
export function magnitudeOf(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): number {
  return a.reduce((sum, tensor, index) => {
    const others = valuesOf(b[index]!);
    return valuesOf(tensor).reduce(
      (inner, value, element) => inner + Math.abs(value * others[element]!),
      sum,
    );
  }, 0);
}

/**
 * A function made of a program in which stopped values are those of the first call: numeric derivatives know nothing of stopped gradients.
 */
export function withFrozenStops(program: Program, make: (f: Scalar) => Scalar): Scalar {
  const machine = new FreezingMachine();
  const f = make(scalarOf(program, machine));
  return (sources) => {
    machine.restart();
    return f(sources);
  };
}

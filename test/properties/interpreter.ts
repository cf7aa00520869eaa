/** Programs run: step by step, with values by name. */

import * as tf from "gradtape";
import { tensorFrom, valuesOf } from "../harness/operands.js";
import { kindNamed } from "./all-kinds.js";
import { type BlockFunction, type Machine, Unsuitable } from "./kinds.js";
import { type Block, outputsOf, type Program, type Step } from "./program.js";
import { isWithin, type Limits } from "./values.js";

/** Inputs may be variables, which can stand wherever a tensor can. */
export type Value = tf.Tensor | tf.Variable;

/** Values by name, those of the scopes around included. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #around: Scope | undefined;

  constructor(around?: Scope) {
    this.#around = around;
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): Value {
    const value = this.#values.get(name) ?? this.#around?.get(name);
    if (value === undefined) throw new Error(`no value is named ${name}`);
    return value;
  }

  /** The value as a tensor, for which a variable is read. */
  read(name: string): tf.Tensor {
    const value = this.get(name);
    return value instanceof tf.Tensor ? value : value.read();
  }
}

/** Runs a program as it is. */
export const plainMachine: Machine = { onHost: false, stop: tf.stopGradient, demand: () => {} };

/** Runs a program with all control flow in the host language. */
export const hostMachine: Machine = { ...plainMachine, onHost: true };

/** Runs a program in the host language with every demand checked. */
export class CheckedMachine implements Machine {
  readonly onHost = true;
  readonly #limits: Limits;
  #steps = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  stop(tensor: tf.Tensor): tf.Tensor {
    return tf.stopGradient(tensor);
  }

  demand(condition: (limits: Limits) => boolean): void {
    if (!condition(this.#limits)) throw new Unsuitable();
  }

  count(): void {
    if (++this.#steps > this.#limits.mostSteps) throw new Unsuitable();
  }
}

/**
 * Holds what `stopGradient` gave in the first run, and gives the same in the others: numeric derivatives, which know nothing of stopped
 * gradients, are of the function that remains.
 */
export class FreezingMachine implements Machine {
  readonly onHost = false;
  readonly #held: tf.Tensor[] = [];
  #next = 0;

  /** Begins a run. */
  restart(): void {
    this.#next = 0;
  }

  stop(tensor: tf.Tensor): tf.Tensor {
    const place = this.#next++;
    const held = this.#held[place] ?? tensorFrom(valuesOf(tensor), "float64", tensor.shape);
    this.#held[place] = held;
    return held;
  }

  demand(): void {}
}

export function runStep(step: Step, scope: Scope, machine: Machine): readonly tf.Tensor[] {
  const kind = kindNamed(step.kind);
  const operands = step.operands.map((name) => scope.get(name) as tf.Tensor);
  const blocks = step.blocks.map((block) => blockFunction(block, scope, machine));
  if (machine instanceof CheckedMachine) machine.count();
  const given = kind.run({ operands, attributes: step.attributes, blocks, machine });
  const results = given instanceof tf.Tensor ? [given] : given;
  machine.demand(({ largestValue }) =>
    results.every((one) => isWithin(one, -largestValue, largestValue)),
  );
  return results;
}

export function runSteps(steps: readonly Step[], scope: Scope, machine: Machine): void {
  for (const step of steps) {
    const results = runStep(step, scope, machine);
    step.results.forEach(({ name }, index) => void scope.set(name, results[index]!));
  }
}

function blockFunction(block: Block, scope: Scope, machine: Machine): BlockFunction {
  return (...parameters) => {
    const own = new Scope(scope);
    block.parameters.forEach(({ name }, index) => void own.set(name, parameters[index]!));
    runSteps(block.steps, own, machine);
    return own.read(block.result.name);
  };
}

/** The inputs of a program in one row. */
export function inputsOf({ inputs }: Program, row = 0, dtype: tf.DType = "float64"): tf.Tensor[] {
  return inputs.map(({ shape, rows }) => tensorFrom(rows[row]!, dtype, shape));
}

/** A scope that holds inputs. */
export function scopeOf({ inputs }: Program, values: readonly Value[]): Scope {
  const scope = new Scope();
  inputs.forEach(({ name }, index) => void scope.set(name, values[index]!));
  return scope;
}

/** The outputs of a program at given inputs. */
export function runProgram(
  program: Program,
  inputs: readonly Value[],
  machine: Machine = plainMachine,
): tf.Tensor[] {
  const scope = scopeOf(program, inputs);
  runSteps(program.steps, scope, machine);
  return outputsOf(program).map(({ name }) => scope.read(name));
}

/** The one way that an operation is run: interpreted by a trace, or evaluated and shown to every recorder. */

import { InternalError } from "./errors.js";
import type { Op } from "./op.js";
import { Tensor, type VariableIdentity } from "./tensor.js";

/** Computes the outputs of an operation from concrete operands; a single output may come without a list around it. */
export type Evaluator = (
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
) => Tensor | readonly Tensor[];

/** Something that is told of every operation while it is active, such as a tape. */
export interface Recorder {
  /** Recorders are kept in the order of this number: the outermost is the smallest. */
  readonly order: number;
  record(op: Op, inputs: readonly Tensor[], attributes: unknown, outputs: readonly Tensor[]): void;
  /** A variable was read, and `value` stands for it from here on. */
  variableRead(variable: VariableIdentity, value: Tensor): void;
  /** The values of a tensor were handed to the host program by the method `how`. */
  valueRead(tensor: Tensor, how: string): void;
}

/** Something that takes operations in place of evaluation, because values are not known. */
export interface Trace {
  run(op: Op, inputs: readonly Tensor[], attributes: unknown): readonly Tensor[];
}

let evaluate: Evaluator = (op) => {
  throw new InternalError(`${op.name}: no evaluator is installed; import "gradtape" itself`);
};
let trace: Trace | undefined;
const recorders: Recorder[] = [];
/** How many of the recorders listen: all, or those outside the one that is at work. */
let listening = 0;
let started = 0;

/** Installs what evaluates operations; called once, by the module that knows the backends. */
export function installEvaluator(evaluator: Evaluator): void {
  evaluate = evaluator;
}

/**
 * Runs an operation and gives its outputs.
 *
 * Recorders are told outermost first, and while one works only those outside it listen: it may run operations itself, and
 * what lies outside must have seen this operation before.
 */
export function runOp<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): readonly Tensor[] {
  if (trace !== undefined) return trace.run(op, inputs, attributes);
  const result = evaluate(op, inputs, attributes);
  const outputs = result instanceof Tensor ? [result] : result;
  if (listening > 0) tellRecorders(op, inputs, attributes, outputs);
  return outputs;
}

/** Runs an operation that has one output. */
export function run<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  if (trace !== undefined) return trace.run(op, inputs, attributes)[0]!;
  const result = evaluate(op, inputs, attributes);
  if (listening > 0) {
    tellRecorders(op, inputs, attributes, result instanceof Tensor ? [result] : result);
  }
  return result instanceof Tensor ? result : result[0]!;
}

function tellRecorders(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
  outputs: readonly Tensor[],
): void {
  const audience = listening;
  try {
    for (let index = 0; index < audience; index++) {
      listening = index;
      recorders[index]!.record(op, inputs, attributes, outputs);
    }
  } finally {
    listening = audience;
  }
}

/** Tells the recorders that `value` was read from `variable`. */
export function tellVariableRead(variable: VariableIdentity, value: Tensor): void {
  for (let index = 0; index < listening; index++) recorders[index]!.variableRead(variable, value);
}

/** Tells the recorders that the host program has read the values of a tensor. */
export function tellValueRead(tensor: Tensor, how: string): void {
  for (let index = 0; index < listening; index++) recorders[index]!.valueRead(tensor, how);
}

/** Whether anyone listens. */
export function isRecording(): boolean {
  return listening > 0;
}

/** A place for a new recorder, inside all that have started before. */
export function takeOrder(): number {
  return ++started;
}

/** Adds a recorder at its place. */
export function activate(recorder: Recorder): void {
  let place = recorders.length;
  while (place > 0 && recorders[place - 1]!.order > recorder.order) place--;
  recorders.splice(place, 0, recorder);
  listening = recorders.length;
}

/** Removes a recorder, wherever it is in the order; no effect when it is not active. */
export function deactivate(recorder: Recorder): void {
  const place = recorders.indexOf(recorder);
  if (place < 0) return;
  recorders.splice(place, 1);
  listening = recorders.length;
}

/** Runs `body` with every operation interpreted by `inner`, unseen by the recorders. */
export function withTrace<T>(inner: Trace, body: () => T): T {
  const outer = trace;
  const audience = listening;
  trace = inner;
  listening = 0;
  try {
    return body();
  } finally {
    trace = outer;
    listening = audience;
  }
}

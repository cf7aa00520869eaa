/** The one way that an operation is run: evaluated, or taken by a trace, and then shown to every recorder. */

import { InternalError } from "./errors.js";
import type { Call, Op, PartialRule } from "./op.js";
import { LARGE, type PartialProductEvaluator } from "./partial-products.js";
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
  /** What stands for a variable that the traced function reads, whose present value is `value`. */
  readVariable(variable: VariableIdentity, value: Tensor): Tensor;
  /** Takes note of what a variable is to hold when the traced function has run; a TraceError where it cannot be assigned. */
  assignVariable(variable: VariableIdentity, value: Tensor, operation: string): void;
}

/** Who takes operations, and who is told of them. */
interface Surroundings {
  readonly trace: Trace | undefined;
  readonly recorders: Recorder[];
  readonly listening: number;
}

let evaluate: Evaluator = (op) => {
  throw new InternalError(`${op.name}: no evaluator is installed; import "gradtape" itself`);
};
let evaluateProduct: PartialProductEvaluator | undefined;
let trace: Trace | undefined;
/** Stands between a variable and whoever reads it. */
let replay: ((variable: VariableIdentity) => Tensor | undefined) | undefined;
/** The recorders that can be heard from here: those of the present trace, or all where nothing is traced. */
let recorders: Recorder[] = [];
/** How many of the recorders listen: all, or those outside the one that is at work. */
let listening = 0;
/** Lists of recorders that others stand in for; they are told when a recorder stops. */
const setAside: Recorder[][] = [];
/** What was there before each trace or silence that is going on, the outermost first. */
const surroundings: Surroundings[] = [];
let started = 0;

/**
 * Installs what evaluates operations; called once, by the module that knows the backends.
 *
 * @param products what computes products of partial derivatives at once
 */
export function installEvaluator(evaluator: Evaluator, products?: PartialProductEvaluator): void {
  evaluate = evaluator;
  evaluateProduct = products;
}

/** A partial derivative times a cotangent or tangent, where that is large and nobody has to be told of the operations; else undefined. */
export function partialProduct(
  partial: PartialRule,
  product: Op,
  call: Call,
  factor: Tensor,
): Tensor | undefined {
  if (factor.size < LARGE || listening > 0 || trace !== undefined) return undefined;
  return evaluateProduct?.(partial, product, call, factor);
}

/**
 * Runs an operation and gives its outputs.
 *
 * Recorders are told outermost first, and while one works only those outside it listen: it may run operations itself, and
 * what lies outside must have seen this operation before.
 */
export function runOp<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): readonly Tensor[] {
  const result =
    trace === undefined ? evaluate(op, inputs, attributes) : trace.run(op, inputs, attributes);
  const outputs = result instanceof Tensor ? [result] : result;
  if (listening > 0) tellRecorders(op, inputs, attributes, outputs);
  return outputs;
}

/** Runs an operation that has one output. */
export function run<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const result =
    trace === undefined ? evaluate(op, inputs, attributes) : trace.run(op, inputs, attributes);
  if (listening > 0) {
    tellRecorders(op, inputs, attributes, result instanceof Tensor ? [result] : result);
  }
  return result instanceof Tensor ? result : result[0]!;
}

/** Tells the recorders of an operation, as `runOp` does for those that it runs. */
function tellRecorders(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
  outputs: readonly Tensor[],
): void {
  const all = recorders;
  const audience = listening;
  const hidden = audience < all.length ? all[audience] : undefined;
  try {
    for (let index = 0; index < audience; index++) {
      if (index >= all.length) break;
      const recorder = all[index]!;
      listening = index;
      recorder.record(op, inputs, attributes, outputs);
      if (recorders !== all) restore(all);
    }
  } finally {
    if (recorders !== all) restore(all);
    if (hidden === undefined && audience <= all.length) listening = audience;
    else listening = listeningBefore(hidden, audience);
  }
}

/** How many listen when only those before `hidden` do, or so many if that one has stopped, or was none. */
function listeningBefore(hidden: Recorder | undefined, count: number): number {
  if (hidden === undefined || recorders[count] === hidden) return Math.min(count, recorders.length);
  const place = recorders.indexOf(hidden);
  return place < 0 ? Math.min(count, recorders.length) : place;
}

function restore(all: Recorder[]): void {
  recorders = all;
  setAside.pop();
}

/** What reading `variable`, whose present value is `value`, gives; the recorders are told. */
export function readVariable(variable: VariableIdentity, value: Tensor): Tensor {
  const present = replay?.(variable) ?? value;
  if (trace !== undefined) {
    const traced = trace.readVariable(variable, present);
    tellVariableRead(variable, traced);
    return traced;
  }
  if (listening === 0) return present;
  // A tensor of its own for every read: a value that was read before keeps its own place on the tape.
  const own = new Tensor(present.type, present.storage);
  tellVariableRead(variable, own);
  return own;
}

/** Lets the present trace take note of an assignment; false where nothing is traced. */
export function traceAssignment(
  variable: VariableIdentity,
  value: Tensor,
  operation: string,
): boolean {
  if (trace === undefined) return false;
  trace.assignVariable(variable, value, operation);
  return true;
}

function tellVariableRead(variable: VariableIdentity, value: Tensor): void {
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

/** Whether a function is being traced. */
export function isTracing(): boolean {
  return trace !== undefined;
}

/** A place for a new recorder, inside all that have started before. */
export function takeOrder(): number {
  return ++started;
}

/** Adds a recorder at its place. While another recorder works, it is heard beside those outside that one. */
export function activate(recorder: Recorder): void {
  if (listening < recorders.length) {
    setAside.push(recorders);
    recorders = recorders.slice(0, listening);
  }
  let place = recorders.length;
  while (place > 0 && recorders[place - 1]!.order > recorder.order) place--;
  recorders.splice(place, 0, recorder);
  listening = recorders.length;
}

/** Removes a recorder, wherever it is in the order; no effect when it is not active. */
export function deactivate(recorder: Recorder): void {
  const place = recorders.indexOf(recorder);
  if (place >= 0) {
    recorders.splice(place, 1);
    if (place < listening) listening--;
  }
  for (const others of setAside) {
    const other = others.indexOf(recorder);
    if (other >= 0) others.splice(other, 1);
  }
}

/** Runs `body` with every operation taken by `inner`; only recorders that start meanwhile are told. */
export function withTrace<T>(inner: Trace, body: () => T): T {
  return inPlaceOf(inner, body);
}

/** Runs `body` with operations evaluated and no recorder told, except those that start meanwhile. */
export function unrecorded<T>(body: () => T): T {
  return inPlaceOf(undefined, body);
}

/** Runs `body`, in the trace that there is, with no recorder told except those that start meanwhile. */
export function unheard<T>(body: () => T): T {
  return inPlaceOf(trace, body);
}

function inPlaceOf<T>(inner: Trace | undefined, body: () => T): T {
  return inSurroundings({ trace: inner, recorders: [], listening: 0 }, body);
}

/**
 * Runs `body` as it would run around the traces that are going on: operations are evaluated, and the recorders there are told.
 */
export function outsideTraces<T>(body: () => T): T {
  if (trace === undefined) return body();
  let depth = surroundings.length - 1;
  while (surroundings[depth]!.trace !== undefined) depth--;
  return inSurroundings(surroundings[depth]!, body);
}

function inSurroundings<T>(inner: Surroundings, body: () => T): T {
  const outer: Surroundings = { trace, recorders, listening };
  const hidden = listening < recorders.length ? recorders[listening] : undefined;
  surroundings.push(outer);
  setAside.push(recorders);
  ({ trace, recorders, listening } = inner);
  try {
    return body();
  } finally {
    surroundings.pop();
    trace = outer.trace;
    restore(outer.recorders);
    listening = listeningBefore(hidden, outer.listening);
  }
}

/** Runs `body` with variables read as `values` has it, where it gives a value. */
export function withVariables<T>(
  values: (variable: VariableIdentity) => Tensor | undefined,
  body: () => T,
): T {
  const outer = replay;
  replay = values;
  try {
    return body();
  } finally {
    replay = outer;
  }
}

/** `compile`: a function traced once for every signature, and run from then on without JavaScript around its operations. */

import { checkFunction, readLeaf } from "../autodiff/arguments.js";
import { argumentLeaves, replaceTensors } from "../autodiff/custom-gradient-cotangents.js";
import { isRecording, isTracing } from "../core/dispatch.js";
import type { TypedArray } from "../core/dtype.js";
import { ArgumentError, InternalError, TraceError } from "../core/errors.js";
import { type Capture, closeGraph, type Graph } from "../core/graph.js";
import type { HeldValue } from "../core/held-value.js";
import { checkOptions } from "../core/options.js";
import { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { readCapture } from "../graph/interpret.js";
import { printGraph } from "../graph/print.js";
import { traceGraph } from "../graph/trace.js";
import { CompiledGraph, callCompiled } from "./compiled-call.js";
import { takeCall, withNumberedDraws } from "./draws.js";
import { difference, type Signature, signatureOf, withTensors } from "./signature.js";
import { matchTargets, type TargetArrays } from "./target-arrays.js";

/** Options of `compile`. */
export interface CompileOptions {
  /** How many signatures are kept; the one that was not used for longest goes first. Default 64. */
  readonly maximumSignatures?: number;
}

/** A trace that was made, and why. */
export interface TraceReason {
  /** What the arguments were. */
  readonly signature: string;
  /** Why no earlier trace would do. */
  readonly reason: string;
}

/** What the compiler makes of a function for some arguments. */
export interface Inspection {
  /** The graph as traced, and after each pass: the name of the pass, how many operations there are, and the graph as text. */
  readonly stages: readonly {
    readonly pass: string;
    readonly operations: number;
    readonly text: string;
  }[];
  /** The loop nests and kernels that the last graph becomes, a line each; none where there is no WebAssembly. */
  readonly statements: readonly string[];
  /** The WebAssembly module as text; empty where there is none. */
  readonly wat: string;
}

/** A compiled function: the function itself, with tools beside it. */
export interface Compiled<A extends readonly unknown[], R> {
  (...parameters: A): R;
  /**
   * Does the same, and writes the results into typed arrays in their structure, which saves making new ones. Tapes are not told.
   *
   * @throws ArgumentError, DTypeError, ShapeError for arrays that do not fit; TraceError while another function is traced.
   */
  into(outputs: TargetArrays<R>, ...parameters: A): void;
  /** Every trace so far and why it was made, the oldest first; the last 100. */
  traces(): readonly TraceReason[];
  /** What the compiler makes of the function for arguments like these. */
  inspect(...parameters: A): Inspection;
}

/** One signature's trace. */
interface Entry {
  readonly signature: Signature;
  readonly compiled: CompiledGraph;
  readonly captured: readonly Capture[];
  readonly assigned: readonly Variable[];
  /** By output that a variable is assigned: the input that is the same variable. */
  readonly kept: ReadonlyMap<number, number>;
  /** What the function returned, with the places of its tensors. */
  readonly result: unknown;
}

const REMEMBERED_TRACES = 100;
const DEEPEST_RECURSION = 50;

/**
 * A function that does what `f` does, traced when it is first called and optimized as a whole.
 *
 * `f` is run once for every signature: the structure, shapes and dtypes of its tensors, the identity of variables, and the values of
 * all else. While it is traced its tensors have no values, so it cannot read them; `tf.cond` and `tf.whileLoop` stand in for `if`
 * and `while`. Tensors that it closes over are read at every call, and so are variables; variables that it assigns are assigned when
 * the call is over. Tapes, accumulators, Jacobians and other compiled functions may be inside, and around it: a tape records one operation,
 * whose backward pass is compiled too.
 *
 * @param f of nests of tensors, variables, typed arrays, and static values; gives a nest of tensors and static values
 *
 * @example
 * const step = tf.compile((x: tf.Tensor) => tf.reduceSum(tf.tanh(x).mul(x)));
 * step(tf.constant([1, 2])).item();
 * step.traces(); // one
 *
 * @throws ArgumentError when `f` is no function or is async, or an option is unknown; TraceError when `f` reads a value, calls itself
 *   without end, or runs more than a million operations; whatever `f` throws.
 */
export function compile<A extends readonly unknown[], R>(
  f: (...parameters: A) => R,
  options: CompileOptions = {},
): Compiled<A, R> {
  checkFunction(f, "compile");
  checkOptions(options, ["maximumSignatures"], "compile");
  const { maximumSignatures = 64 } = options;
  if (!Number.isInteger(maximumSignatures) || maximumSignatures < 1) {
    throw new ArgumentError(
      `compile: maximumSignatures must be an integer from 1, got ${String(maximumSignatures)}`,
    );
  }
  const entries = new Map<string, Entry>();
  const traces: TraceReason[] = [];
  /** How many traces of the function are under way, one inside the other. */
  let depth = 0;
  let latest: Signature | undefined;

  const entryOf = (signature: Signature, parameters: readonly unknown[]): Entry => {
    const known = entries.get(signature.key);
    // The order of the map is that of the last use.
    if (known !== undefined) {
      entries.delete(signature.key);
      entries.set(signature.key, known);
      return known;
    }
    if (depth >= DEEPEST_RECURSION) {
      throw new TraceError(
        `compile: ${f.name === "" ? "the function" : f.name} calls itself while it is traced, more than ${DEEPEST_RECURSION} deep. ` +
          "Values are not known while a function is traced, so its recursion has no end; tf.whileLoop and tf.scan repeat instead",
      );
    }
    depth++;
    let entry: Entry;
    try {
      entry = traceEntry(f, signature, parameters);
    } finally {
      depth--;
    }
    const reason = latest === undefined ? "it is the first call" : difference(latest, signature);
    traces.push({ signature: signature.key, reason });
    if (traces.length > REMEMBERED_TRACES) traces.shift();
    latest = signature;
    entries.set(signature.key, entry);
    if (entries.size > maximumSignatures) {
      const [oldest, unused] = entries.entries().next().value!;
      entries.delete(oldest);
      unused.compiled.release();
    }
    return entry;
  };

  const compiled = (...parameters: A): R => {
    const signature = signatureOf(parameters, "compile");
    return runEntry(entryOf(signature, parameters), signature.tensors) as R;
  };
  return Object.assign(compiled, {
    into: (outputs: TargetArrays<R>, ...parameters: A): void => {
      const signature = signatureOf(parameters, "compile");
      runEntryInto(entryOf(signature, parameters), signature.tensors, outputs);
    },
    traces: () => [...traces],
    inspect: (...parameters: A): Inspection => {
      const entry = entryOf(signatureOf(parameters, "compile"), parameters);
      const { program, graph } = entry.compiled.executable;
      const {
        stages = [{ pass: "trace", graph }],
        statements = [],
        wat = "",
      } = program?.inspect() ?? {};
      return {
        stages: stages.map((stage) => ({
          pass: stage.pass,
          operations: stage.graph.nodes.length,
          text: printGraph(stage.graph),
        })),
        statements,
        wat,
      };
    },
  });
}

function traceEntry(
  f: (...parameters: never) => unknown,
  signature: Signature,
  parameters: readonly unknown[],
): Entry {
  let result: unknown;
  const traced: Graph = withNumberedDraws(() =>
    traceGraph(
      f.name === "" ? "f" : f.name,
      signature.tensors.map(({ type }) => type),
      (...inputs) => {
        const returned = f(...(withTensors(parameters, inputs) as never));
        if (returned instanceof Promise) {
          throw new ArgumentError(
            "compile: the function is async; what it does after an await cannot be traced",
          );
        }
        result = replaceTensors(returned, readLeaf);
        return argumentLeaves([result]).map(({ tensor }) => tensor);
      },
      "tf.compile traces its function",
      { assigns: true },
    ),
  );
  const { graph, captured } = closeGraph(traced);
  const assigned = traced.assigned.map((variable) => {
    if (variable instanceof Variable) return variable;
    throw new InternalError("compile: something else than a variable was assigned");
  });
  const kept = new Map<number, number>();
  assigned.forEach((variable, index) => {
    const capture = captured.indexOf(variable);
    if (capture < 0) return;
    kept.set(graph.outputs.length - assigned.length + index, signature.tensors.length + capture);
  });
  return { signature, compiled: new CompiledGraph(graph), captured, assigned, kept, result };
}

function runEntryInto(entry: Entry, tensors: readonly Tensor[], outputs: unknown): void {
  if (isTracing()) {
    throw new TraceError(
      "compile: into writes values, which are not known while a function is traced; call the compiled function instead",
    );
  }
  runUnrecorded(entry, tensors, matchTargets(outputs, entry.result));
}

function runEntry(entry: Entry, tensors: readonly Tensor[]): unknown {
  const outputs =
    isTracing() || isRecording() ? runRecorded(entry, tensors) : runUnrecorded(entry, tensors, []);
  let next = 0;
  return replaceTensors(entry.result, () => outputs[next++]!);
}

/** Runs a trace as an operation, and gives the tensors that it returns. */
function runRecorded(entry: Entry, tensors: readonly Tensor[]): readonly Tensor[] {
  const { compiled, captured, assigned } = entry;
  const outputs = callCompiled(compiled, [...tensors, ...captured.map(readCapture)], isRecording());
  const returned = outputs.length - assigned.length;
  assigned.forEach((variable, index) => void variable.assign(outputs[returned + index]!));
  return outputs.slice(0, returned);
}

/** Runs a trace where nobody listens; what variables hold may stay in memory. Gives the tensors that are not written into arrays. */
function runUnrecorded(
  { compiled, captured, assigned, kept }: Entry,
  tensors: readonly Tensor[],
  targets: readonly TypedArray[],
): readonly Tensor[] {
  const { executable } = compiled;
  const inputs = [...tensors, ...captured.map(heldCapture)];
  const place = executable.draws ? takeCall() : undefined;
  const outputs = executable.runWith(inputs, targets, kept, place);
  const first = outputs.length - assigned.length;
  const returned: Tensor[] = [];
  outputs.forEach((value, place) => {
    const variable = assigned[place - first];
    if (!(value instanceof Tensor)) variable!.held = value;
    else if (variable === undefined) returned.push(value);
    else variable.assign(value);
  });
  return returned;
}

function heldCapture(capture: Capture): Tensor | HeldValue {
  return (capture instanceof Variable ? capture.held : undefined) ?? readCapture(capture);
}

/** `recomputeGrad` and `gradPassThrough`: functions whose backward pass is not that of a record of what they did. */

import {
  isTracing,
  outsideTraces,
  type Recorder,
  runOp,
  takeOrder,
  unheard,
  withVariables,
} from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { closeGraph, type Graph, outputTypesOf } from "../core/graph.js";
import { flattenNest, replaceLeaves } from "../core/nest.js";
import { defineOp, type Op } from "../core/op.js";
import { type Tensor, takeId, type VariableIdentity } from "../core/tensor.js";
import { readCapture, runGraph } from "../graph/interpret.js";
import { traceGraph } from "../graph/trace.js";
import { readLeaves } from "../graph/trace-function.js";
import { stopGradient } from "../ops/identity.js";
import { replayStream, sharedStreamState } from "../ops/random-stream.js";
import { checkFunction, type Differential, readLeaf } from "./arguments.js";
import { backward } from "./backward.js";
import { customGradient, type InputCotangents } from "./custom-gradient.js";
import { argumentLeaves, replaceTensors } from "./custom-gradient-cotangents.js";
import { closedRuleOp, type MaybeTensors } from "./custom-gradient-ops.js";
import { batchGraph, pullThrough, pushThrough } from "./graph-rules.js";
import { listenTo } from "./listen.js";
import { forwardPass } from "./push-forward-pass.js";
import type { Direction } from "./residuals.js";
import { functionRecord, type TapeRecord } from "./tape-record.js";

/** Notes what a function takes from outside: tensors that it did not make itself, and variables. */
class CaptureWatcher implements Recorder {
  readonly order = takeOrder();
  readonly tensors = new Set<Tensor>();
  readonly variables = new Map<VariableIdentity, Tensor>();
  readonly #begin = takeId();

  record(_op: Op, inputs: readonly Tensor[]): void {
    for (const input of inputs) {
      if (input.id < this.#begin && isFloating(input.dtype)) this.tensors.add(input);
    }
  }

  valueRead(): void {}

  /** Takes note of what a function returns as it was. */
  returned(outputs: readonly Tensor[]): void {
    for (const output of outputs) {
      if (output.id < this.#begin && isFloating(output.dtype)) this.tensors.add(output);
    }
  }

  variableRead(variable: VariableIdentity, value: Tensor): void {
    if (!this.variables.has(variable)) this.variables.set(variable, value);
  }
}

/**
 * A function that holds nothing for the backward pass but its arguments, and runs again when that comes: less memory for more time.
 * Results and gradients are the same, also of what the function closes over; random numbers are drawn as the first time, and variables
 * have the values that they had.
 *
 * @param f of nests of tensors; gives a nest of tensors. It must do the same both times
 * @returns a function of the same arguments that gives the same
 *
 * @example
 * const block = tf.recomputeGrad((x: tf.Tensor) => tf.tanh(tf.matmul(tf.tanh(tf.matmul(x, w1)), w2)));
 *
 * @throws ArgumentError when `f` is no function, or gives no nest of tensors.
 */
export function recomputeGrad<A extends readonly unknown[], R>(
  f: (...parameters: A) => R,
): (...parameters: A) => Differential<R> {
  checkFunction(f, "recomputeGrad");
  return (...parameters) => {
    const own = parameters.map((parameter) => replaceTensors(parameter, readLeaf)) as never as A;
    const leaves = argumentLeaves(own).map(({ tensor }) => tensor);
    let result: unknown;
    const program = (): readonly Tensor[] => {
      result = f(...own);
      return readLeaves(flattenNest(result, "recomputeGrad", "what f returns"));
    };
    const outputs = isTracing() ? runTraced(program) : runClosed(program, leaves);
    return replaceLeaves(result, (_, index) => outputs[index]!) as Differential<R>;
  };
}

/** Runs a program unseen, as one operation that runs it again for its derivatives. */
function runClosed(program: () => readonly Tensor[], leaves: readonly Tensor[]): readonly Tensor[] {
  const stream = sharedStreamState();
  const watcher = new CaptureWatcher();
  const values = unheard(() => listenTo(watcher, program));
  watcher.returned(values);
  const tensors = [...new Set([...leaves, ...watcher.tensors])];
  const variables = [...watcher.variables.keys()].filter(({ type }) => isFloating(type.dtype));
  const again = (): readonly Tensor[] =>
    withVariables(
      (variable) => watcher.variables.get(variable),
      () => replayStream(stream, program),
    );
  /** The record of another run, which is on the values even where its derivative is traced. */
  const runAgain = (direction: Direction): { record: TapeRecord; outputs: readonly number[] } => {
    const record = functionRecord(direction);
    for (const tensor of tensors) if (isFloating(tensor.dtype)) record.watchTensor(tensor);
    for (const variable of variables) record.watchVariable(variable);
    const outputs = outsideTraces(() => listenTo(record, again));
    return { record, outputs: outputs.map(({ id }) => record.slotOf(id)) };
  };
  const sources = [...tensors, ...variables];
  const pull = (cotangents: MaybeTensors): MaybeTensors => {
    const { record, outputs } = runAgain("pullback");
    const seeds = outputs.flatMap((slot, index) => {
      const cotangent = cotangents[index];
      return cotangent === undefined ? [] : [{ slot, cotangent }];
    });
    const places = sources.map(({ id, type }) => ({ slot: record.slotOf(id), type }));
    return backward(record, seeds, places, true);
  };
  const push = (tangents: MaybeTensors): MaybeTensors => {
    const { record, outputs } = runAgain("both");
    const seeds = sources.flatMap(({ id }, index) => {
      const tangent = tangents[index];
      return tangent === undefined ? [] : [{ slot: record.slotOf(id), tangent }];
    });
    return forwardPass(record, seeds, outputs);
  };
  const operands = [...tensors, ...variables.map((variable) => variable.read())];
  const detached = unheard(() => values.map((value) => stopGradient(value)));
  return runOp(closedRuleOp, [...operands, ...detached], { operands: operands.length, pull, push });
}

/** Attributes of `recompute`. */
interface RecomputeAttributes {
  readonly graph: Graph;
}

/** A graph as one operation: its rules run the graph again. */
const recomputeOp: Op<RecomputeAttributes> = /* @__PURE__ */ defineOp<RecomputeAttributes>({
  name: "recompute",
  summary: "A traced function whose derivatives run it again.",
  inputs: ["operands…"],
  outputTypes: (_, { graph }) => outputTypesOf(graph),
  derivative: {
    kind: "explicit",
    pullback: (cotangents, { inputs, attributes: { graph } }) =>
      pullThrough((own) => runGraph(graph, own), inputs, cotangents),
    pushforward: (tangents, { inputs, attributes: { graph } }) =>
      pushThrough((own) => runGraph(graph, own), inputs, tangents).tangents,
  },
  batching: {
    kind: "explicit",
    batch: ({ inputs, batched, size, drawPerRow, attributes }) => {
      const options = { size, drawPerRow };
      const { graph } = batchGraph(attributes.graph, batched, options, () => true);
      return runOp(recomputeOp, inputs, { graph });
    },
  },
  lowering: { kind: "program", run: (inputs, { graph }) => runGraph(graph, inputs) },
  samples: [],
});

function runTraced(program: () => readonly Tensor[]): readonly Tensor[] {
  const traced = traceGraph("recompute", [], program, "tf.recomputeGrad traces its function");
  const { graph, captured } = closeGraph(traced);
  return runOp(recomputeOp, captured.map(readCapture), { graph });
}

/**
 * A function with the values of `f` whose gradient passes as if it were the identity: for rounding and other steps that are flat, in
 * training that is aware of them (the straight-through estimator; Bengio, Léonard and Courville, arXiv:1308.3432).
 *
 * @param f gives, for its arguments, the same structure, shapes and dtypes
 *
 * @example
 * const roundThrough = tf.gradPassThrough((x: tf.Tensor) => tf.round(x));
 *
 * @throws ShapeError, DTypeError or ArgumentError in the backward pass when the value of `f` is unlike its arguments.
 */
export function gradPassThrough<A extends readonly unknown[], R>(
  f: (...parameters: A) => R,
): (...parameters: A) => Differential<R> {
  checkFunction(f, "gradPassThrough");
  return customGradient((...parameters: A) => [
    unheard(() => f(...parameters)),
    (cotangent) => cotangent as InputCotangents,
  ]);
}

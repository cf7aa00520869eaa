/** `cond`: one of two functions, by the value of a tensor. */

import { readLeaf } from "../autodiff/arguments.js";
import {
  type BatchedGraph,
  batchGraph,
  orZeros,
  pullThrough,
  pushThrough,
  ruleGraph,
} from "../autodiff/graph-rules.js";
import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { isTracing, runOp } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { type Graph, outputTypesOf } from "../core/graph.js";
import { filledTensor } from "../core/literals.js";
import { flattenNest, type MapNest, mapNest, type Nest } from "../core/nest.js";
import { type BatchedCall, type Call, defineOp, type Op } from "../core/op.js";
import { formatType, isAbstract, sameType, type Tensor } from "../core/tensor.js";
import { readCapture, runGraph } from "../graph/interpret.js";
import { rowsOf } from "../ops/batching.js";
import { logicalNot } from "../ops/logical.js";
import { reduceAny } from "../ops/reduction.js";
import { reshapeTo } from "../ops/reshape.js";
import { checkCondition, scalarCondition } from "./condition.js";
import { chosen, withStandIns } from "./row-choice.js";
import { structureOf, type TracedFunction, traceNest } from "./trace-nest.js";

/** Attributes of the operation `cond`: both graphs close over nothing and take all operands but the condition. */
export interface CondAttributes {
  readonly whenTrue: Graph;
  readonly whenFalse: Graph;
}

type MaybeTensors = readonly (Tensor | undefined)[];

/** @internal */
export const condOp: Op<CondAttributes> = /* @__PURE__ */ defineOp<CondAttributes>({
  name: "cond",
  summary: "The results of one of two graphs, by a bool scalar.",
  inputs: ["condition", "operands…"],
  outputTypes: (_, { whenTrue }) => outputTypesOf(whenTrue),
  derivative: {
    kind: "explicit",
    pullback: condPullback,
    pushforward: condPushforward,
  },
  batching: { kind: "explicit", batch: batchCond },
  lowering: {
    kind: "program",
    run: ([condition, ...operands], { whenTrue, whenFalse }) =>
      runGraph(scalarCondition(condition!, "cond") ? whenTrue : whenFalse, operands),
  },
  samples: [],
});

/** Both graphs with another program made of each, of operands like the given ones. */
function both(
  { whenTrue, whenFalse }: CondAttributes,
  operands: readonly Tensor[],
  program: (graph: Graph, operands: readonly Tensor[]) => readonly Tensor[],
): CondAttributes {
  const types = operands.map(({ type }) => type);
  const made = (graph: Graph): Graph => ruleGraph(graph.name, types, (own) => program(graph, own));
  return { whenTrue: made(whenTrue), whenFalse: made(whenFalse) };
}

function condPullback(
  cotangents: MaybeTensors,
  { inputs, attributes }: Call<CondAttributes>,
): MaybeTensors {
  const [condition, ...operands] = inputs as readonly [Tensor, ...Tensor[]];
  const given = cotangents.filter((one) => one !== undefined);
  const places = operands.flatMap(({ dtype }, place) => (isFloating(dtype) ? [place] : []));
  const graphs = both(attributes, [...operands, ...given], (graph, own) => {
    let next = operands.length;
    const seeds = cotangents.map((one) => (one === undefined ? undefined : own[next++]));
    const pulled = pullThrough(
      (values) => runGraph(graph, values),
      own.slice(0, operands.length),
      seeds,
    );
    return places.map((place) => orZeros(pulled[place], operands[place]!));
  });
  const results = runOp(condOp, [condition, ...operands, ...given], graphs);
  const found: (Tensor | undefined)[] = inputs.map(() => undefined);
  places.forEach((place, index) => {
    found[place + 1] = results[index];
  });
  return found;
}

function condPushforward(
  [, ...tangents]: MaybeTensors,
  { inputs, outputs, attributes }: Call<CondAttributes>,
): MaybeTensors {
  const [condition, ...operands] = inputs as readonly [Tensor, ...Tensor[]];
  const given = tangents.filter((one) => one !== undefined);
  const graphs = both(attributes, [...operands, ...given], (graph, own) => {
    let next = operands.length;
    const directions = operands.map((_, place) =>
      tangents[place] === undefined ? undefined : own[next++],
    );
    const pushed = pushThrough(
      (values) => runGraph(graph, values),
      own.slice(0, operands.length),
      directions,
    );
    return outputs.flatMap((output, index) =>
      isFloating(output.dtype) ? [orZeros(pushed.tangents[index], output)] : [],
    );
  });
  const results = runOp(condOp, [condition, ...operands, ...given], graphs);
  let next = 0;
  return outputs.map(({ dtype }) => (isFloating(dtype) ? results[next++] : undefined));
}

/** One choice for all rows, or, where the condition differs from row to row, both results and a choice for each row. */
function batchCond(call: BatchedCall<CondAttributes>): readonly Tensor[] {
  const { inputs, batched, size, drawPerRow, attributes } = call;
  const options = { size, drawPerRow };
  if (batched[0] !== true) {
    const inRows = (graph: Graph): BatchedGraph =>
      batchGraph(graph, batched.slice(1), options, () => true);
    return runOp(condOp, inputs, {
      whenTrue: inRows(attributes.whenTrue).graph,
      whenFalse: inRows(attributes.whenFalse).graph,
    });
  }
  const rows = reshapeTo(inputs[0]!, [size]);
  const operands = inputs.slice(1).map((_, index) => rowsOf(call, index + 1));
  const yes = resultsWhere(rows, attributes.whenTrue, operands, options);
  const no = resultsWhere(logicalNot(rows), attributes.whenFalse, operands, options);
  return yes.map((tensor, index) => chosen(rows, tensor, no[index]!));
}

/** The results of a branch in the rows that take it, and anything in the others; where no row does, it is not run. */
function resultsWhere(
  rows: Tensor,
  branch: Graph,
  operands: readonly Tensor[],
  options: { readonly size: number; readonly drawPerRow: boolean },
): readonly Tensor[] {
  const batched = branch.inputs.map(() => true);
  const { graph } = batchGraph(branch, batched, options, () => true);
  const types = [rows, ...operands].map(({ type }) => type);
  const taken = ruleGraph(branch.name, types, ([taking, ...own]) =>
    runGraph(
      graph,
      own.map((operand) => withStandIns(taking!, operand)),
    ),
  );
  const zeros = ruleGraph(branch.name, types, () =>
    outputTypesOf(graph).map((type) => filledTensor(type, 0)),
  );
  return runOp(condOp, [reduceAny(rows), rows, ...operands], { whenTrue: taken, whenFalse: zeros });
}

/**
 * What `trueFn` gives if the condition is true, else what `falseFn` gives. Outside of traced functions it is an `if`: one of the two
 * runs. While a function is traced (by `vectorizedMap` or another loop) both are traced, and one is run later.
 *
 * @param condition a bool scalar, or true or false
 * @param trueFn a function of no arguments; it closes over what it needs, and gradients flow there
 * @param falseFn the same, giving the same structure, shapes and dtypes
 *
 * @example
 * tf.cond(tf.greater(x, 0), () => tf.sqrt(x), () => tf.zerosLike(x));
 *
 * @throws ShapeError or DTypeError when the condition is no bool scalar, or, while traced, the results differ in type;
 * ArgumentError when their structures differ, or something is no function.
 */
export function cond<R extends Nest>(
  condition: TensorLike,
  trueFn: () => R,
  falseFn: () => R,
): MapNest<R, Tensor> {
  const operation = "cond";
  for (const [name, f] of Object.entries({ trueFn, falseFn })) {
    if (typeof f !== "function") {
      throw new ArgumentError(`${operation}: ${name} must be a function, got ${describe(f)}`);
    }
  }
  const test = toTensor(condition, operation, "condition", "bool");
  if (!isTracing() || !isAbstract(test)) {
    const chosenFn = scalarCondition(test, operation) ? trueFn : falseFn;
    const result = chosenFn();
    flattenNest(result, operation, `what ${chosenFn === trueFn ? "trueFn" : "falseFn"} returns`);
    return mapNest(result, readLeaf);
  }
  checkCondition(test, operation);
  const yes = traceNest("whenTrue", [], trueFn, "tf.cond traces its functions", operation);
  const no = traceNest("whenFalse", [], falseFn, "tf.cond traces its functions", operation);
  checkBranches(yes, no, operation);
  const split = yes.captured.length;
  const operands = [...yes.captured, ...no.captured].map(readCapture);
  const types = operands.map(({ type }) => type);
  const outputs = runOp(condOp, [test, ...operands], {
    whenTrue: ruleGraph("whenTrue", types, (own) => runGraph(yes.graph, own.slice(0, split))),
    whenFalse: ruleGraph("whenFalse", types, (own) => runGraph(no.graph, own.slice(split))),
  });
  return mapNest<R, Tensor>(yes.result as R, (_, index) => outputs[index]!);
}

function checkBranches(yes: TracedFunction, no: TracedFunction, operation: string): void {
  const structures = [structureOf(yes.result), structureOf(no.result)] as const;
  if (structures[0] !== structures[1]) {
    throw new ArgumentError(
      `${operation}: trueFn gives ${structures[0]} and falseFn ${structures[1]}; their structures must be equal`,
    );
  }
  const others = outputTypesOf(no.graph);
  outputTypesOf(yes.graph).forEach((type, index) => {
    const other = others[index]!;
    if (sameType(type, other)) return;
    const message =
      `${operation}: result ${index} is ${formatType(type)} by trueFn and ${formatType(other)} by falseFn; ` +
      "their types must be equal";
    throw type.dtype === other.dtype ? new ShapeError(message) : new DTypeError(message);
  });
}

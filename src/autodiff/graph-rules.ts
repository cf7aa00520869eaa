/** Graphs differentiated and batched: what operations that hold graphs make their own rules of. */

import { takeOrder } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import type { Graph } from "../core/graph.js";
import { filledTensor } from "../core/literals.js";
import type { Tensor } from "../core/tensor.js";
import { tensorType } from "../core/tensor.js";
import { traceGraph } from "../graph/trace.js";
import { broadcastView } from "../ops/broadcast.js";
import { identity } from "../ops/identity.js";
import { runBatched } from "../transform/batch.js";
import { backward } from "./backward.js";
import { ForwardRecord } from "./forward-record.js";
import { listenTo } from "./listen.js";
import { functionRecord } from "./tape-record.js";

const DOING = "a rule is traced";

/** A function from tensors to tensors. */
type Program = (inputs: readonly Tensor[]) => readonly Tensor[];

/**
 * The cotangents of the inputs of a program that is run for it, undefined where they vanish.
 *
 * @param cotangents one per output; undefined stands for zeros
 */
export function pullThrough(
  program: Program,
  inputs: readonly Tensor[],
  cotangents: readonly (Tensor | undefined)[],
): readonly (Tensor | undefined)[] {
  const own = inputs.map((input) => identity(input));
  const record = functionRecord();
  for (const input of own) if (isFloating(input.dtype)) record.watchTensor(input);
  const outputs = listenTo(record, () => program(own));
  const seeds = outputs.flatMap(({ id }, index) => {
    const cotangent = cotangents[index];
    return cotangent === undefined ? [] : [{ slot: record.slotOf(id), cotangent }];
  });
  const sources = own.map(({ id, type }) => ({ slot: record.slotOf(id), type }));
  return backward(record, seeds, sources, true);
}

/** The outputs of a program and their tangents, undefined where they vanish. */
export function pushThrough(
  program: Program,
  inputs: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
): { readonly outputs: readonly Tensor[]; readonly tangents: readonly (Tensor | undefined)[] } {
  const own = inputs.map((input) => identity(input));
  const record = new ForwardRecord(takeOrder());
  own.forEach((input, index) => {
    const tangent = tangents[index];
    if (tangent !== undefined) record.watchTensor(input, tangent);
  });
  const outputs = listenTo(record, () => program(own));
  return { outputs, tangents: outputs.map((output) => record.tangentOf(output)) };
}

/** The tangent, or zeros of the type of its primal. */
export function orZeros(tangent: Tensor | undefined, primal: Tensor): Tensor {
  return tangent ?? filledTensor(primal.type, 0);
}

/** A graph for many rows at once. */
export interface BatchedGraph {
  readonly graph: Graph;
  /** Which outputs differ from row to row; these have the axis of rows in front. */
  readonly batched: readonly boolean[];
}

/**
 * The graph that runs another for many rows.
 *
 * @param batched which inputs have the axis of rows in front
 * @param always which outputs are to have it even if no row tells them apart
 */
export function batchGraph(
  graph: Graph,
  batched: readonly boolean[],
  options: { readonly size: number; readonly drawPerRow: boolean },
  always: (output: number) => boolean = () => false,
): BatchedGraph {
  const { size } = options;
  const types = graph.inputs.map((value, position) => {
    const { dtype, shape } = graph.types[value]!;
    return tensorType(dtype, batched[position] === true ? [size, ...shape] : shape);
  });
  let found: readonly boolean[] = [];
  const result = traceGraph(
    graph.name,
    types,
    (...inputs) => {
      const values = inputs.map((tensor, position) => ({
        tensor,
        batched: batched[position] === true,
      }));
      const outputs = runBatched(graph, values, options);
      found = outputs.map((output, position) => output.batched || always(position));
      return outputs.map(({ tensor, batched: has }, position) =>
        found[position] === has ? tensor : broadcastView(tensor, [size, ...tensor.shape]),
      );
    },
    DOING,
  );
  return { graph: result, batched: found };
}

/** A graph of a function of tensors of given types, for use inside of rules. */
export function ruleGraph(name: string, types: readonly Tensor["type"][], f: Program): Graph {
  return traceGraph(name, types, (...inputs) => f(inputs), DOING);
}

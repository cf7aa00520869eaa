/** Batching: a graph for one row run on many rows at once, operation by operation, by their batching rules. */

import { runOp } from "../core/dispatch.js";
import { type Graph, graphsIn } from "../core/graph.js";
import type { BatchedCall, Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { interpret } from "../graph/interpret.js";
import { allRows } from "../ops/batching.js";

/** A value in every row: one tensor for all, or a tensor with an axis of rows in front. */
export interface RowValue {
  readonly tensor: Tensor;
  readonly batched: boolean;
}

/** How a graph is batched. */
export interface BatchOptions {
  /** Number of rows. */
  readonly size: number;
  /** Whether random operations without a seed draw anew for every row. */
  readonly drawPerRow: boolean;
}

/** The outputs of a graph for every row. What no row tells apart is computed once. */
export function runBatched(
  graph: Graph,
  inputs: readonly RowValue[],
  { size, drawPerRow }: BatchOptions,
): readonly RowValue[] {
  return interpret<RowValue>(
    graph,
    inputs,
    (tensor) => ({ tensor, batched: false }),
    ({ op, attributes }, operands) => {
      const call: BatchedCall = {
        inputs: operands.map(({ tensor }) => tensor),
        batched: operands.map(({ batched }) => batched),
        size,
        drawPerRow,
        attributes,
      };
      const isDraw = drawPerRow && drawsAnew(op, attributes);
      if (!isDraw && !call.batched.includes(true)) {
        return runOp(op, call.inputs, attributes).map((tensor) => ({ tensor, batched: false }));
      }
      return batchedOutputs(op, call).map((tensor) => ({ tensor, batched: true }));
    },
  );
}

/** Whether an operation draws from the shared stream of random numbers, itself or in a graph that it holds. */
function drawsAnew({ lowering }: Op, attributes: unknown): boolean {
  if (lowering.kind === "random") return lowering.draw(attributes).stream.shared === true;
  return graphsIn(attributes).some(({ nodes }) =>
    nodes.some((node) => drawsAnew(node.op, node.attributes)),
  );
}

/** Runs one operation for all rows; every output has the axis of rows in front. */
function batchedOutputs(op: Op, call: BatchedCall): readonly Tensor[] {
  const { batching } = op;
  if (batching?.kind === "explicit") return batching.batch(call);
  const inputs = allRows(call);
  const attributes =
    batching === undefined
      ? call.attributes
      : batching.attributes(
          call.attributes,
          call.size,
          call.inputs.map(({ type }) => type),
        );
  return runOp(op, inputs, attributes);
}

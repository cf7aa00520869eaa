/** Choices made row by row: between two tensors, and which rows take part in what is run for all. */

import { run } from "../core/dispatch.js";
import { type Graph, graphsIn } from "../core/graph.js";
import type { Tensor } from "../core/tensor.js";
import { argmax } from "../ops/arg-reduction.js";
import { cast } from "../ops/cast.js";
import { gatherOp } from "../ops/gather.js";
import { reshapeTo } from "../ops/reshape.js";
import { where } from "../ops/select.js";

/** By row, one tensor or the other. `no` may lack the axis of rows. */
export function chosen(rows: Tensor, yes: Tensor, no: Tensor): Tensor {
  const aligned = reshapeTo(rows, [rows.size, ...new Array<number>(yes.rank - 1).fill(1)]);
  return where(aligned, yes, no);
}

/**
 * A tensor with an axis of rows, in which the first row that takes part stands in for all that do not: what is computed of those is thrown
 * away, but must neither fail nor go on for ever. Some row has to take part.
 */
export function withStandIns(rows: Tensor, tensor: Tensor): Tensor {
  if (rows.size === 0) return tensor;
  const first = argmax(cast(reshapeTo(rows, [rows.size]), "int32"));
  return chosen(rows, tensor, run(gatherOp, [tensor, first], { axis: 0 }));
}

const INDEXED: ReadonlySet<string> = new Set(["gather", "flatIndices", "replace", "accumulate"]);

/** Whether a graph may fail, or go on for ever, where its inputs do not belong together: it reads at indices, or loops. */
export function needsConsistency(graph: Graph): boolean {
  return graph.nodes.some(
    ({ op, attributes }) => INDEXED.has(op.lowering.kind) || graphsIn(attributes).length > 0,
  );
}

/** Batched = loop: what is run by batching rules on many rows gives what it gives on each. */

import { runOp } from "../../src/core/dispatch.js";
import { isFloating } from "../../src/core/dtype.js";
import type { Tensor } from "../../src/core/tensor.js";
import { traceGraph } from "../../src/graph/trace.js";
import { broadcastView } from "../../src/ops/broadcast.js";
import { stackOp } from "../../src/ops/concatenate.js";
import { type RowValue, runBatched } from "../../src/transform/batch.js";
import { type Case, inputsOf } from "./cases.js";
import { difference } from "./comparing.js";
import { tensorFrom, valuesOf } from "./operands.js";

const ROWS = 3;
const TOLERANCE = 1e-13;

/** Operands that differ from row to row: the sample, and its values in other orders where the operation takes them. */
function rowsOf(one: Case, positions: readonly number[]): (readonly Tensor[])[] {
  const inputs = inputsOf(one, "float64");
  return Array.from({ length: ROWS }, (_, row) => {
    const moved = inputs.map((input, position) =>
      positions.includes(position) ? rotated(input, row) : input,
    );
    try {
      one.run(moved);
      return moved;
    } catch {
      return inputs;
    }
  });
}

function rotated(tensor: Tensor, by: number): Tensor {
  const values = valuesOf(tensor);
  const moved = values.map((_, index) => values[(index + by) % values.length]!);
  return tensorFrom(moved, tensor.dtype, tensor.shape);
}

function stacked(rows: readonly Tensor[]): Tensor {
  return runOp(stackOp, rows, { axis: 0 })[0]!;
}

/** Which operands are batched: every one by itself, and all together. */
function batchedSets(one: Case): (readonly number[])[] {
  const all = [...inputsOf(one, "float64").keys()];
  return all.length < 2 ? [all] : [all, ...all.map((position) => [position])];
}

/** The outputs of a program for every row at once, with the axis of rows in front. */
export function batchedResults(
  run: (inputs: readonly Tensor[]) => readonly Tensor[],
  rows: readonly (readonly Tensor[])[],
  positions: readonly number[],
): Tensor[] {
  const first = rows[0]!;
  const graph = traceGraph(
    "batched",
    first.map(({ type }) => type),
    (...inputs) => run(inputs),
    "a test traces",
  );
  const values = first.map((input, position): RowValue => {
    const batched = positions.includes(position);
    return { batched, tensor: batched ? stacked(rows.map((row) => row[position]!)) : input };
  });
  const size = rows.length;
  return runBatched(graph, values, { size, drawPerRow: false }).map(({ tensor, batched }) =>
    batched ? tensor : broadcastView(tensor, [size, ...tensor.shape]),
  );
}

/** A second level of rows: every row of the first is run in a batch of its own. */
function nestedResults(one: Case, rows: readonly (readonly Tensor[])[]): Tensor[] {
  const positions = [...rows[0]!.keys()];
  const run = (inputs: readonly Tensor[]): readonly Tensor[] =>
    batchedResults((inner) => one.run(inner), [inputs, inputs], positions);
  return batchedResults(run, rows, positions);
}

export function checkBatching(one: Case): string[] {
  return batchedSets(one).flatMap((positions) => {
    const rows = rowsOf(one, positions);
    const expected = rows.map((inputs) => one.run(inputs));
    const run = (inputs: readonly Tensor[]): readonly Tensor[] => one.run(inputs);
    const label = `${one.label}, operands ${positions.join(", ")} in rows`;
    return batchedResults(run, rows, positions).flatMap((found, output) => {
      const wanted = stacked(expected.map((outputs) => outputs[output]!));
      return compare(label, found, wanted);
    });
  });
}

/** Rows within rows. */
export function checkNestedBatching(one: Case): string[] {
  const positions = [...inputsOf(one, "float64").keys()];
  if (positions.length === 0) return [];
  const rows = rowsOf(one, positions);
  const expected = rows.map((inputs) => one.run(inputs));
  return nestedResults(one, rows).flatMap((found, output) => {
    const wanted = stacked(
      expected.map((outputs) => stacked([outputs[output]!, outputs[output]!])),
    );
    return compare(`${one.label}, rows in rows`, found, wanted);
  });
}

function compare(label: string, found: Tensor, wanted: Tensor): string[] {
  const tolerance = isFloating(wanted.dtype) ? TOLERANCE : 0;
  const what = difference(found, wanted, tolerance);
  return what === undefined ? [] : [`${label}: the result ${what}`];
}

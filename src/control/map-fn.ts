/** `mapFn`: a function applied to one entry after the other along the first axis of tensors. */

import { checkFunction, type Differential } from "../autodiff/arguments.js";
import { isTracing, runOp } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import { flattenNest, replaceLeaves } from "../core/nest.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { readCapture } from "../graph/interpret.js";
import { readLeaves } from "../graph/trace-function.js";
import { rowsIn } from "../transform/vectorized-map.js";
import { loopOp } from "./loop.js";
import { stack } from "./loop-run.js";
import { captureReads, checkCarried, elemReads, entriesOf } from "./loop-variables.js";
import { structureOf, traceNest } from "./trace-nest.js";

/**
 * The results of `f` for every entry along the first axis of `elems`, stacked along a new first axis. Entries are taken one after the
 * other, so that `f` may read their values outside of traced functions; `vectorizedMap` takes them all at once, and is faster.
 *
 * @param f of one entry, in the structure of `elems`; gives a nest of tensors, of the same types every time
 * @param elems nests of tensors with equal first dimensions
 *
 * @example
 * tf.mapFn((x: tf.Tensor) => tf.square(x), tf.constant([1, 2, 3])); // [1, 4, 9]
 *
 * @throws ShapeError when first dimensions, or the shapes of results, differ; ArgumentError when something is no nest of tensors.
 */
export function mapFn<const E, R>(f: (entry: Differential<E>) => R, elems: E): Differential<R> {
  const operation = "mapFn";
  checkFunction(f, operation);
  const leaves = readLeaves(flattenNest(elems, operation, "elems"));
  const count = rowsIn(leaves, operation);
  const call = (...entries: Tensor[]): R =>
    f(replaceLeaves(elems, (_, index) => entries[index]!) as Differential<E>);
  if (isTracing() || count === 0) return mapTraced(call, leaves, count) as Differential<R>;
  const entries = leaves.map(entriesOf);
  const results: (readonly Tensor[])[] = [];
  let model: unknown;
  for (let index = 0; index < count; index++) {
    const result = call(...entries.map((list) => list[index]!));
    const own = readLeaves(flattenNest(result, operation, "what f returns"));
    if (index > 0) {
      if (structureOf(result) !== structureOf(model)) {
        throw new ArgumentError(
          `${operation}: f gives ${structureOf(model)} for entry 0 and ${structureOf(result)} for entry ${index}`,
        );
      }
      checkCarried(results[0]!, own, operation, "result");
    }
    model = result;
    results.push(own);
  }
  return replaceLeaves(model, (leaf, index) =>
    stack(
      results.map((one) => one[index]!),
      leaf.type,
    ),
  ) as Differential<R>;
}

function mapTraced(
  f: (...entries: Tensor[]) => unknown,
  elems: readonly Tensor[],
  count: number,
): unknown {
  const operation = "mapFn";
  const { graph, captured, result } = traceNest(
    "f",
    elems.map(({ dtype, shape }) => tensorType(dtype, shape.slice(1))),
    f,
    "tf.mapFn traces its function",
    operation,
  );
  const stacked = graph.outputs.map((_, index) => ({ pass: 0, index }));
  const reads = [...elemReads(elems.length), ...captureReads(0, captured.length)];
  const outputs = runOp(loopOp, [...captured.map(readCapture), ...elems], {
    operation,
    captures: captured.length,
    elems: elems.length,
    trip: { kind: "count", count },
    passes: [{ reverse: false, body: graph, reads, carries: 0 }],
    stacked,
  });
  return replaceLeaves(result, (_, index) => outputs[index]!);
}

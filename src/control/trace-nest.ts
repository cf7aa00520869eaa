/** Functions of nests traced into graphs that close over nothing. */

import { type Capture, closeGraph, type Graph } from "../core/graph.js";
import { flattenNest } from "../core/nest.js";
import { Tensor, type TensorType } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { traceGraph } from "../graph/trace.js";
import { readLeaves } from "../graph/trace-function.js";

/** A function that was traced. */
export interface TracedFunction {
  /** Takes the function's inputs, and then what it closed over. */
  readonly graph: Graph;
  readonly captured: readonly Capture[];
  /** What it returned, for its structure. */
  readonly result: unknown;
}

/** Traces `f`, which gives a nest, on tensors of some types. */
export function traceNest(
  name: string,
  types: readonly TensorType[],
  f: (...inputs: Tensor[]) => unknown,
  doing: string,
  operation: string,
): TracedFunction {
  let result: unknown;
  const traced = traceGraph(
    name,
    types,
    (...inputs) => {
      result = f(...inputs);
      return readLeaves(flattenNest(result, operation, `what ${name} returns`));
    },
    doing,
  );
  return { ...closeGraph(traced), result };
}

/** A nest as text with a star for every tensor, such as `[*, {a: *}]`. */
export function structureOf(nest: unknown): string {
  if (nest instanceof Tensor || nest instanceof Variable) return "*";
  if (Array.isArray(nest)) return `[${nest.map(structureOf).join(", ")}]`;
  const entries = Object.entries(nest as object).map(
    ([key, part]) => `${key}: ${structureOf(part)}`,
  );
  return `{${entries.join(", ")}}`;
}

/** Jacobians of what a tape has recorded: its linear map is traced once, and run on a whole basis at once. */

import { allocate, isFloating } from "../core/dtype.js";
import type { Graph } from "../core/graph.js";
import { tensorOf } from "../core/literals.js";
import { sizeOf } from "../core/shape.js";
import { type Tensor, type TensorType, tensorType } from "../core/tensor.js";
import { asRule } from "../core/watcher.js";
import { traceGraph } from "../graph/trace.js";
import { broadcastView } from "../ops/broadcast.js";
import { cast } from "../ops/cast.js";
import { permute } from "../ops/permute.js";
import { reshapeTo } from "../ops/reshape.js";
import { runBatched } from "../transform/batch.js";
import { backward, type Source } from "./backward.js";
import { forwardPass } from "./push-forward-pass.js";
import type { TapeRecord } from "./tape-record.js";

const DOING = "a Jacobian is computed from what was recorded";

/** Where the Jacobian with regard to a source is undefined, it is zero. */
export type Jacobians = readonly (Tensor | undefined)[];

/** The results of a linear map that do not vanish, as a graph of them, with their places among all. */
interface LinearMap {
  readonly graph: Graph;
  readonly places: readonly number[];
  readonly count: number;
}

function traceLinear(
  name: string,
  type: TensorType,
  map: (direction: Tensor) => readonly (Tensor | undefined)[],
): LinearMap {
  let places: number[] = [];
  let count = 0;
  const graph = traceGraph(
    name,
    [type],
    (direction) => {
      const results = map(direction!);
      count = results.length;
      places = [...results.keys()].filter((place) => results[place] !== undefined);
      return results.filter((result) => result !== undefined);
    },
    DOING,
  );
  return { graph, places, count };
}

/** The results of a linear map at every one of `size` directions, along a new axis in front; undefined where they vanish. */
function atDirections(
  { graph, places, count }: LinearMap,
  directions: Tensor,
  size: number,
): (Tensor | undefined)[] {
  const results = new Array<Tensor | undefined>(count).fill(undefined);
  const input = { tensor: directions, batched: true };
  const outputs = asRule(() => runBatched(graph, [input], { size, drawPerRow: false }));
  outputs.forEach(({ tensor, batched }, index) => {
    results[places[index]!] = batched ? tensor : broadcastView(tensor, [size, ...tensor.shape]);
  });
  return results;
}

/** The unit vectors of tensors of a type, along a new axis in front. */
function basisOf({ dtype, shape, size }: TensorType): Tensor {
  const values = allocate(dtype, size * size, "jacobian");
  for (let index = 0; index < size; index++) values[index * (size + 1)] = 1;
  return tensorOf(values, dtype, [size, ...shape]);
}

/**
 * One pass back for all elements of the target together.
 *
 * @returns for every source the target's shape followed by the source's
 */
export function reverseJacobian(
  record: TapeRecord,
  target: { readonly slot: number; readonly type: TensorType },
  sources: readonly Source[],
): Jacobians {
  const { slot, type } = target;
  if (slot < 0 || !isFloating(type.dtype)) return sources.map(() => undefined);
  const map = traceLinear("pullback", type, (cotangent) =>
    backward(record, [{ slot, cotangent }], sources, false),
  );
  return atDirections(map, basisOf(type), type.size).map(
    (rows, index) => rows && reshapeTo(rows, [...type.shape, ...sources[index]!.type.shape]),
  );
}

/**
 * One pass forward for all elements of the source together, over a record that keeps what pushforwards read.
 *
 * @returns for every target the target's shape followed by the source's
 */
export function forwardJacobian(
  record: TapeRecord,
  targets: readonly { readonly slot: number; readonly type: TensorType }[],
  source: Source,
): Jacobians {
  const { slot, type } = source;
  const slots = targets.map((target) => target.slot);
  const map = traceLinear("pushforward", type, (tangent) =>
    forwardPass(record, [{ slot, tangent }], slots),
  );
  return atDirections(map, basisOf(type), type.size).map((columns, index) => {
    if (columns === undefined) return undefined;
    const { shape } = targets[index]!.type;
    const last = permute(columns, [...shape.map((_, axis) => axis + 1), 0]);
    return cast(reshapeTo(last, [...shape, ...type.shape]), type.dtype);
  });
}

/**
 * The Jacobian of every row of the target with regard to the same row of the source, given that rows do not depend on each
 * other: one pass back for each element of a row, all passes together.
 *
 * @returns [rows, …shape of a target's row, …shape of a source's row]
 */
export function rowJacobian(
  record: TapeRecord,
  target: { readonly slot: number; readonly type: TensorType },
  source: Source,
): Tensor | undefined {
  const { slot, type } = target;
  if (slot < 0) return undefined;
  const [rows, ...row] = type.shape as readonly [number, ...number[]];
  const size = sizeOf(row);
  const map = traceLinear("pullback", type, (cotangent) =>
    backward(record, [{ slot, cotangent }], [source], false),
  );
  const unit = reshapeTo(basisOf(tensorType(type.dtype, row)), [size, 1, ...row]);
  const [found] = atDirections(map, broadcastView(unit, [size, rows, ...row]), size);
  if (found === undefined) return undefined;
  const perRow = permute(found, [1, 0, ...source.type.shape.slice(1).map((_, axis) => axis + 2)]);
  return reshapeTo(perRow, [rows, ...row, ...source.type.shape.slice(1)]);
}

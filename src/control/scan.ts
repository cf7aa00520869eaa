/** `scan`: a state carried along the first axis of tensors. */

import { checkFunction, type Differential } from "../autodiff/arguments.js";
import { recomputeGrad } from "../autodiff/recompute-gradient.js";
import { isTracing, runOp } from "../core/dispatch.js";
import { ArgumentError, ShapeError } from "../core/errors.js";
import { flattenNest, replaceLeaves } from "../core/nest.js";
import { checkOptions } from "../core/options.js";
import { checkInteger } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { readCapture } from "../graph/interpret.js";
import { readLeaves } from "../graph/trace-function.js";
import { joinAlong } from "../ops/concatenate.js";
import { sliceAlong, sliceAt } from "../ops/slice.js";
import { rowsIn } from "../transform/vectorized-map.js";
import { loopOp } from "./loop.js";
import { stack } from "./loop-run.js";
import { captureReads, carryReads, checkCarried, elemReads, entriesOf } from "./loop-variables.js";
import { structureOf, traceNest } from "./trace-nest.js";

/** Options of `scan`. */
export interface ScanOptions<S = unknown> {
  /** The state to start with; by default the first entries of `elems`, which are then results themselves. */
  readonly initializer?: S;
  /** Whether it goes from the last entry to the first; results keep the places of their entries. Default false. */
  readonly reverse?: boolean;
  /**
   * Whether the backward pass computes states again instead of keeping them all: true keeps those at the ends of √n segments, a number
   * gives the length of a segment. Default false.
   */
  readonly checkpoint?: boolean | number;
}

/** One state after the other, as leaves. */
type Step = (state: readonly Tensor[], entries: readonly Tensor[]) => readonly Tensor[];

/**
 * All states that come about when `f` is applied to a state and each entry along the first axis of `elems` in turn: the state before
 * the first entry is `initializer`.
 *
 * @param f of a state and an entry; gives the next state, of the same structure, shapes and dtypes
 * @param elems nests of tensors with equal first dimensions
 * @returns the structure of the state, with an axis in front that numbers the entries
 *
 * @example
 * tf.scan((sum: tf.Tensor, x: tf.Tensor) => sum.add(x), tf.constant([1, 2, 3])); // [1, 3, 6]
 *
 * @throws ShapeError when first dimensions differ, a state changes its shape, or there is no entry to start with; DTypeError
 * when it changes its dtype; ArgumentError when structures differ.
 */
export function scan<const E, const S = E>(
  f: (state: Differential<S>, entry: Differential<E>) => unknown,
  elems: E,
  options: ScanOptions<S> = {},
): Differential<S> {
  const operation = "scan";
  checkFunction(f, operation);
  checkOptions(options, ["initializer", "reverse", "checkpoint"], operation);
  const { initializer, reverse = false, checkpoint = false } = options;
  const leaves = readLeaves(flattenNest(elems, operation, "elems"));
  const count = rowsIn(leaves, operation);
  const takesFirst = initializer === undefined;
  if (takesFirst && count === 0) {
    throw new ShapeError(`${operation}: elems has no entries, and there is no initializer`);
  }
  const firstPlace = reverse ? count - 1 : 0;
  const model: unknown = takesFirst ? elems : initializer;
  const start = takesFirst
    ? leaves.map((leaf) => sliceAt(leaf, 0, firstPlace))
    : readLeaves(flattenNest(initializer, operation, "initializer"));
  const structure = structureOf(model);
  const step: Step = (state, entries) => {
    const next = f(
      replaceLeaves(model, (_, index) => state[index]!) as Differential<S>,
      replaceLeaves(elems, (_, index) => entries[index]!) as Differential<E>,
    );
    const following = readLeaves(flattenNest(next, operation, "what f returns"));
    if (structureOf(next) !== structure) {
      throw new ArgumentError(
        `${operation}: the state is ${structure}, but f gives ${structureOf(next)}; their structures must be equal`,
      );
    }
    checkCarried(state, following, operation, "state");
    return following;
  };
  const rest = takesFirst
    ? leaves.map((leaf) => sliceAlong(leaf, 0, reverse ? 0 : 1, count - 1))
    : leaves;
  const found = scanSegments(step, start, rest, reverse, segmentLength(checkpoint, count));
  const states = takesFirst
    ? found.map((state, index) => {
        const first = start[index]!.reshape([1, ...start[index]!.shape]);
        return joinAlong(reverse ? [state, first] : [first, state], 0);
      })
    : found;
  return replaceLeaves(model, (_, index) => states[index]!) as Differential<S>;
}

/** How many entries are computed again together; undefined where nothing is. */
function segmentLength(checkpoint: boolean | number, count: number): number | undefined {
  if (checkpoint === false) return undefined;
  if (checkpoint === true) return Math.max(1, Math.ceil(Math.sqrt(count)));
  checkInteger(checkpoint, "scan", "checkpoint");
  if (checkpoint < 1) {
    throw new ArgumentError(
      `scan: checkpoint must be true, false or a length from 1, got ${checkpoint}`,
    );
  }
  return checkpoint;
}

/** The states by segments, each of which is run again for its derivatives; in one go where there are no segments. */
function scanSegments(
  step: Step,
  start: readonly Tensor[],
  elems: readonly Tensor[],
  reverse: boolean,
  length: number | undefined,
): readonly Tensor[] {
  const count = elems[0]!.shape[0]!;
  if (length === undefined || length >= count) {
    return scanLeaves(step, start, elems, reverse).states;
  }
  const segments = Math.ceil(count / length);
  const parts: (readonly Tensor[])[] = [];
  const run = recomputeGrad((state: readonly Tensor[], entries: readonly Tensor[]) =>
    scanLeaves(step, state, entries, reverse),
  );
  let state = start;
  for (let index = 0; index < segments; index++) {
    const begin = (reverse ? segments - 1 - index : index) * length;
    const size = Math.min(length, count - begin);
    const entries = elems.map((elem) => sliceAlong(elem, 0, begin, size));
    const { states, last } = run(state, entries) as Scanned;
    parts.push(states);
    state = last;
  }
  if (reverse) parts.reverse();
  return start.map((_, index) =>
    joinAlong(
      parts.map((part) => part[index]!),
      0,
    ),
  );
}

/** All states, and the last one by itself. */
interface Scanned {
  readonly states: readonly Tensor[];
  readonly last: readonly Tensor[];
}

function scanLeaves(
  step: Step,
  start: readonly Tensor[],
  elems: readonly Tensor[],
  reverse: boolean,
): { states: readonly Tensor[]; last: readonly Tensor[] } {
  if (isTracing()) return scanTraced(step, start, elems, reverse);
  const count = elems[0]!.shape[0]!;
  const entries = elems.map(entriesOf);
  const states: (readonly Tensor[])[] = [];
  let state = start;
  for (let index = 0; index < count; index++) {
    const place = reverse ? count - 1 - index : index;
    state = step(
      state,
      entries.map((list) => list[place]!),
    );
    states[place] = state;
  }
  const stacked = start.map(({ type }, index) =>
    stack(
      states.map((one) => one[index]!),
      type,
    ),
  );
  return { states: stacked, last: state };
}

function scanTraced(
  step: Step,
  start: readonly Tensor[],
  elems: readonly Tensor[],
  reverse: boolean,
): { states: readonly Tensor[]; last: readonly Tensor[] } {
  const operation = "scan";
  const types = [
    ...start.map(({ type }) => type),
    ...elems.map(({ dtype, shape }) => tensorType(dtype, shape.slice(1))),
  ];
  const { graph, captured } = traceNest(
    "step",
    types,
    (...values) => {
      const next = step(values.slice(0, start.length), values.slice(start.length));
      return [...next, ...next];
    },
    "tf.scan traces its function",
    operation,
  );
  const outputs = runOp(loopOp, [...captured.map(readCapture), ...elems, ...start], {
    operation,
    captures: captured.length,
    elems: elems.length,
    trip: { kind: "count", count: elems[0]!.shape[0]! },
    passes: [
      {
        reverse,
        body: graph,
        reads: [
          ...carryReads(0, start.length),
          ...elemReads(elems.length),
          ...captureReads(0, captured.length),
        ],
        carries: start.length,
      },
    ],
    stacked: start.map((_, index) => ({ pass: 0, index })),
  });
  return { last: outputs.slice(0, start.length), states: outputs.slice(start.length) };
}

/** Loops run: pass after pass, iteration after iteration, keeping of each what later passes read. */

import { run } from "../core/dispatch.js";
import { LoopError } from "../core/errors.js";
import { filledTensor } from "../core/literals.js";
import { inIteration } from "../core/random-use.js";
import { item } from "../core/reading.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import { stackOp } from "../ops/concatenate.js";
import { sliceAt } from "../ops/slice.js";
import {
  emitTypes,
  type LoopAttributes,
  type LoopOperands,
  type LoopPass,
  type LoopRead,
  splitOperands,
} from "./loop-types.js";

/** What was carried into an iteration of a pass, and what the iteration gave out, as far as anyone asks for it later. */
interface Kept {
  readonly carries: readonly (Tensor | undefined)[];
  readonly emits: readonly (Tensor | undefined)[];
}

/** The outputs of a loop. */
export function runLoop(inputs: readonly Tensor[], attributes: LoopAttributes): readonly Tensor[] {
  const operands = splitOperands(inputs, attributes);
  const { passes, trip, stacked } = attributes;
  /** By pass, by iteration. */
  const kept: Kept[][] = [];
  const results: Tensor[] = [];
  let iterations = trip.kind === "count" ? trip.count : undefined;
  passes.forEach((pass, number) => {
    const keeps = keptOf(attributes, number);
    const own: Kept[] = [];
    kept.push(own);
    let carries = operands.carries[number]!;
    const step = (iteration: number): void => {
      const read = (one: LoopRead): Tensor =>
        readValue(one, operands, kept, iteration, number, carries);
      const outputs = inIteration(iteration, () => runGraph(pass.body, pass.reads.map(read)));
      own[iteration] = keeps(carries, outputs.slice(pass.carries));
      carries = outputs.slice(0, pass.carries);
    };
    if (iterations === undefined) iterations = stepWhile(attributes, operands, () => carries, step);
    else visit(iterations, pass, step);
    results.push(...carries);
  });
  return [
    ...results,
    ...stacked.map(({ pass, index }) =>
      stack(
        kept[pass]!.map(({ emits }) => emits[index]!),
        emitTypes(passes[pass]!)[index]!,
      ),
    ),
  ];
}

function visit(iterations: number, { reverse }: LoopPass, step: (iteration: number) => void): void {
  for (let index = 0; index < iterations; index++) step(reverse ? iterations - 1 - index : index);
}

/** Runs iterations as long as the test is true; gives how many there were. */
function stepWhile(
  { trip, operation }: LoopAttributes,
  operands: LoopOperands<Tensor>,
  carries: () => readonly Tensor[],
  step: (iteration: number) => void,
): number {
  if (trip.kind === "count") return trip.count;
  const read = (one: LoopRead): Tensor =>
    one.kind === "capture" ? operands.captures[one.index]! : carries()[one.index]!;
  let iteration = 0;
  // Random numbers of the test differ from iteration to iteration too.
  const holds = (): boolean =>
    inIteration(iteration, () => item(runGraph(trip.test, trip.reads.map(read))[0]!) !== 0);
  while (holds()) {
    checkIterations(iteration, trip.maximumIterations, operation);
    step(iteration++);
  }
  return iteration;
}

/** @throws LoopError when a loop has had as many iterations as it may. */
export function checkIterations(
  iteration: number,
  maximum: number | undefined,
  operation: string,
): void {
  if (iteration === maximum) {
    throw new LoopError(
      `${operation}: the condition still holds after ${maximum} iterations, the maximumIterations that were allowed`,
    );
  }
}

function readValue(
  read: LoopRead,
  { captures, elems }: LoopOperands<Tensor>,
  kept: readonly (readonly Kept[])[],
  iteration: number,
  ownPass: number,
  ownCarries: readonly Tensor[],
): Tensor {
  switch (read.kind) {
    case "capture":
      return captures[read.index]!;
    case "elem":
      return sliceAt(elems[read.index]!, 0, iteration);
    case "carry":
      return read.pass === ownPass
        ? ownCarries[read.index]!
        : kept[read.pass]![iteration]!.carries[read.index]!;
    case "emit":
      return kept[read.pass]![iteration]!.emits[read.index]!;
  }
}

/** Keeps of an iteration of a pass what later passes read and what is stacked. */
function keptOf(
  { passes, stacked }: LoopAttributes,
  number: number,
): (carries: readonly Tensor[], emits: readonly Tensor[]) => Kept {
  const carried = new Set<number>();
  const given = new Set<number>();
  for (const { reads } of passes.slice(number + 1)) {
    for (const read of reads) {
      if (read.kind === "carry" && read.pass === number) carried.add(read.index);
      if (read.kind === "emit" && read.pass === number) given.add(read.index);
    }
  }
  for (const { pass, index } of stacked) if (pass === number) given.add(index);
  const keep = (values: readonly Tensor[], which: ReadonlySet<number>) =>
    values.map((value, index) => (which.has(index) ? value : undefined));
  return (carries, emits) => ({ carries: keep(carries, carried), emits: keep(emits, given) });
}

/** Tensors of one type along a new first axis, also where there is none. */
export function stack(tensors: readonly Tensor[], type: Tensor["type"]): Tensor {
  if (tensors.length === 0) return filledTensor(tensorType(type.dtype, [0, ...type.shape]), 0);
  return run(stackOp, tensors, { axis: 0 });
}

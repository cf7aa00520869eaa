/** Loops for many rows at once; where rows need different numbers of iterations, those that are done stay as they are. */

import { type BatchedGraph, batchGraph, ruleGraph } from "../autodiff/graph-rules.js";
import { runOp } from "../core/dispatch.js";
import type { Graph } from "../core/graph.js";
import { filledTensor } from "../core/literals.js";
import type { BatchedCall, Op } from "../core/op.js";
import { type Tensor, type TensorType, tensorType } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import { broadcastView } from "../ops/broadcast.js";
import { logicalAnd } from "../ops/logical.js";
import { moveAxis } from "../ops/permute.js";
import { reduceAny } from "../ops/reduction.js";
import {
  carryTypes,
  emitTypes,
  type LoopAttributes,
  type LoopPass,
  type LoopRead,
  type LoopTrip,
  readType,
  splitOperands,
  splitOutputs,
} from "./loop-types.js";
import { chosen, needsConsistency, withStandIns } from "./row-choice.js";

/** What differs from row to row. */
interface Flags {
  readonly captures: readonly boolean[];
  readonly elems: readonly boolean[];
  /** By pass. */
  readonly carries: boolean[][];
  readonly emits: (readonly boolean[])[];
}

function isBatched(read: LoopRead, flags: Flags): boolean {
  switch (read.kind) {
    case "capture":
      return flags.captures[read.index]!;
    case "elem":
      return flags.elems[read.index]!;
    case "carry":
      return flags.carries[read.pass]![read.index]!;
    case "emit":
      return flags.emits[read.pass]![read.index]!;
  }
}

export function batchLoop(
  op: Op<LoopAttributes>,
  call: BatchedCall<LoopAttributes>,
): readonly Tensor[] {
  const { inputs, batched, size, attributes } = call;
  const { passes } = attributes;
  const own = splitOperands(batched, attributes);
  const flags: Flags = {
    captures: own.captures,
    elems: own.elems,
    carries: own.carries.map((carries) => [...carries]),
    emits: [],
  };
  const bodies = passes.map((pass, number) => settle(pass, number, flags, call));
  const test = batchedTest(attributes.trip, flags, call);
  if (test?.batched[0] === true) return batchMasked(op, call);
  const operands = splitOperands(inputs, attributes);
  const outputs = runOp(
    op,
    [
      ...operands.captures,
      ...operands.elems.map((elem, index) => (flags.elems[index] ? moveAxis(elem, 0, 1) : elem)),
      ...operands.carries.flatMap((carries, pass) =>
        carries.map((carry, index) =>
          flags.carries[pass]![index] === own.carries[pass]![index] ? carry : inRows(carry, size),
        ),
      ),
    ],
    { ...attributes, passes: passes.map((pass, number) => ({ ...pass, body: bodies[number]! })) },
  );
  const found = splitOutputs(outputs, attributes);
  return [
    ...found.carries.flatMap((carries, pass) =>
      carries.map((carry, index) => (flags.carries[pass]![index] ? carry : inRows(carry, size))),
    ),
    ...found.stacked.map((one, place) => {
      const { pass, index } = attributes.stacked[place]!;
      return flags.emits[pass]![index] ? moveAxis(one, 1, 0) : inRows(one, size);
    }),
  ];
}

function inRows(tensor: Tensor, size: number): Tensor {
  return broadcastView(tensor, [size, ...tensor.shape]);
}

/** The body of a pass for all rows; what turns out to differ from row to row after some iterations is taken to do so from the first. */
function settle(
  pass: LoopPass,
  number: number,
  flags: Flags,
  { size, drawPerRow }: BatchedCall<LoopAttributes>,
): Graph {
  const own = flags.carries[number]!;
  for (;;) {
    const { graph, batched } = batchGraph(
      pass.body,
      pass.reads.map((read) => isBatched(read, flags)),
      { size, drawPerRow },
      (output) => output < pass.carries && own[output]!,
    );
    let changed = false;
    for (let index = 0; index < pass.carries; index++) {
      if (batched[index] === true && !own[index]) {
        own[index] = true;
        changed = true;
      }
    }
    if (changed) continue;
    flags.emits[number] = batched.slice(pass.carries);
    return graph;
  }
}

function batchedTest(
  trip: LoopTrip,
  flags: Flags,
  { size, drawPerRow }: BatchedCall<LoopAttributes>,
): BatchedGraph | undefined {
  if (trip.kind === "count") return undefined;
  const batched = trip.reads.map((read) => isBatched(read, flags));
  return batchGraph(trip.test, batched, { size, drawPerRow });
}

/**
 * Every tensor has the axis of rows; the first pass carries and gives out which rows are still going, and in the others nothing changes. A
 * row that has stopped does not start again, even if its test would be true, as one by chance may be.
 */
function batchMasked(op: Op<LoopAttributes>, call: BatchedCall<LoopAttributes>): readonly Tensor[] {
  const { size, drawPerRow, attributes } = call;
  const { passes, trip } = attributes;
  if (trip.kind === "count") return [];
  const options = { size, drawPerRow };
  const rowOperands = splitOperands(
    call.inputs.map(({ dtype, shape }, position) =>
      tensorType(dtype, call.batched[position] ? shape.slice(1) : shape),
    ),
    attributes,
  );
  const operands = splitOperands(
    call.inputs.map((input, position) => (call.batched[position] ? input : inRows(input, size))),
    attributes,
  );
  const typeOf = (read: LoopRead): TensorType => {
    const { dtype, shape } = readType(read, rowOperands, passes);
    return tensorType(dtype, [size, ...shape]);
  };
  const all = (graph: Graph): Graph =>
    batchGraph(
      graph,
      graph.inputs.map(() => true),
      options,
      () => true,
    ).graph;
  const test = all(trip.test);
  const mask: LoopRead = { kind: "emit", pass: 0, index: emitTypes(passes[0]!).length };
  const going: LoopRead = { kind: "carry", pass: 0, index: passes[0]!.carries };
  const maskType = tensorType("bool", [size]);
  const stillGoing = ([before, ...rest]: readonly Tensor[]): Tensor =>
    logicalAnd(before!, runGraph(test, rest)[0]!);
  const masked = passes.map((pass, number): LoopPass => {
    const body = all(pass.body);
    const olds = carryTypes(pass).map(
      (_, index): LoopRead => ({ kind: "carry", pass: number, index }),
    );
    const masks = number === 0 ? [going, ...trip.reads] : [mask];
    const maskTypes = number === 0 ? [maskType, ...trip.reads.map(typeOf)] : [maskType];
    const types = [...pass.reads.map(typeOf), ...olds.map(typeOf), ...maskTypes];
    const graph = ruleGraph(pass.body.name, types, (values) => {
      const end = pass.reads.length + olds.length;
      const before = values.slice(pass.reads.length, end);
      const rest = values.slice(end);
      const active = number === 0 ? stillGoing(rest) : rest[0]!;
      // Captures are large, and matter to rows that are done only where they have to belong to the rest.
      const read = values
        .slice(0, pass.reads.length)
        .map((value, index) =>
          pass.reads[index]!.kind === "capture" && !needsConsistency(pass.body)
            ? value
            : withStandIns(active, value),
        );
      const outputs = runGraph(body, read);
      const carried = before.map((old, index) => chosen(active, outputs[index]!, old));
      const emits = outputs.slice(pass.carries);
      return number === 0 ? [...carried, active, ...emits, active] : [...carried, ...emits];
    });
    const carries = number === 0 ? pass.carries + 1 : pass.carries;
    return { ...pass, body: graph, reads: [...pass.reads, ...olds, ...masks], carries };
  });
  const anyRow = ruleGraph("anyRow", [maskType, ...trip.reads.map(typeOf)], (values) => [
    reduceAny(stillGoing(values)),
  ]);
  const [first, ...later] = operands.carries;
  const extended: LoopAttributes = {
    ...attributes,
    trip: { ...trip, test: anyRow, reads: [going, ...trip.reads] },
    passes: masked,
  };
  const outputs = runOp(
    op,
    [...operands.captures, ...first!, filledTensor(maskType, 1), ...later.flat()],
    extended,
  );
  return outputs.filter((_, index) => index !== passes[0]!.carries);
}

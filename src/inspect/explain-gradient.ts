/** `explainGradient`: the way from a target back to a source, or where it is cut and why. */

import type { EntryChunk } from "../autodiff/entry-chunk.js";
import { NO_SLOT } from "../autodiff/slot-map.js";
import type { GradientTape } from "../autodiff/tape.js";
import { checkLeaf } from "../autodiff/tape-jacobian.js";
import { severedIndex, type TapeRecord } from "../autodiff/tape-record.js";
import { connectedSlots, dependents, findCause } from "../autodiff/unconnected.js";
import { describe, operandName } from "../core/convert.js";
import type { UnconnectedReason } from "../core/errors.js";
import type { Leaf } from "../core/nest.js";
import { formatType, Tensor, type TensorType } from "../core/tensor.js";
import { userLine } from "../core/user-line.js";

/** One operation on the way. */
export interface GradientStep {
  /** Its name. */
  readonly op: string;
  /** dtype and shape of the output, on the side of the target. */
  readonly output: string;
  /** The operand through which the way goes on, and its dtype and shape. */
  readonly operand: string;
  readonly input: string;
  /** Whether no cotangent passes here. */
  readonly cut: boolean;
  /** File, line and column of the call, where they are known: at cuts, and under `detectAnomalies`. */
  readonly line: string | undefined;
}

/** What `explainGradient` found, as data; `toString` gives it as text. */
export class GradientExplanation {
  /** Whether a gradient arrives, be it zero. */
  readonly connected: boolean;
  /** Why none arrives. */
  readonly reason: UnconnectedReason | undefined;
  /** The operations from the target to the source; empty where nothing leads from one to the other. */
  readonly steps: readonly GradientStep[];
  readonly #text: string;

  constructor(
    connected: boolean,
    reason: UnconnectedReason | undefined,
    steps: readonly GradientStep[],
    text: string,
  ) {
    this.connected = connected;
    this.reason = reason;
    this.steps = steps;
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/**
 * The path of operations from a target back to a source, or where and why there is none. It asks the tape's record alone; nothing is
 * computed, and the tape can be used afterwards.
 *
 * @param tape one that is not used up: ask before `gradient`, or take a persistent one
 *
 * @example
 * console.log(String(tf.explainGradient(tape, loss, weights)));
 *
 * @throws TapeError when the tape is used up; ArgumentError when target or source is no tensor or variable.
 */
export function explainGradient(
  tape: GradientTape,
  target: Leaf,
  source: Leaf,
): GradientExplanation {
  const operation = "explainGradient";
  for (const [name, leaf] of Object.entries({ target, source })) checkLeaf(leaf, operation, name);
  const record = tape.recordFor(operation);
  const from = record.slotOf(target.id);
  const to = record.slotOf(source.id);
  const isConnected =
    to >= 0 && from >= 0 && connectedSlots(record, [from], false).has(to) && from !== NO_SLOT;
  const steps = isConnected || to !== NO_SLOT ? findPath(record, from, to, isConnected) : [];
  const names = `the target ${describe(target)} and the source ${describe(source)}`;
  if (isConnected || target === source) {
    const text = [
      steps.length === 0
        ? "the target is the source itself: the gradient is ones"
        : `a gradient flows between ${names}, from the target back through ${count(steps.length, "operation")}:`,
      ...steps.map(stepText),
    ].join("\n");
    return new GradientExplanation(true, undefined, steps, text);
  }
  const { reason, because } = findCause(record, [target], source);
  const text = [
    `no gradient flows between ${names}. ${because}`,
    ...(steps.length > 0 ? ["The way from the target back:", ...steps.map(stepText)] : []),
  ].join("\n");
  return new GradientExplanation(false, reason, steps, text);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function stepText({ op, output, operand, input, cut, line }: GradientStep): string {
  const place = line === undefined ? "" : ` at ${line}`;
  return `  ${output} = ${op}(… ${operand}: ${input} …)${place}${cut ? "   ← cut here: it has no derivative" : ""}`;
}

/** Where an operation of the tape is. */
interface Place {
  readonly chunk: EntryChunk;
  readonly entry: number;
}

/** The operations that made the tensors in slots, live and severed. */
function producers(record: TapeRecord): (slot: number) => Place | undefined {
  const live: (Place | undefined)[] = new Array(record.liveSlots);
  const severed: (Place | undefined)[] = new Array(record.severedSlots);
  for (const chunk of record.chunks) {
    for (let entry = 0; entry < chunk.length; entry++) {
      for (const slot of chunk.outputSlots(entry)) {
        if (slot >= 0) live[slot] = { chunk, entry };
        else if (slot !== NO_SLOT) severed[severedIndex(slot)] = { chunk, entry };
      }
    }
  }
  return (slot) => (slot >= 0 ? live[slot] : severed[severedIndex(slot)]);
}

/** One way from a slot back to another: along cotangents where `isLive`, else along any operations. */
function findPath(record: TapeRecord, from: number, to: number, isLive: boolean): GradientStep[] {
  const dependent = dependents(record, to);
  if (from === NO_SLOT || !dependent.has(from)) return [];
  const producerOf = producers(record);
  const steps: GradientStep[] = [];
  let slot = from;
  while (slot !== to) {
    const place = producerOf(slot);
    if (place === undefined) return steps;
    const { chunk, entry } = place;
    const inputs = [...chunk.inputSlots(entry)];
    const leads = (input: number): boolean =>
      input !== NO_SLOT && dependent.has(input) && (!isLive || input >= 0);
    const position = inputs.findIndex(leads);
    if (position < 0) return steps;
    const next = inputs[position]!;
    steps.push(stepOf(record, chunk, entry, slot, position));
    slot = next;
  }
  return steps;
}

function stepOf(
  record: TapeRecord,
  chunk: EntryChunk,
  entry: number,
  slot: number,
  position: number,
): GradientStep {
  const op = chunk.ops[entry]!;
  const begin = chunk.inputsBegin(entry);
  const output = [...chunk.outputSlots(entry)].indexOf(slot);
  const typeAt = (place: number): TensorType => {
    const operand = chunk.operands[place]!;
    return operand instanceof Tensor ? operand.type : operand;
  };
  const note = record.cuts.get(slot);
  const stack = note?.stack ?? chunk.stackOf(entry);
  return {
    op: op.name,
    output: formatType(typeAt(chunk.outputsBegin(entry) + output)),
    operand: operandName(op.inputs, position),
    input: formatType(typeAt(begin + position)),
    cut: slot < 0 && chunk.inputSlots(entry)[position]! >= 0,
    line: stack === undefined ? undefined : userLine(stack),
  };
}

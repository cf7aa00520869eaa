/** The backward pass: from the last entry of a tape to the first, without recursion, releasing what is done. */

import { operandName } from "../core/convert.js";
import type { Cotangent } from "../core/cotangent.js";
import { InternalError } from "../core/errors.js";
import type { Call, Op } from "../core/op.js";
import { formatShape, sameShape } from "../core/shape.js";
import { Tensor, type TensorType } from "../core/tensor.js";
import { asRule, type DerivativeWatcher, derivativeWatcher } from "../core/watcher.js";
import { EntryCalls } from "./entry-calls.js";
import type { EntryChunk } from "./entry-chunk.js";
import { applyHooks, type GradientHook } from "./gradient-hook.js";
import { PendingCotangents, sumPending } from "./pending.js";
import { type OperandRule, operandCotangent, pullback } from "./rules.js";
import type { TapeRecord } from "./tape-record.js";

/** A target's slot and the cotangent that enters there. */
export interface Seed {
  readonly slot: number;
  readonly cotangent: Tensor;
}

/** A source's slot and type. */
export interface Source {
  readonly slot: number;
  readonly type: TensorType;
}

/** What a slot is to the pass: on the way from a source, or a source itself. */
const DEPENDENT = 1;
const SOURCE = 2;

/** By slot: whether it depends on a source, so that its cotangent is needed, and whether it is one. */
function markSlots(record: TapeRecord, sources: readonly Source[]): Uint8Array {
  const marks = new Uint8Array(record.liveSlots);
  for (const { slot } of sources) if (slot >= 0) marks[slot] = DEPENDENT | SOURCE;
  for (const chunk of record.chunks) {
    const { slots, length } = chunk;
    for (let entry = 0; entry < length; entry++) {
      const outputsBegin = chunk.outputsBegin(entry);
      let depends = false;
      for (let operand = chunk.inputsBegin(entry); operand < outputsBegin && !depends; operand++) {
        const slot = slots[operand]!;
        depends = slot >= 0 && marks[slot] !== 0;
      }
      if (!depends) continue;
      const end = chunk.outputsEnd(entry);
      for (let operand = outputsBegin; operand < end; operand++) {
        const slot = slots[operand]!;
        if (slot >= 0) marks[slot]! |= DEPENDENT;
      }
    }
  }
  return marks;
}

/**
 * The cotangents of the sources, undefined where none arrives. Entries that are recorded meanwhile are not visited.
 *
 * @param release whether what entries hold is given up as the pass goes by
 */
export function backward(
  record: TapeRecord,
  seeds: readonly Seed[],
  sources: readonly Source[],
  release: boolean,
): (Tensor | undefined)[] {
  const pass = new BackwardPass(record, sources);
  for (const { slot, cotangent } of seeds) {
    if (slot >= 0) pass.seed(slot, cotangent);
  }
  for (let index = record.chunks.length - 1; index >= 0; index--) {
    const chunk = record.chunks[index]!;
    for (let entry = chunk.length - 1; entry >= 0; entry--) {
      pass.visit(chunk, entry);
      if (release) chunk.release(entry);
    }
    if (release) chunk.releaseAll();
  }
  return sources.map(({ slot, type }) => (slot < 0 ? undefined : pass.result(slot, type)));
}

/** One pass over a record. */
class BackwardPass {
  readonly #marks: Uint8Array;
  readonly #pending: PendingCotangents;
  /** Complete cotangents of sources that were computed on the tape. */
  readonly #found = new Map<number, Tensor>();
  readonly #hooks: ReadonlyMap<number, readonly GradientHook[]> | undefined;
  readonly #calls = new EntryCalls();
  readonly #watcher = derivativeWatcher();

  constructor(record: TapeRecord, sources: readonly Source[]) {
    this.#marks = markSlots(record, sources);
    this.#pending = new PendingCotangents(record.liveSlots);
    this.#hooks = record.hooks;
  }

  #hooked(slot: number, cotangent: Tensor): Tensor {
    const hooks = this.#hooks?.get(slot);
    return hooks === undefined ? cotangent : applyHooks(hooks, cotangent);
  }

  /** Lets a cotangent enter at a target. */
  seed(slot: number, cotangent: Tensor): void {
    if (this.#marks[slot] !== 0) this.#pending.add(slot, cotangent, cotangent.type);
  }

  /** The cotangent of a source. */
  result(slot: number, type: TensorType): Tensor | undefined {
    const waiting = this.#pending.take(slot);
    if (waiting !== undefined) {
      this.#found.set(slot, this.#hooked(slot, sumPending(waiting, type)));
    }
    return this.#found.get(slot);
  }

  /** Pulls the cotangents of an entry's outputs back to its inputs. */
  visit(chunk: EntryChunk, entry: number): void {
    const op = chunk.ops[entry]!;
    const rule = op.derivative;
    if (rule.kind === "none") return;
    if (rule.kind === "explicit") {
      this.#visitWhole(chunk, entry, op);
      return;
    }
    const outputsBegin = chunk.outputsBegin(entry);
    const cotangent = this.#take(chunk, outputsBegin);
    if (cotangent === undefined) return;
    const inputsBegin = chunk.inputsBegin(entry);
    const call = this.#calls.callOf(chunk, entry);
    const { inputs } = call;
    const watcher = this.#watcher;
    for (let position = 0; position < inputs.length; position++) {
      const slot = chunk.slots[inputsBegin + position]!;
      if (!this.#isNeeded(slot)) continue;
      const result =
        watcher === undefined
          ? operandCotangent(rule, call, cotangent, position)
          : watchedCotangent(watcher, op, call, cotangent, position, chunk.stackOf(entry));
      if (result !== undefined) this.#deliver(op, position, slot, inputs[position]!.type, result);
    }
  }

  /** For a rule that takes the cotangents of all outputs, and gives those of all inputs, together. */
  #visitWhole(chunk: EntryChunk, entry: number, op: Op): void {
    const cotangents: (Tensor | undefined)[] = [];
    const end = chunk.outputsEnd(entry);
    for (let operand = chunk.outputsBegin(entry); operand < end; operand++) {
      cotangents.push(this.#take(chunk, operand));
    }
    if (cotangents.every((cotangent) => cotangent === undefined)) return;
    const slots = chunk.inputSlots(entry);
    const needed = Array.from(slots, (slot) => this.#isNeeded(slot));
    if (!needed.includes(true)) return;
    const call = this.#calls.callOf(chunk, entry);
    const watcher = this.#watcher;
    const results =
      watcher === undefined
        ? pullback(op, call, cotangents, needed)
        : asRule(() => pullback(op, call, cotangents, needed));
    results.forEach((result, position) => {
      if (result === undefined || !needed[position]) return;
      watcher?.pulledBack(op, call, cotangents, result, position, chunk.stackOf(entry));
      this.#deliver(op, position, slots[position]!, call.inputs[position]!.type, result);
    });
  }

  #isNeeded(slot: number): boolean {
    return slot >= 0 && this.#marks[slot] !== 0;
  }

  #deliver(op: Op, position: number, slot: number, type: TensorType, cotangent: Cotangent): void {
    if (cotangent.type !== type) checkCotangent(cotangent.type, type, op, position);
    this.#pending.add(slot, cotangent, type);
  }

  /** The complete cotangent of an output, which no entry to come can add to; undefined where there is none. */
  #take(chunk: EntryChunk, operand: number): Tensor | undefined {
    const slot = chunk.slots[operand]!;
    const waiting = slot < 0 ? undefined : this.#pending.take(slot);
    if (waiting === undefined) return undefined;
    let cotangent =
      waiting instanceof Tensor
        ? waiting
        : sumPending(waiting, typeOfOperand(chunk.operands[operand]!));
    if (this.#hooks !== undefined) cotangent = this.#hooked(slot, cotangent);
    if ((this.#marks[slot]! & SOURCE) !== 0) this.#found.set(slot, cotangent);
    return cotangent;
  }
}

/** `operandCotangent`, shown to a tool that looks at derivatives. A function of its own: a closure would cost every pass. */
function watchedCotangent(
  watcher: DerivativeWatcher,
  op: Op,
  call: Call,
  cotangent: Tensor,
  position: number,
  stack: Error | undefined,
): Cotangent | undefined {
  const rule = op.derivative as OperandRule;
  const result = asRule(() => operandCotangent(rule, call, cotangent, position));
  if (result !== undefined) watcher.pulledBack(op, call, [cotangent], result, position, stack);
  return result;
}

function checkCotangent(given: TensorType, type: TensorType, op: Op, position: number): void {
  if (given.dtype !== type.dtype || !sameShape(given.shape, type.shape)) {
    throw new InternalError(
      `the derivative of ${op.name} gave a cotangent of ${given.dtype}${formatShape(given.shape)} ` +
        `for its operand ${operandName(op.inputs, position)}, which is ${type.dtype}${formatShape(type.shape)}`,
    );
  }
}

function typeOfOperand(operand: Tensor | TensorType): TensorType {
  return operand instanceof Tensor ? operand.type : operand;
}

/** What a tape remembers: columns of integers and references, one entry an operation, one slot a tensor. */

import type { Recorder } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import type { Op } from "../core/op.js";
import type { Tensor, TensorType, VariableIdentity } from "../core/tensor.js";
import { IntegerColumn, ReferenceColumn, SlotMap } from "./columns.js";
import { residualsOf } from "./rules.js";

/** A place where a value left the differentiable path; the stack is that of the user's call. */
export interface PathNote {
  readonly slot: number;
  readonly how: string;
  readonly stack: Error | undefined;
}

/** Stacks are captured for the first so many notes of a tape. */
const CAPTURED_STACKS = 64;

/**
 * The record of a tape. A tensor on the tape has a slot, numbered in order of first sight; an entry is one operation, its
 * operands being its inputs and then its outputs. An operand is kept as a tensor only where the pullback reads it, else as
 * its type. A slot is *severed* when no cotangent can pass it (an integer, the output of `floor`, …): it is on the
 * record only so that a missing gradient can be explained.
 */
export class TapeRecord implements Recorder {
  readonly order: number;
  readonly ops = new ReferenceColumn<Op>();
  readonly attributes = new ReferenceColumn<unknown>();
  /** Two numbers an entry: where its inputs and where its outputs begin in the two columns below. */
  readonly begins = new IntegerColumn();
  /** Slot of every operand, −1 where it is not on the tape. */
  readonly operandSlots = new IntegerColumn();
  readonly operands = new ReferenceColumn<Tensor | TensorType>();
  /** By slot: 1 where no cotangent can pass. */
  readonly severed = new IntegerColumn();
  readonly watchedVariables: VariableIdentity[] = [];
  /** Tensors and variables that were used before they were watched. */
  readonly usedBeforeWatch = new Set<number>();
  readonly readOuts: PathNote[] = [];
  readonly cuts = new Map<number, PathNote>();

  readonly #slots = new SlotMap();
  /** The slots of the inputs of the operation at hand. */
  readonly #inputSlots: number[] = [];
  /** Variables that were read while nobody watched them. */
  readonly #unwatchedReads = new Set<number>();
  readonly #watchesVariables: boolean;
  readonly #begin: number;

  constructor(order: number, watchesVariables: boolean, begin: number) {
    this.order = order;
    this.#watchesVariables = watchesVariables;
    this.#begin = begin;
  }

  /** Number of entries. */
  get length(): number {
    return this.begins.length / 2;
  }

  /** Number of slots. */
  get slotCount(): number {
    return this.severed.length;
  }

  /** Where an entry's inputs begin in the operand columns. */
  inputsBegin(entry: number): number {
    return this.begins.get(2 * entry);
  }

  /** Where an entry's outputs begin, and its inputs end. */
  outputsBegin(entry: number): number {
    return this.begins.get(2 * entry + 1);
  }

  /** Where an entry's outputs end. */
  outputsEnd(entry: number): number {
    return entry + 1 < this.length ? this.begins.get(2 * entry + 2) : this.operandSlots.length;
  }

  /** The slot of a tensor or variable, −1 where it is not on the tape. */
  slotOf(id: number): number {
    return this.#slots.get(id);
  }

  isSevered(slot: number): boolean {
    return this.severed.get(slot) === 1;
  }

  watchTensor(tensor: Tensor): void {
    this.#watch(tensor.id, tensor.lastUse > this.#begin);
  }

  /** Puts a tensor or variable on the tape; what made it, if that is on the tape, stays connected. */
  #watch(id: number, used: boolean): void {
    const slot = this.#slots.get(id);
    if (slot >= 0 && !this.isSevered(slot)) return;
    if (used) this.usedBeforeWatch.add(id);
    this.#slots.set(id, this.#newSlot(false));
  }

  watchVariable(variable: VariableIdentity): void {
    if (this.#slots.get(variable.id) >= 0) return;
    this.watchedVariables.push(variable);
    this.#watch(variable.id, this.#unwatchedReads.has(variable.id));
  }

  variableRead(variable: VariableIdentity, value: Tensor): void {
    if (variable.trainable && this.#watchesVariables && isFloating(value.dtype)) {
      this.watchVariable(variable);
    }
    const slot = this.#slots.get(variable.id);
    if (slot >= 0) this.#slots.set(value.id, slot);
    else this.#unwatchedReads.add(variable.id);
  }

  valueRead(tensor: Tensor, how: string): void {
    const slot = this.#slots.get(tensor.id);
    if (slot >= 0 && this.readOuts.length < CAPTURED_STACKS) {
      this.readOuts.push({ slot, how, stack: new Error(how) });
    }
  }

  record(op: Op, inputs: readonly Tensor[], attributes: unknown, outputs: readonly Tensor[]): void {
    const slots = this.#slots;
    const { operandSlots, operands } = this;
    const begin = operandSlots.length;
    const inputSlots = this.#inputSlots;
    let onTape = false;
    let live = 0;
    let anyLive = false;
    for (let position = 0; position < inputs.length; position++) {
      const slot = slots.get(inputs[position]!.id);
      inputSlots[position] = slot;
      if (slot < 0) continue;
      onTape = true;
      if (this.severed.get(slot) === 0) {
        anyLive = true;
        live |= 1 << position;
      }
    }
    if (!onTape) return;
    const passes = anyLive && op.derivative.kind !== "none";
    const residuals = passes ? residualsOf(op, inputs, outputs, attributes, live) : undefined;
    this.ops.push(op);
    this.attributes.push(attributes);
    this.begins.push(begin);
    this.begins.push(begin + inputs.length);
    for (let position = 0; position < inputs.length; position++) {
      const input = inputs[position]!;
      operandSlots.push(inputSlots[position]!);
      operands.push(residuals !== undefined && residuals[position]! ? input : input.type);
    }
    for (let position = 0; position < outputs.length; position++) {
      const output = outputs[position]!;
      const severed = !passes || !isFloating(output.type.dtype);
      const slot = this.#newSlot(severed);
      slots.set(output.id, slot);
      operandSlots.push(slot);
      const kept = residuals !== undefined && residuals[inputs.length + position]!;
      operands.push(kept ? output : output.type);
      if (severed && anyLive) this.#noteCut(slot, op.name);
    }
  }

  /** Gives up the last entries, from `entry` on. */
  releaseFrom(entry: number): void {
    this.operands.truncate(this.inputsBegin(entry));
    this.attributes.truncate(entry);
    this.ops.truncate(entry);
  }

  #newSlot(severed: boolean): number {
    const slot = this.severed.length;
    this.severed.push(severed ? 1 : 0);
    return slot;
  }

  #noteCut(slot: number, how: string): void {
    const stack = this.cuts.size < CAPTURED_STACKS ? new Error(how) : undefined;
    this.cuts.set(slot, { slot, how, stack });
  }
}

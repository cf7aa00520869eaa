/** What a tape remembers: one entry an operation, one slot a tensor. */

import { type Recorder, takeOrder } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import type { Op } from "../core/op.js";
import type { Tensor, VariableIdentity } from "../core/tensor.js";
import { derivativeWatcher } from "../core/watcher.js";
import { EntryChunk } from "./entry-chunk.js";
import type { GradientHook } from "./gradient-hook.js";
import { type Direction, residualsOf } from "./residuals.js";
import { NO_SLOT, SlotMap, USED_UNWATCHED } from "./slot-map.js";

/** A place where a value left the differentiable path; the stack is that of the user's call. */
export interface PathNote {
  readonly slot: number;
  readonly how: string;
  readonly stack: Error | undefined;
}

/** The first of the numbers of severed slots, which go down from here. */
const FIRST_SEVERED = USED_UNWATCHED - 1;

function isOnTape(slot: number): boolean {
  return slot >= 0 || slot < USED_UNWATCHED;
}

/** The place of a severed slot in a list of them. */
export function severedIndex(slot: number): number {
  return FIRST_SEVERED - slot;
}

/** Whether the derivative of an operation may be infinite where all else is finite; of others no tool asks for the place. */
function canDiverge({ derivative }: Op): boolean {
  return derivative.kind !== "partials" || derivative.singular;
}

const NO_RESIDUALS: readonly boolean[] = [];

/** Stacks are captured for the first so many notes of a tape. */
const CAPTURED_STACKS = 64;

/** The record of a function, whose missing gradients are zero and need no explanation. */
export function functionRecord(direction: Direction = "pullback"): TapeRecord {
  return new TapeRecord(takeOrder(), false, direction, false);
}

/**
 * The record of a tape. A tensor on the tape has a slot: live slots are numbered 0, 1, 2 … in order of first sight. Where no
 * cotangent can pass (an integer, the output of `floor`, …), the slot is *severed*, numbered −3, −4, …; it is on
 * the record only so that a missing gradient can be explained. −1 stands for what is not on the tape.
 */
export class TapeRecord implements Recorder {
  readonly order: number;
  readonly chunks: EntryChunk[] = [];
  /** Number of live slots. */
  liveSlots = 0;
  /** Number of severed slots. */
  severedSlots = 0;
  readonly watchedVariables: VariableIdentity[] = [];
  /** Tensors and variables that were used before they were watched. */
  readonly usedBeforeWatch = new Set<number>();
  readonly readOuts: PathNote[] = [];
  readonly cuts = new Map<number, PathNote>();

  /** Hooks by slot; none where nobody asked for any. */
  hooks: Map<number, GradientHook[]> | undefined;

  readonly #slots = new SlotMap();
  /** The slots of the inputs of the operation at hand. */
  readonly #inputSlots: number[] = [];
  readonly #watchesVariables: boolean;

  readonly #direction: Direction;
  readonly #isExplained: boolean;

  constructor(
    order: number,
    watchesVariables: boolean,
    direction: Direction,
    isExplained: boolean,
  ) {
    this.order = order;
    this.#direction = direction;
    this.#isExplained = isExplained;
    this.#watchesVariables = watchesVariables;
  }

  /** The slot of a tensor or variable, −1 where it is not on the tape. */
  slotOf(id: number): number {
    const slot = this.#slots.get(id);
    return slot === USED_UNWATCHED ? NO_SLOT : slot;
  }

  /** Lets `hook` see the cotangent of a slot. */
  addHook(slot: number, hook: GradientHook): void {
    this.hooks ??= new Map();
    this.hooks.set(slot, [...(this.hooks.get(slot) ?? []), hook]);
  }

  /** Puts a tensor on the tape; what made it, if that is on the tape, stays connected. */
  watchTensor(tensor: Tensor): void {
    this.#watch(tensor.id);
  }

  watchVariable(variable: VariableIdentity): void {
    if (this.#slots.get(variable.id) >= 0) return;
    this.watchedVariables.push(variable);
    this.#watch(variable.id);
  }

  #watch(id: number): void {
    const slot = this.#slots.get(id);
    if (slot >= 0) return;
    if (slot === USED_UNWATCHED) this.usedBeforeWatch.add(id);
    this.#slots.set(id, this.liveSlots++);
  }

  variableRead(variable: VariableIdentity, value: Tensor): void {
    if (variable.trainable && this.#watchesVariables && isFloating(value.dtype)) {
      this.watchVariable(variable);
    }
    const slot = this.#slots.get(variable.id);
    if (slot >= 0) this.#slots.set(value.id, slot);
    else this.#slots.set(variable.id, USED_UNWATCHED);
  }

  valueRead(tensor: Tensor, how: string): void {
    const slot = this.#slots.get(tensor.id);
    if (this.#isExplained && isOnTape(slot) && this.readOuts.length < CAPTURED_STACKS) {
      this.readOuts.push({ slot, how, stack: new Error(how) });
    }
  }

  record(op: Op, inputs: readonly Tensor[], attributes: unknown, outputs: readonly Tensor[]): void {
    const slots = this.#slots;
    const inputSlots = this.#inputSlots;
    let onTape = false;
    let anyLive = false;
    let live = 0;
    for (let position = 0; position < inputs.length; position++) {
      const slot = slots.get(inputs[position]!.id);
      inputSlots[position] = isOnTape(slot) ? slot : NO_SLOT;
      if (slot === NO_SLOT) slots.set(inputs[position]!.id, USED_UNWATCHED);
      if (!isOnTape(slot)) continue;
      onTape = true;
      if (slot >= 0) {
        anyLive = true;
        live |= 1 << position;
      }
    }
    if (!onTape) return;
    const passes = anyLive && op.derivative.kind !== "none";
    const residuals = passes
      ? residualsOf(op, inputs, outputs, attributes, live, this.#direction)
      : NO_RESIDUALS;
    const chunk = this.#openChunk();
    let place = chunk.end;
    chunk.append(op, attributes, inputs.length, outputs.length);
    if (derivativeWatcher() !== undefined && canDiverge(op)) chunk.keepStack(new Error(op.name));
    const chunkSlots = chunk.slots;
    const { operands } = chunk;
    for (let position = 0; position < inputs.length; position++) {
      const input = inputs[position]!;
      operands[place] = residuals[position] === true ? input : input.type;
      chunkSlots[place++] = inputSlots[position]!;
    }
    for (let position = 0; position < outputs.length; position++) {
      const output = outputs[position]!;
      const isLive = passes && isFloating(output.type.dtype);
      const slot = isLive ? this.liveSlots++ : FIRST_SEVERED - this.severedSlots++;
      slots.set(output.id, slot);
      operands[place] = residuals[inputs.length + position] === true ? output : output.type;
      chunkSlots[place++] = slot;
      if (!isLive && anyLive && this.#isExplained) this.#noteCut(slot, op.name);
    }
  }

  /** The chunk that takes the next entry. */
  #openChunk(): EntryChunk {
    let last = this.chunks[this.chunks.length - 1];
    if (last === undefined || last.isFull) {
      last = new EntryChunk(last === undefined);
      this.chunks.push(last);
    }
    return last;
  }

  #noteCut(slot: number, how: string): void {
    const stack = this.cuts.size < CAPTURED_STACKS ? new Error(how) : undefined;
    this.cuts.set(slot, { slot, how, stack });
  }
}

/** Why a source has no gradient: the explanation behind `UnconnectedGradientError`. */

import { isFloating } from "../core/dtype.js";
import { UnconnectedGradientError, type UnconnectedReason } from "../core/errors.js";
import { filledTensor } from "../core/literals.js";
import type { Leaf } from "../core/nest.js";
import { formatShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { userLine } from "../core/user-line.js";
import { Variable } from "../core/variable.js";
import { NO_SLOT } from "./slot-map.js";
import { type PathNote, severedIndex, type TapeRecord } from "./tape-record.js";

/** A set of slots, live and severed. */
export class SlotSet {
  readonly #live: Uint8Array;
  readonly #severed: Uint8Array;

  constructor(record: TapeRecord, slots: readonly number[]) {
    this.#live = new Uint8Array(record.liveSlots);
    this.#severed = new Uint8Array(record.severedSlots);
    for (const slot of slots) if (slot !== NO_SLOT) this.add(slot);
  }

  has(slot: number): boolean {
    return (slot >= 0 ? this.#live[slot] : this.#severed[severedIndex(slot)]) === 1;
  }

  add(slot: number): void {
    if (slot >= 0) this.#live[slot] = 1;
    else this.#severed[severedIndex(slot)] = 1;
  }
}

/** Slots that lead to a target along cotangents, or along any operation, differentiable or not. */
export function connectedSlots(
  record: TapeRecord,
  targetSlots: readonly number[],
  alsoSevered: boolean,
): SlotSet {
  const passes = (slot: number): boolean => slot >= 0 || (alsoSevered && slot !== NO_SLOT);
  const connected = new SlotSet(record, targetSlots);
  for (let index = record.chunks.length - 1; index >= 0; index--) {
    const chunk = record.chunks[index]!;
    for (let entry = chunk.length - 1; entry >= 0; entry--) {
      if (!chunk.outputSlots(entry).some((slot) => passes(slot) && connected.has(slot))) continue;
      for (const slot of chunk.inputSlots(entry)) if (passes(slot)) connected.add(slot);
    }
  }
  return connected;
}

/** Slots that depend on a slot through any operation, differentiable or not. */
export function dependents(record: TapeRecord, source: number): SlotSet {
  const dependent = new SlotSet(record, [source]);
  for (const chunk of record.chunks) {
    for (let entry = 0; entry < chunk.length; entry++) {
      if (chunk.inputSlots(entry).some((slot) => slot !== NO_SLOT && dependent.has(slot))) {
        chunk.outputSlots(entry).forEach((slot) => void dependent.add(slot));
      }
    }
  }
  return dependent;
}

/** What `gradient` does for a source that the target does not depend on. */
export type UnconnectedGradients = "error" | "none" | "zero";

/** Gives what stands for the gradient of a source that got none: zeros, null, or an error. */
export function unconnectedGradient(
  record: TapeRecord,
  targets: readonly Leaf[],
  unconnected: UnconnectedGradients,
): (leaf: Leaf, slot: number) => Tensor | null {
  let connected: SlotSet | undefined;
  return (leaf, slot) => {
    if (unconnected === "zero") return filledTensor(leaf.type, 0);
    connected ??= connectedSlots(
      record,
      targets.map((target) => record.slotOf(target.id)),
      false,
    );
    // Connected, but through partials that are zero: the gradient is zero rather than missing.
    if (slot >= 0 && connected.has(slot)) return filledTensor(leaf.type, 0);
    if (unconnected === "none") return null;
    throw explainUnconnected(record, targets, leaf);
  };
}

/** The error for a source without a gradient, with the cause and what to change. */
function explainUnconnected(
  record: TapeRecord,
  targets: readonly Leaf[],
  source: Leaf,
): UnconnectedGradientError {
  const { reason, because } = findCause(record, targets, source);
  const label =
    source instanceof Variable
      ? `Variable "${source.name}" of shape ${formatShape(source.shape)}`
      : `the source of shape ${formatShape(source.shape)}`;
  return new UnconnectedGradientError(
    `no gradient: the target does not depend on ${label}, as far as this tape knows. ${because} ` +
      'Where a missing gradient is expected, pass unconnectedGradients: "zero" or "none".',
    reason,
  );
}

/** Why a source has no gradient, as a name and in words. */
export interface Cause {
  readonly reason: UnconnectedReason;
  readonly because: string;
}

/** Why a source that got no cotangent got none. */
export function findCause(record: TapeRecord, targets: readonly Leaf[], source: Leaf): Cause {
  if (!isFloating(source.dtype)) {
    return {
      reason: "integer-dtype",
      because: `Its dtype is ${source.dtype}, and only float32 and float64 have gradients: cast it before it is used.`,
    };
  }
  const integerTarget = targets.find((target) => !isFloating(target.dtype));
  const slot = record.slotOf(source.id);
  if (slot === NO_SLOT) return neverWatched(source);
  const targetSlots = targets.map((target) => record.slotOf(target.id));
  const connected = connectedSlots(record, targetSlots, true);
  const dependent = dependents(record, slot);
  for (const [cutSlot, note] of record.cuts) {
    if (dependent.has(cutSlot) && connected.has(cutSlot)) return cutBy(note);
  }
  if (slot < NO_SLOT) {
    const note = record.cuts.get(slot);
    return note === undefined ? neverWatched(source) : cutBy(note);
  }
  if (record.usedBeforeWatch.has(source.id)) {
    return {
      reason: "watched-after-use",
      because:
        "It was watched after it had been used, and watching does not reach back: call watch before the first operation that uses it.",
    };
  }
  if (integerTarget !== undefined) {
    return {
      reason: "integer-dtype",
      because: `The target's dtype is ${integerTarget.dtype}, and only float32 and float64 have gradients.`,
    };
  }
  const readOut = record.readOuts.find((note) => dependent.has(note.slot));
  if (readOut !== undefined) {
    return {
      reason: "read-out",
      because:
        `A value that depends on it was read out with ${readOut.how}()${at(readOut)}; a tensor made of such a number is a new ` +
        "constant. Compute with the tensor itself, without reading it.",
    };
  }
  return {
    reason: "independent",
    because:
      "It was watched, but no recorded operation leads from it to the target. Was the target computed while the tape was recording, and from this very tensor?",
  };
}

function neverWatched(source: Leaf): Cause {
  let because =
    "It was never watched by this tape: call tape.watch on it before it is used, or make it a trainable Variable.";
  if (source instanceof Variable) {
    because = source.trainable
      ? "It was not read while this tape was recording and watching variables: read it after the tape has started, " +
        "or, on a tape with watchAccessedVariables: false, call tape.watch on it first."
      : "It is not trainable, so that reading it does not watch it: call tape.watch on it, or make it trainable.";
  }
  return { reason: "never-watched", because };
}

function cutBy(note: PathNote): Cause {
  return {
    reason: "cut",
    because:
      `The path from it is cut by ${note.how}${at(note)}, which has no derivative: ` +
      "use a differentiable operation in its place, or leave this source out.",
  };
}

/** The place of a note, as the end of a sentence. */
export function at(note: PathNote): string {
  const line = note.stack === undefined ? undefined : userLine(note.stack);
  return line === undefined ? "" : ` at ${line}`;
}

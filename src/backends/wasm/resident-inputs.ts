/** Inputs that lie in memory from the call before: tensors, whose values never change, and what variables were assigned. */

import { isForeign } from "../../core/foreign-buffers.js";
import type { HeldValue } from "../../core/held-value.js";
import { type Storage, StridedStorage } from "../../core/storage.js";
import { Tensor } from "../../core/tensor.js";

/** Smaller ones are copied faster than they are remembered. */
export const LEAST_RESIDENT = 512;

/** A value that lies in the place of an input until something else is written there. */
export class ResidentValue implements HeldValue {
  #copy: (() => Tensor) | undefined;
  #tensor: Tensor | undefined;

  /** @param copy makes a tensor of what lies there */
  constructor(copy: () => Tensor) {
    this.#copy = copy;
  }

  read(): Tensor {
    if (this.#tensor === undefined) {
      this.#tensor = this.#copy!();
      this.#copy = undefined;
    }
    return this.#tensor;
  }

  drop(): void {
    this.#copy = undefined;
  }

  /** Whether somebody may still ask for it who has not yet. */
  get isAwaited(): boolean {
    return this.#copy !== undefined;
  }
}

/** Remembers what lies in the places of the inputs of a program. */
export class ResidentInputs {
  readonly #tensors: (WeakRef<StridedStorage> | undefined)[] = [];
  readonly #values: (ResidentValue | undefined)[] = [];

  /** Whether an input is in its place already. */
  has(place: number, input: Tensor | HeldValue): boolean {
    if (!(input instanceof Tensor)) {
      return input instanceof ResidentValue && this.#values[place] === input;
    }
    // A user may have got hold of the buffer in the meantime.
    return canHold(input.storage) && this.#tensors[place]?.deref() === input.storage;
  }

  /** Takes note of a tensor in its place. */
  note(place: number, { storage, size }: Tensor): void {
    const isHeld = size >= LEAST_RESIDENT && canHold(storage);
    this.#tensors[place] = isHeld ? new WeakRef(storage) : undefined;
  }

  /** A value that was put in a place, which nothing lies in any more. */
  put(place: number, value: ResidentValue): void {
    this.#tensors[place] = undefined;
    this.#values[place] = value;
  }

  /** Something else is about to be written into a place. */
  forget(place: number): void {
    this.#values[place] = undefined;
    this.#tensors[place] = undefined;
  }

  /**
   * Copies what somebody may still ask for.
   *
   * @throws AllocationError when there is no memory for it.
   */
  rescue(): void {
    for (const value of this.#values) if (value?.isAwaited) value.read();
  }
}

/** Not what the user may write to. */
function canHold(storage: Storage): storage is StridedStorage {
  return storage instanceof StridedStorage && !isForeign(storage.buffer);
}

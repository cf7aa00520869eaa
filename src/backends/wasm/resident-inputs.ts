/** Inputs that lie in memory from the call before: a tensor's values never change, so the same one need not be copied again. */

import { isForeign } from "../../core/foreign-buffers.js";
import { type Storage, StridedStorage } from "../../core/storage.js";
import type { Tensor } from "../../core/tensor.js";

/** Smaller ones are copied faster than they are remembered. */
const LEAST_ELEMENTS = 512;

/** Remembers what was copied into the places of a program. */
export class ResidentInputs {
  readonly #held: (WeakRef<StridedStorage> | undefined)[] = [];

  /** Whether the tensor is in its place already; if not, it is taken to be copied there now. */
  hold(place: number, { storage, size }: Tensor): boolean {
    if (size < LEAST_ELEMENTS) return false;
    const isHeld = canHold(storage);
    if (isHeld && this.#held[place]?.deref() === storage) return true;
    this.#held[place] = isHeld ? new WeakRef(storage) : undefined;
    return false;
  }

  /** Forgets a place into which the copying has failed. */
  forget(place: number): void {
    this.#held[place] = undefined;
  }
}

/** Not what the user may write to. */
function canHold(storage: Storage): storage is StridedStorage {
  return storage instanceof StridedStorage && !isForeign(storage.buffer);
}

/** The cotangents that have arrived at a tensor so far, added up so that the cost stays linear. */

import type { Cotangent } from "../core/cotangent.js";
import { RegionCotangent, RowsCotangent } from "../core/cotangent.js";
import { run } from "../core/dispatch.js";
import { Tensor, type TensorType } from "../core/tensor.js";
import { accumulate } from "../ops/accumulate.js";
import { add } from "../ops/arithmetic.js";

/** Several cotangents wait until together they are this many times as large as the tensor, and are then added in one go. */
const WAITING_SIZES = 4;
/** Dense cotangents of so few elements are added at once, as a list costs more than the sum. */
const SMALL = 256;

/** Cotangents of one tensor that are not added yet. */
class Waiting {
  readonly cotangents: Cotangent[] = [];
  elements = 0;
}

/** One cotangent, or several. */
export type Pending = Cotangent | Waiting;

const CHUNK_BITS = 10;
const CHUNK_SIZE = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_SIZE - 1;

/** Pending cotangents by slot, in chunks that exist only while something is pending in them. */
export class PendingCotangents {
  readonly #chunks: ((Pending | undefined)[] | undefined)[] = [];
  readonly #chunkSize: number;

  constructor(slots: number) {
    this.#chunkSize = Math.min(slots, CHUNK_SIZE);
  }

  /** Takes in one more cotangent of the tensor in a slot. */
  add(slot: number, cotangent: Cotangent, type: TensorType): void {
    let chunk = this.#chunks[slot >> CHUNK_BITS];
    if (chunk === undefined) {
      chunk = new Array<Pending | undefined>(this.#chunkSize).fill(undefined);
      this.#chunks[slot >> CHUNK_BITS] = chunk;
    }
    const place = slot & CHUNK_MASK;
    chunk[place] = addCotangent(chunk[place], cotangent, type);
  }

  /** What is pending for a slot, which from now on is nothing. */
  take(slot: number): Pending | undefined {
    const chunk = this.#chunks[slot >> CHUNK_BITS];
    if (chunk === undefined) return undefined;
    const place = slot & CHUNK_MASK;
    const pending = chunk[place];
    chunk[place] = undefined;
    // Slots are taken downwards, so that after the first of a chunk the others are mostly done with.
    if (place === 0 && chunk.every((other) => other === undefined)) {
      this.#chunks[slot >> CHUNK_BITS] = undefined;
    }
    return pending;
  }
}

/** One more cotangent of a tensor of the given type, together with those that are pending. */
function addCotangent(
  pending: Pending | undefined,
  cotangent: Cotangent,
  type: TensorType,
): Pending {
  if (pending === undefined) return cotangent;
  if (type.size <= SMALL && pending instanceof Tensor && cotangent instanceof Tensor) {
    return run(add.op, [pending, cotangent], undefined);
  }
  let waiting: Waiting;
  if (pending instanceof Waiting) waiting = pending;
  else {
    waiting = new Waiting();
    waiting.cotangents.push(pending);
    waiting.elements = elementsOf(pending);
  }
  waiting.cotangents.push(cotangent);
  waiting.elements += elementsOf(cotangent);
  if (waiting.elements <= WAITING_SIZES * type.size) return waiting;
  return accumulate(type, waiting.cotangents);
}

/** The sum of what has arrived, as a dense tensor. */
export function sumPending(pending: Pending, type: TensorType): Tensor {
  if (pending instanceof Tensor) return pending;
  return accumulate(type, pending instanceof Waiting ? pending.cotangents : [pending]);
}

function elementsOf(cotangent: Cotangent): number {
  if (cotangent instanceof RegionCotangent) return cotangent.block.size;
  if (cotangent instanceof RowsCotangent) return cotangent.rows.size;
  return cotangent.size;
}

/** Entries of a tape in columns: the operations of one stretch of the program, in order. */

import type { Op } from "../core/op.js";
import { Tensor, type TensorType } from "../core/tensor.js";

/** How many entries a chunk takes. A tape grows by chunks, without copying what it has. */
const CHUNK_ENTRIES = 1024;
/** Column lengths of the first chunk: engines keep typed arrays of 64 bytes in their own heap, where they are cheap to make. */
const SMALL_COLUMN = 16;
/** Tensors of so few elements cost less than giving them up one by one. */
const SMALL_TENSOR = 64;
/** What its columns grow to before they have the length of all others. */
const MEDIUM_COLUMN = 128;

/**
 * Up to 1024 entries. An entry is one operation; its operands, which are its inputs and then its outputs, lie side by side in
 * two columns: their slots, and the tensors themselves, or the types of those that no pullback reads.
 */
export class EntryChunk {
  /** Number of entries. */
  length = 0;
  readonly ops: Op[];
  /** Only where some entry has attributes. */
  #attributes: unknown[] | undefined;
  /** Only where a tool asked for the places of calls. */
  #stacks: (Error | undefined)[] | undefined;
  /** Where the operands of all entries end. */
  end = 0;
  /** A slot per operand; see `TapeRecord`. */
  slots: Int32Array;
  readonly operands: (Tensor | TensorType)[];
  /** Two numbers an entry: where its inputs and where its outputs begin in the columns of operands. */
  #begins: Int32Array;

  constructor(isFirst: boolean) {
    this.slots = new Int32Array(isFirst ? SMALL_COLUMN : 3 * CHUNK_ENTRIES);
    this.#begins = new Int32Array(isFirst ? SMALL_COLUMN : 2 * CHUNK_ENTRIES);
    this.ops = isFirst ? [] : new Array(CHUNK_ENTRIES);
    this.operands = isFirst ? [] : new Array(3 * CHUNK_ENTRIES);
  }

  get isFull(): boolean {
    return this.length === CHUNK_ENTRIES;
  }

  attributesOf(entry: number): unknown {
    return this.#attributes?.[entry];
  }

  /** The stack of the call of an entry, if it was kept. */
  stackOf(entry: number): Error | undefined {
    return this.#stacks?.[entry];
  }

  /** Keeps the stack of the call of the last entry. */
  keepStack(stack: Error): void {
    this.#stacks ??= [];
    this.#stacks[this.length - 1] = stack;
  }

  inputsBegin(entry: number): number {
    return this.#begins[2 * entry]!;
  }

  /** Where the outputs of an entry begin, and its inputs end. */
  outputsBegin(entry: number): number {
    return this.#begins[2 * entry + 1]!;
  }

  outputsEnd(entry: number): number {
    return entry + 1 < this.length ? this.#begins[2 * entry + 2]! : this.end;
  }

  inputSlots(entry: number): Int32Array {
    return this.slots.subarray(this.inputsBegin(entry), this.outputsBegin(entry));
  }

  outputSlots(entry: number): Int32Array {
    return this.slots.subarray(this.outputsBegin(entry), this.outputsEnd(entry));
  }

  /**
   * Appends an entry with room for its operands, which the caller writes from the former `end` on.
   */
  append(op: Op, attributes: unknown, inputs: number, outputs: number): void {
    const entry = this.length++;
    if (2 * entry === this.#begins.length) this.#begins = grown(this.#begins, 0, 2);
    this.#begins[2 * entry] = this.end;
    this.#begins[2 * entry + 1] = this.end + inputs;
    this.end += inputs + outputs;
    if (this.end > this.slots.length) this.slots = grown(this.slots, this.end, 3);
    this.ops[entry] = op;
    if (attributes !== undefined) {
      this.#attributes ??= [];
      this.#attributes[entry] = attributes;
    }
  }

  /** Gives up the large tensors that an entry holds, but not how it is connected; small ones go with the chunk. */
  release(entry: number): void {
    const end = this.outputsEnd(entry);
    for (let operand = this.inputsBegin(entry); operand < end; operand++) {
      const held = this.operands[operand]!;
      if (held instanceof Tensor && held.type.size > SMALL_TENSOR)
        this.operands[operand] = held.type;
    }
    if (this.#attributes !== undefined) this.#attributes[entry] = undefined;
  }

  /** Gives up the lists of what entries hold, when every entry is released. */
  releaseAll(): void {
    this.ops.length = 0;
    this.#attributes = undefined;
    this.#stacks = undefined;
    this.operands.length = 0;
  }
}

/** A longer copy of a column of so many numbers an entry, with room for at least `least`. */
function grown(column: Int32Array, least: number, perEntry: number): Int32Array {
  const { length } = column;
  let usual = 2 * length;
  if (length === SMALL_COLUMN) usual = MEDIUM_COLUMN;
  else if (length === MEDIUM_COLUMN) usual = perEntry * CHUNK_ENTRIES;
  const larger = new Int32Array(Math.max(usual, least));
  larger.set(column);
  return larger;
}

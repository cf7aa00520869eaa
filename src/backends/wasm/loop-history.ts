/** What a loop keeps of its iterations for later passes: one record an iteration, of known number or as many as there are. */

import type { LoopAttributes, LoopRead } from "../../control/loop-types.js";
import { carryTypes, emitTypes, readKey } from "../../control/loop-types.js";
import { byteSize } from "../../kernel/memory-plan.js";
import type { ProcessMemory, Region } from "./process-memory.js";
import type { MemoryViews } from "./views.js";

/** What is kept of one iteration. */
export interface HistoryRecord {
  readonly bytes: number;
  /** By key of a read: where in the record it lies. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** What later passes read of earlier ones, but for what is stacked, which lies in results. */
export function recordOf({ passes, stacked }: LoopAttributes): HistoryRecord {
  const offsets = new Map<string, number>();
  let bytes = 0;
  passes.forEach(({ reads }, number) => {
    for (const read of reads) {
      if (!("pass" in read) || (read.kind === "carry" && read.pass === number)) continue;
      const isStacked =
        read.kind === "emit" &&
        stacked.some(({ pass, index }) => pass === read.pass && index === read.index);
      const key = readKey(read);
      if (isStacked || offsets.has(key)) continue;
      offsets.set(key, bytes);
      const pass = passes[read.pass]!;
      const type = (read.kind === "carry" ? carryTypes(pass) : emitTypes(pass))[read.index]!;
      bytes += Math.ceil(byteSize(type) / 16) * 16;
    }
  });
  return { bytes, offsets };
}

/** The bytes of the history of a loop whose length is known. */
export function historyBytes(attributes: LoopAttributes): number {
  const { trip } = attributes;
  return trip.kind === "count" ? trip.count * recordOf(attributes).bytes : 0;
}

/** Where a record has a read of an earlier pass. */
export function offsetOf(record: HistoryRecord, read: LoopRead): number | undefined {
  return record.offsets.get(readKey(read));
}

const FIRST_BYTES = 16384;

/** The histories of a program's loops of unknown length, by the places where it is written where they are. */
export class LoopHistories {
  readonly #memory: ProcessMemory;
  readonly #views: MemoryViews;
  readonly #held = new Map<number, { readonly region: Region; readonly capacity: number }>();

  constructor(memory: ProcessMemory, views: MemoryViews) {
    this.#memory = memory;
    this.#views = views;
  }

  /** Makes room for twice as many records of so many bytes; writes where they begin, and for how many there is room. */
  grow(cell: number, bytes: number, operation: string): void {
    const before = this.#held.get(cell);
    const least = Math.ceil(FIRST_BYTES / bytes);
    const capacity = Math.max(least, before === undefined ? 0 : 2 * before.capacity);
    const region = this.#memory.allocate(capacity * bytes, operation);
    if (before !== undefined) {
      const { begin } = before.region;
      const end = begin + before.capacity * bytes;
      this.#views.get("bool").copyWithin(region.begin, begin, end);
      this.#memory.free(before.region);
    }
    this.#held.set(cell, { region, capacity });
    const integers = this.#views.get("int32");
    integers[cell / 4] = region.begin | 0;
    integers[cell / 4 + 1] = capacity;
  }

  /** Gives back those of more than so many bytes. */
  drop(bytes: number): void {
    for (const [cell, { region }] of this.#held) {
      if (region.bytes <= bytes) continue;
      this.#memory.free(region);
      this.#held.delete(cell);
      this.#views.get("int32").fill(0, cell / 4, cell / 4 + 2);
    }
  }
}

/** A function that makes room in a history, for generated code. */
export function growHistory(
  histories: LoopHistories,
  operation: string,
  bytes: number,
): (cell: number) => void {
  return (cell) => histories.grow(cell >>> 0, bytes, operation);
}

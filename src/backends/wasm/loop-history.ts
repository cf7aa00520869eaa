/** What a loop keeps of its iterations for later passes: one record an iteration, of known number or as many as there are. */

import type { LoopAttributes, LoopRead } from "../../control/loop-types.js";
import { carryTypes, emitTypes, readKey } from "../../control/loop-types.js";
import { byteSize } from "../../kernel/memory-plan.js";
import type { ModuleContext } from "./module-context.js";

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

/** Makes room for twice as many records; where they begin, and for how many there is room, is written to a place in memory. */
export function growHistory(
  context: ModuleContext,
  operation: string,
  bytes: number,
): (cell: number) => void {
  return (cell) => {
    const { memory, views, histories } = context;
    const before = histories.get(cell);
    const capacity = Math.max(
      Math.ceil(FIRST_BYTES / bytes),
      before === undefined ? 0 : 2 * before.capacity,
    );
    const region = memory.allocate(capacity * bytes, operation);
    if (before !== undefined) {
      const all = views.get("bool");
      const { begin } = before.region;
      all.copyWithin(region.begin, begin, begin + before.capacity * bytes);
      memory.free(before.region);
    }
    histories.set(cell, { region, capacity });
    const integers = views.get("int32");
    integers[(cell >>> 0) / 4] = region.begin | 0;
    integers[(cell >>> 0) / 4 + 1] = capacity;
  };
}

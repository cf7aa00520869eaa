/** The memories that all compiled functions of a process have in common, made when first needed: engines allow only so many. */

import { ProcessMemory } from "./process-memory.js";
import { MOST_SLOTS } from "./thread-control.js";
import { canShareMemory } from "./thread-start.js";
import { ThreadTeam } from "./thread-team.js";
import { MemoryViews } from "./views.js";

interface SharedMemory {
  readonly memory: ProcessMemory;
  readonly views: MemoryViews;
}

/** A memory that workers see too; copying into it and out of it takes longer. */
export interface TeamMemory extends SharedMemory {
  readonly team: ThreadTeam;
  /** Where there are so many bytes of scratch memory for every slot: there is one job at a time, so all share it. */
  scratch(bytes: number): number;
}

let shared: SharedMemory | undefined;
let ofTeam: TeamMemory | undefined | null;

function withViews(memory: ProcessMemory): SharedMemory {
  return { memory, views: new MemoryViews(memory.memory) };
}

/** Sizes double, so that all that is given out together is not much more than the largest. */
function scratchIn(memory: ProcessMemory): (bytes: number) => number {
  let largest = { begin: 0, bytes: 0 };
  return (bytes) => {
    if (bytes === 0) return 0;
    const needed = MOST_SLOTS * bytes;
    if (needed > largest.bytes) {
      largest = memory.allocate(Math.max(needed, 2 * largest.bytes), "threads");
    }
    return largest.begin;
  };
}

/** The memory of what one thread computes. */
export function sharedMemory(): SharedMemory {
  shared ??= withViews(new ProcessMemory());
  return shared;
}

/** The memory of what threads compute together; undefined where they cannot. */
export function teamMemory(): TeamMemory | undefined {
  if (ofTeam === undefined) {
    ofTeam = null;
    if (canShareMemory()) {
      try {
        const memory = new ProcessMemory(true);
        const team = new ThreadTeam(memory.memory);
        ofTeam = { ...withViews(memory), team, scratch: scratchIn(memory) };
      } catch {
        // Not every engine reserves 4 GiB of addresses once more.
      }
    }
  }
  return ofTeam ?? undefined;
}

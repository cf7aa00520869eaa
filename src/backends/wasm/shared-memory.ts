/** The memory that all compiled functions of a process share, made when it is first needed: engines allow only so many. */

import { ProcessMemory } from "./process-memory.js";
import { MemoryViews } from "./views.js";

interface SharedMemory {
  readonly memory: ProcessMemory;
  readonly views: MemoryViews;
}

let shared: SharedMemory | undefined;

export function sharedMemory(): SharedMemory {
  if (shared === undefined) {
    const memory = new ProcessMemory();
    shared = { memory, views: new MemoryViews(memory.memory) };
  }
  return shared;
}

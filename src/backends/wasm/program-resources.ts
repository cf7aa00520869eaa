/** What a compiled program holds outside of the garbage collector's reach, and gives back once. */

import type { LoopHistories } from "./loop-history.js";
import type { ProcessMemory, Region } from "./process-memory.js";

/** Something that has to be told that a program is gone. */
export interface Detachable {
  detach(): void;
}

/** Memory and threads of a program. It refers to neither the program nor its code, which may be collected before. */
export class ProgramResources {
  readonly histories: LoopHistories;
  readonly #memory: ProcessMemory;
  readonly #region: Region;
  #threads: Detachable | undefined;

  constructor(memory: ProcessMemory, region: Region, histories: LoopHistories) {
    this.#memory = memory;
    this.#region = region;
    this.histories = histories;
  }

  hold(threads: Detachable): void {
    this.#threads = threads;
  }

  free(): void {
    this.#threads?.detach();
    this.histories.drop(0);
    this.#memory.free(this.#region);
  }
}

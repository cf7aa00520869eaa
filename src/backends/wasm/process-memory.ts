/** A memory of many compiled functions, and the regions of it that are in use. */

import { AllocationError } from "../../core/errors.js";
import type { MemoryLimits } from "./assembler.js";

const PAGE = 65536;
/** Engines allow 4 GiB. */
const MOST_PAGES = 65536;
const ALIGNMENT = 64;

/** A part of memory, in bytes. */
export interface Region {
  readonly begin: number;
  readonly bytes: number;
}

/** A memory with regions that are given out and taken back. */
export class ProcessMemory {
  readonly memory: WebAssembly.Memory;
  readonly #shared: boolean;
  /** Free parts in the order of their places; no two of them touch. */
  readonly #free: { begin: number; end: number }[] = [];
  /** What has never been given out begins here; address 0 is never given out. */
  #end = ALIGNMENT;

  /** @param shared whether threads share it */
  constructor(shared = false) {
    this.#shared = shared;
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared });
  }

  /** What modules that import it have to say of it. */
  get limits(): MemoryLimits {
    return this.#shared ? { minimum: 1, maximum: MOST_PAGES, shared: true } : { minimum: 1 };
  }

  /** @throws AllocationError when 4 GiB are not enough, or the engine has no more. */
  allocate(bytes: number, operation: string): Region {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    const found = this.#free.findIndex(({ begin, end }) => end - begin >= size);
    if (found >= 0) {
      const part = this.#free[found]!;
      const { begin } = part;
      part.begin += size;
      if (part.begin === part.end) this.#free.splice(found, 1);
      return { begin, bytes: size };
    }
    const begin = this.#end;
    this.#grow(begin + size, operation);
    this.#end = begin + size;
    return { begin, bytes: size };
  }

  free({ begin, bytes }: Region): void {
    let position = this.#free.findIndex((part) => part.begin > begin);
    if (position < 0) position = this.#free.length;
    this.#free.splice(position, 0, { begin, end: begin + bytes });
    this.#join(position);
    this.#join(position - 1);
    const last = this.#free.at(-1)!;
    if (last.end === this.#end) {
      this.#end = last.begin;
      this.#free.pop();
    }
  }

  #join(position: number): void {
    const [part, next] = [this.#free[position], this.#free[position + 1]];
    if (part === undefined || next === undefined || part.end < next.begin) return;
    part.end = next.end;
    this.#free.splice(position + 1, 1);
  }

  #grow(bytes: number, operation: string): void {
    const pages = Math.ceil(bytes / PAGE);
    const present = this.memory.buffer.byteLength / PAGE;
    if (pages <= present) return;
    const tooMuch = `${operation}: compiled functions would need ${bytes} bytes of memory at once`;
    if (pages > MOST_PAGES) throw new AllocationError(`${tooMuch}; WebAssembly has 4 GiB at most`);
    // In steps, since each growth makes the views of the memory anew.
    const wanted = Math.min(MOST_PAGES, Math.max(pages, present + 16));
    for (const target of [wanted, pages]) {
      try {
        this.memory.grow(target - present);
        return;
      } catch {
        // Perhaps less will do.
      }
    }
    throw new AllocationError(`${tooMuch}; the engine has no more`);
  }
}

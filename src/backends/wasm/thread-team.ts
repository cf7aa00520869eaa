/** Jobs of parts that a calling thread does together with its workers. */

import { threadLimit } from "../thread-limit.js";
import { CELLS, CLOSED, DONE, FAILED, PART_BITS } from "./thread-control.js";
import { ThreadPool } from "./thread-pool.js";

/** How often the caller looks before it waits for real: some tens of microseconds. */
const LOOKS = 2000;

/** Milliseconds that the caller waits at a time. */
const SLICE = 10;

/** Milliseconds after which a worker is taken for dead, unless the caller's own parts took long too. */
const PATIENCE = 2000;

/** How many times as long as the caller's longest part another may take. */
const SLOWNESS = 20;

/** After so many jobs in a row that others have not made shorter, the caller works alone for so many milliseconds. */
const JOBS_IN_VAIN = 4;
const REST = 50;

/** What the caller has done of a job: how many parts, in which time, and the longest of them, in milliseconds. */
interface OwnParts {
  count: number;
  time: number;
  longest: number;
}

/** Computes one part; those of the calling thread have slot 0. */
export type PartFunction = (part: number, slot: number) => void;

export class ThreadTeam {
  readonly pool: ThreadPool;
  #job = 0;
  /** Whether this thread may wait; the main thread of a page may not. */
  #canWait: boolean | undefined;
  #inVain = 0;
  #aloneUntil = 0;

  constructor(memory: WebAssembly.Memory) {
    this.pool = new ThreadPool(memory);
  }

  /**
   * Computes all parts of a job; parts do not depend on each other, and may be computed twice.
   *
   * @param program the number that the pool has given
   */
  run(program: number, callee: number, parts: number, compute: PartFunction): void {
    const limit = threadLimit();
    if (limit > 1) this.pool.prepare(program, limit);
    const begin = performance.now();
    if (limit === 1 || this.pool.size === 0 || begin < this.#aloneUntil) {
      for (let part = 0; part < parts; part++) compute(part, 0);
      return;
    }
    const { control } = this.pool;
    this.#job = (this.#job + 1) % 2 ** (32 - PART_BITS);
    control.fill(0, CELLS.states, CELLS.states + parts);
    control[CELLS.parts] = parts;
    control[CELLS.program] = program;
    control[CELLS.callee] = callee;
    control[CELLS.limit] = limit;
    Atomics.store(control, CELLS.ticket, (this.#job << PART_BITS) | 0);
    Atomics.add(control, CELLS.wake, 1);
    Atomics.notify(control, CELLS.wake);
    const own = this.#takeParts(control, parts, compute);
    this.#waitForWorkers(control, parts, own.longest);
    for (let part = 0; part < parts; part++) {
      if (control[CELLS.states + part] !== DONE) compute(part, 0);
    }
    this.#judge(performance.now() - begin, own, parts);
  }

  /** Where processors are busy with something else, waiting for a worker that has to wait for one takes longer than doing its work. */
  #judge(time: number, own: OwnParts, parts: number): void {
    const alone = own.count === 0 ? 0 : (own.time / own.count) * parts;
    this.#inVain = own.count < parts && time > alone ? this.#inVain + 1 : 0;
    if (this.#inVain < JOBS_IN_VAIN) return;
    this.#inVain = 0;
    this.#aloneUntil = performance.now() + REST;
  }

  /** Computes parts until none is left. */
  #takeParts(
    control: Int32Array<SharedArrayBuffer>,
    parts: number,
    compute: PartFunction,
  ): OwnParts {
    const own = { count: 0, time: 0, longest: 0 };
    let part = takePart(control, parts);
    try {
      for (; part !== undefined; part = takePart(control, parts)) {
        const start = performance.now();
        compute(part, 0);
        Atomics.store(control, CELLS.states + part, DONE);
        const time = performance.now() - start;
        own.count++;
        own.time += time;
        own.longest = Math.max(own.longest, time);
      }
      return own;
    } catch (error) {
      // When the error is seen nobody may still be writing.
      Atomics.store(control, CELLS.states + part!, FAILED);
      const taken = Atomics.exchange(control, CELLS.ticket, CLOSED) & CLOSED;
      this.#waitForWorkers(control, Math.min(parts, taken), own.longest);
      throw error;
    } finally {
      Atomics.store(control, CELLS.ticket, CLOSED);
    }
  }

  /** Waits until workers have finished the first parts, or it is clear that they will not. */
  #waitForWorkers(control: Int32Array<SharedArrayBuffer>, parts: number, longest: number): void {
    let deadline: number | undefined;
    for (let part = 0; part < parts; part++) {
      for (let looks = 0; ; looks++) {
        const finished = Atomics.load(control, CELLS.finished);
        if (Atomics.load(control, CELLS.states + part) !== 0) break;
        if (looks < LOOKS) continue;
        deadline ??= performance.now() + Math.max(PATIENCE, SLOWNESS * longest);
        if (performance.now() > deadline) {
          this.pool.giveUp();
          return;
        }
        this.#canWait ??= mayWait(control);
        if (this.#canWait) Atomics.wait(control, CELLS.finished, finished, SLICE);
      }
    }
  }
}

function takePart(control: Int32Array, parts: number): number | undefined {
  for (;;) {
    const ticket = Atomics.load(control, CELLS.ticket);
    const part = ticket & CLOSED;
    if (part >= parts) return undefined;
    if (Atomics.compareExchange(control, CELLS.ticket, ticket, ticket + 1) === ticket) return part;
  }
}

function mayWait(control: Int32Array): boolean {
  try {
    // Returns at once, since the cell holds something else.
    Atomics.wait(control, CELLS.ticket, Atomics.load(control, CELLS.ticket) + 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** The workers of a calling thread: started one by one as there is work for them, told of programs, and buried. */

import { CELLS, MOST_SLOTS, newControl } from "./thread-control.js";
import { type ProgramMessage, WORKER_SCRIPT } from "./thread-script.js";
import { type StartedWorker, startWorker } from "./thread-start.js";

/** A program with parallel statements. */
export interface ThreadProgram {
  readonly module: WebAssembly.Module;
  readonly callees: number;
}

/** When so many workers have died without having done anything, nothing more is tried. */
const MOST_DEATHS = 8;

export class ThreadPool {
  readonly #memory: WebAssembly.Memory;
  /** By slot; the calling thread has slot 0. */
  #workers: (StartedWorker | undefined)[] = new Array(MOST_SLOTS).fill(undefined);
  #control = newControl();
  /** Since a worker last finished something. */
  #deaths = 0;
  #finishedAtDeath = 0;
  readonly #programs = new Map<number, ThreadProgram>();
  #nextProgram = 1;
  /** Programs that workers have been told of. */
  readonly #told = new Set<number>();

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** Another one after workers were given up. */
  get control(): Int32Array<SharedArrayBuffer> {
    return this.#control;
  }

  /** How many workers have been started and not been found dead. */
  get size(): number {
    return this.#workers.filter((worker) => worker !== undefined).length;
  }

  add(program: ThreadProgram): number {
    const number = this.#nextProgram++;
    this.#programs.set(number, program);
    return number;
  }

  remove(number: number): void {
    this.#programs.delete(number);
    if (this.#told.delete(number)) this.#postToAll({ program: number });
  }

  /** Sees to it that workers know a program, and starts one more if there are too few: starting takes the caller a while. */
  prepare(number: number, limit: number): void {
    if (!this.#told.has(number)) {
      this.#told.add(number);
      this.#postToAll(this.#introduction(number));
    }
    if (this.#deaths >= MOST_DEATHS) return;
    for (let slot = 1; slot < limit; slot++) {
      if (this.#workers[slot] === undefined) {
        this.#start(slot);
        return;
      }
    }
  }

  /** Ends all workers, since one of them does not answer. What they may still write to is not used again. */
  giveUp(): void {
    this.#countDeath();
    const workers = this.#workers;
    this.#workers = new Array(MOST_SLOTS).fill(undefined);
    this.#control = newControl();
    this.#finishedAtDeath = 0;
    for (const worker of workers) worker?.terminate();
  }

  #introduction(program: number): ProgramMessage {
    return { program, ...this.#programs.get(program)! };
  }

  #start(slot: number): void {
    try {
      const worker = startWorker(WORKER_SCRIPT, () => this.#bury(slot, worker));
      this.#workers[slot] = worker;
      const control = this.#control;
      control[CELLS.mail + slot] = 0;
      worker.post({ control, memory: this.#memory, slot });
      Atomics.add(control, CELLS.mail + slot, 1);
      for (const program of this.#told) this.#post(slot, this.#introduction(program));
    } catch {
      this.#workers[slot] = undefined;
      this.#deaths = MOST_DEATHS;
    }
  }

  #bury(slot: number, worker: StartedWorker): void {
    if (this.#workers[slot] !== worker) return;
    this.#workers[slot] = undefined;
    this.#countDeath();
  }

  #countDeath(): void {
    const finished = Atomics.load(this.#control, CELLS.finished);
    this.#deaths = finished === this.#finishedAtDeath ? this.#deaths + 1 : 1;
    this.#finishedAtDeath = finished;
  }

  #postToAll(message: ProgramMessage): void {
    this.#workers.forEach((worker, slot) => {
      if (worker !== undefined) this.#post(slot, message);
    });
    Atomics.add(this.#control, CELLS.wake, 1);
    Atomics.notify(this.#control, CELLS.wake);
  }

  #post(slot: number, message: ProgramMessage): void {
    this.#workers[slot]!.post(message);
    Atomics.add(this.#control, CELLS.mail + slot, 1);
  }
}

/** How many threads compiled functions may use. */

import { ArgumentError } from "../core/errors.js";

/** With more, threads have too little to do each for what they cost. */
const MOST_THREADS = 16;

let wanted: number | undefined;
let processors: number | undefined;

/**
 * Sets how many threads compiled functions use at most, the calling one included; at first it is the number of processors.
 *
 * Fewer threads hold from the next call on. More than one are for functions compiled from then on. Results are the same for any number.
 * Threads need shared memory, which pages have only where they are cross-origin isolated; without it, or with 1, all work is done by the
 * calling thread. Workers are started when there is work that is worth it, and they do not keep a program from ending.
 *
 * @param count an integer from 1; more than 16 are 16
 *
 * @example
 * tf.setThreads(1);
 *
 * @throws ArgumentError when `count` is no integer from 1.
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new ArgumentError(`setThreads: count must be an integer from 1, got ${String(count)}`);
  }
  wanted = count;
}

/** How many threads there may be, the calling one included. */
export function threadLimit(): number {
  if (wanted === undefined) processors ??= countProcessors();
  return Math.min(MOST_THREADS, wanted ?? processors ?? 1);
}

interface Surroundings {
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly process?: {
    getBuiltinModule?(name: "os"): { availableParallelism?(): number } | undefined;
  };
}

/** In Node these are the processors that the process may run on. */
function countProcessors(): number {
  const { navigator, process } = globalThis as Surroundings;
  const count =
    navigator?.hardwareConcurrency ?? process?.getBuiltinModule?.("os")?.availableParallelism?.();
  return Math.max(1, count ?? 1);
}

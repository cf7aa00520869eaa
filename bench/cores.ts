/** How many processors a measuring process may use: one, two, or whatever there is where nothing can hold it to some. */

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** A number of processors, and the words that start a program on them, which come before its own. */
export interface Cores {
  readonly count: number;
  readonly prefix: readonly string[];
}

/** What is measured on, and what cannot be had. */
export interface Placement {
  readonly places: readonly Cores[];
  readonly warnings: readonly string[];
}

/** The option `--cores`: what it can be, and how many processors that means. */
export const CORES: Readonly<Record<string, readonly number[]>> = {
  "1": [1],
  "2": [2],
  both: [1, 2],
};

function hasTaskset(): boolean {
  return spawnSync("taskset", ["-c", "0", "true"]).status === 0;
}

/** As many of these numbers of processors as this machine has; where there is none of them, all that it has. */
export function placesFor(
  counts: readonly number[],
  available = availableParallelism(),
  canHold = hasTaskset(),
): Placement {
  const unbound = { count: available, prefix: [] };
  if (!canHold) {
    const warning = `taskset, which holds programs to processors, is not there or fails: all run on ${coresText(available)}`;
    return { places: [unbound], warnings: [warning] };
  }
  const places = counts
    .filter((count) => count <= available)
    .map((count) => ({ count, prefix: ["taskset", "-c", count === 1 ? "0" : `0-${count - 1}`] }));
  const warnings = counts
    .filter((count) => count > available)
    .map(
      (count) => `there is no measurement on ${count}: this process has ${coresText(available)}`,
    );
  return { places: places.length > 0 ? places : [unbound], warnings };
}

/** "1 core" or "2 cores". */
export function coresText(count: number): string {
  return `${count} ${count === 1 ? "core" : "cores"}`;
}

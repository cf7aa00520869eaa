/** Compares the times of two programs that run by turns in one process, so that a busy spell of the machine falls on both. */

import { median, milliseconds } from "./timing.js";

/** What passes of each program before the clock counts. */
const WARM_UP_MILLISECONDS = 700;
/** How long both together are measured. */
const MEASURED_MILLISECONDS = 3000;
/** One turn: long enough that a collection of garbage falls into many of them. */
const TURN_MILLISECONDS = 20;
const LEAST_ROUNDS = 5;

/** The times of two programs. */
export interface Comparison {
  /** Median milliseconds of a run of the one that is compared to. */
  readonly base: number;
  /** Median milliseconds of a run of the other. */
  readonly other: number;
  /** How many times `base` the other takes: the median over the rounds, in each of which both have a turn. */
  readonly ratio: number;
}

/** Runs a program until the engine has compiled it; gives how often it runs in a turn. */
function warmUp(body: () => void): number {
  let runs = 0;
  let spent = 0;
  while (spent < WARM_UP_MILLISECONDS) {
    spent += milliseconds(body);
    runs++;
  }
  return Math.max(1, Math.round((TURN_MILLISECONDS * runs) / spent));
}

function turn(body: () => void, runs: number): number {
  const elapsed = milliseconds(() => {
    for (let run = 0; run < runs; run++) body();
  });
  return elapsed / runs;
}

/** Times `base` and `other` by turns. */
export function byTurns(base: () => void, other: () => void): Comparison {
  const runsOfBase = warmUp(base);
  const runsOfOther = warmUp(other);
  const rounds: { readonly base: number; readonly other: number }[] = [];
  const start = performance.now();
  while (performance.now() - start < MEASURED_MILLISECONDS || rounds.length < LEAST_ROUNDS) {
    rounds.push({ base: turn(base, runsOfBase), other: turn(other, runsOfOther) });
  }
  return {
    base: median(rounds.map((round) => round.base)),
    other: median(rounds.map((round) => round.other)),
    ratio: median(rounds.map((round) => round.other / round.base)),
  };
}

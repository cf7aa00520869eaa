/** How many blocks a loop computes by turns: enough to hide how long instructions take, as far as registers and code go. */

import type { ScalarCode } from "../../kernel/scalar-code.js";

const MOST_BLOCKS = 4;

/** What blocks may take together; some more registers hold constants. */
interface Budget {
  readonly values: number;
  readonly instructions: number;
}

/** Values that stay in registers cost nothing, so that only very long loop bodies are not worth it. */
const IN_REGISTERS: Budget = { values: 12, instructions: 1600 };
/**
 * Values that go through the stack cost less than waiting: processors look for instructions that are ready among the next 100 or so,
 * and a function like tanh is longer and hardly anything else than one chain.
 */
const THROUGH_STACK: Budget = { values: 52, instructions: 400 };

/** Over fewer positions a loop does not make up for the time that its compilation takes. */
export const MANY = 1024;

/** The number of blocks for a program, of which `moving` instructions are computed for each of so many positions. */
export function blocksTogether(
  code: ScalarCode,
  moving: readonly boolean[],
  positions: number,
): number {
  const size = Math.max(1, lengthOf(code, moving));
  const live = Math.max(1, mostLive(code, moving));
  const fitting = ({ values, instructions }: Budget): number =>
    Math.min(MOST_BLOCKS, Math.floor(values / live), Math.floor(instructions / size));
  const blocks = Math.max(fitting(IN_REGISTERS), positions < MANY ? 1 : fitting(THROUGH_STACK));
  return blocks >= 4 ? 4 : Math.max(1, Math.min(2, blocks));
}

/** Shorter programs are computed element by element for what is left of their blocks. */
const SHORT = 10;

/** Whether single blocks are worth a loop of their own where fewer are left than are computed together. */
export function hasSingleBlocks(code: ScalarCode, moving: readonly boolean[]): boolean {
  return lengthOf(code, moving) > SHORT;
}

function lengthOf(code: ScalarCode, moving: readonly boolean[]): number {
  return code.filter(({ op }, value) => moving[value] && op !== "constant").length;
}

/** The most values that wait to be used at one time. */
function mostLive(code: ScalarCode, moving: readonly boolean[]): number {
  const lastUse = new Map<number, number>();
  code.forEach(({ inputs }, value) => {
    if (moving[value]) for (const input of inputs) lastUse.set(input, value);
  });
  const ends = new Map<number, number>();
  let live = 0;
  let most = 0;
  code.forEach(({ op }, value) => {
    if (!moving[value] || op === "constant") return;
    live -= ends.get(value) ?? 0;
    const end = lastUse.get(value);
    if (end === undefined) return;
    live++;
    most = Math.max(most, live);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  });
  return most;
}

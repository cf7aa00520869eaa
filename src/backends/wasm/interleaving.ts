/** How many blocks a loop computes by turns: enough to hide how long instructions take, as far as registers go. */

import type { ScalarCode } from "../../kernel/scalar-code.js";

/** Vector registers that values may take; some more hold constants. */
const REGISTERS = 12;
const MOST_BLOCKS = 4;
/** Longer loop bodies are not worth it. */
const MOST_INSTRUCTIONS = 1600;

/** The number of blocks for a program, of which `moving` instructions are computed for each. */
export function blocksTogether(code: ScalarCode, moving: readonly boolean[]): number {
  const size = moving.filter((isMoving) => isMoving).length;
  const byRegisters = Math.floor(REGISTERS / Math.max(1, mostLive(code, moving)));
  const bySize = Math.floor(MOST_INSTRUCTIONS / Math.max(1, size));
  const blocks = Math.min(MOST_BLOCKS, byRegisters, bySize);
  return blocks >= 4 ? 4 : Math.max(1, Math.min(2, blocks));
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
  code.forEach((_, value) => {
    if (!moving[value]) return;
    live -= ends.get(value) ?? 0;
    const end = lastUse.get(value);
    if (end === undefined) return;
    live++;
    most = Math.max(most, live);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  });
  return most;
}

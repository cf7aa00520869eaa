/** Where random numbers come from: a stream of numbered blocks for every seed, and the one that calls without a seed share. */

import { ArgumentError } from "../core/errors.js";
import type { RandomStream } from "../core/lowering.js";
import { threefry2x32 } from "../core/numerics/threefry.js";

type Key = RandomStream["key"];

const TWO_TO_32 = 4294967296;

/** A counter that no draw reaches, so that the shared stream of a seed differs from what the seed itself gives. */
const SHARED_STREAM_COUNTER = 0xffffffff;

/** The stream of calls without a seed; none before the first of them. */
let shared: { readonly key: Key; nextBlock: number } | undefined;

function sharedStream(low: number, high: number): { readonly key: Key; nextBlock: number } {
  const key = threefry2x32(low, high, SHARED_STREAM_COUNTER, SHARED_STREAM_COUNTER);
  return { key, nextBlock: 0 };
}

/** The two words of a seed, different for different seeds. */
function seedWords(seed: unknown, operation: string): Key {
  if (typeof seed !== "number" || !Number.isSafeInteger(seed)) {
    throw new ArgumentError(
      `${operation}: seed must be an integer between −(2⁵³ − 1) and 2⁵³ − 1, got ${String(seed)}`,
    );
  }
  return [seed >>> 0, Math.floor(seed / TWO_TO_32) >>> 0];
}

/**
 * Begins the shared stream anew.
 *
 * @throws ArgumentError when the seed is no safe integer.
 */
export function seedSharedStream(seed: number, operation: string): void {
  shared = sharedStream(...seedWords(seed, operation));
}

/** The state of the shared stream. */
export interface SharedStreamState {
  readonly key: Key;
  readonly nextBlock: number;
}

/** Where the shared stream is now. */
export function sharedStreamState(): SharedStreamState {
  shared ??= streamOfEntropy();
  return { ...shared };
}

/** Runs `body` with the shared stream at an earlier place, so that it draws what was drawn then; afterwards it is where it was. */
export function replayStream<T>(state: SharedStreamState, body: () => T): T {
  const present = shared;
  shared = { ...state };
  try {
    return body();
  } finally {
    shared = present;
  }
}

function streamOfEntropy(): { readonly key: Key; nextBlock: number } {
  const entropy = crypto.getRandomValues(new Uint32Array(2));
  return sharedStream(entropy[0]!, entropy[1]!);
}

/**
 * Where a draw of `blocks` blocks starts: at the beginning of the seed's own stream, or at the next free block of the shared
 * one.
 *
 * @throws ArgumentError when the seed is no safe integer.
 */
export function takeStream(
  seed: number | undefined,
  blocks: number,
  operation: string,
): RandomStream {
  if (seed !== undefined) return { key: seedWords(seed, operation), block: 0 };
  shared ??= streamOfEntropy();
  const { key, nextBlock } = shared;
  shared.nextBlock = nextBlock + blocks;
  return { key, block: nextBlock, shared: true };
}

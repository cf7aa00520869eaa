/** Draws that a program writes once and makes many times: in the rows of a batch, and in the iterations of a loop. */

import type { RandomStream } from "./lowering.js";
import { threefry2x32 } from "./numerics/threefry.js";

const TWO_TO_32 = 4294967296;

/** Sets the keys of uses apart from all other keys. */
const USE_COUNTER = 0xfffffffe;

/** The iterations that are being run, of the outermost loop first. */
const iterations: number[] = [];

/**
 * The stream of one of several uses of a draw: one of its own where the draw is from the shared stream, the same for all where it has
 * a seed. It follows from the draw and the number of the use alone, so that a use can be repeated.
 */
export function streamOfUse(stream: RandomStream, use: number): RandomStream {
  if (stream.shared !== true) return stream;
  const { key, block } = stream;
  const [low, high] = threefry2x32(...key, block >>> 0, Math.floor(block / TWO_TO_32) >>> 0);
  return { key: threefry2x32(low, high, use >>> 0, USE_COUNTER), block: 0, shared: true };
}

/** The stream of a draw in the iterations that are being run. */
export function streamOfIteration(stream: RandomStream): RandomStream {
  return iterations.reduce(streamOfUse, stream);
}

/** Runs `body` as one iteration of a loop. */
export function inIteration<T>(iteration: number, body: () => T): T {
  iterations.push(iteration);
  try {
    return body();
  } finally {
    iterations.pop();
  }
}

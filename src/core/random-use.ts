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
  return {
    key: threefry2x32(...blockWords(stream), use >>> 0, USE_COUNTER),
    block: 0,
    shared: true,
  };
}

type Words = readonly [low: number, high: number];

/** An integer below 2⁵³ in two words. */
function words(value: number): Words {
  return [value >>> 0, Math.floor(value / TWO_TO_32) >>> 0];
}

/** The two words of a stream's first block, which serve as a key. */
function blockWords({ key, block }: RandomStream): Words {
  return threefry2x32(...key, ...words(block));
}

/** The place in the shared stream that the call which is being run has taken. */
let call: RandomStream | undefined;

/** The stream of a draw in one of many calls of a function that was traced once: it follows from the place that the call has taken. */
export function streamOfCall(stream: RandomStream, place: RandomStream): RandomStream {
  if (stream.shared !== true) return stream;
  const [low, high] = threefry2x32(...blockWords(place), ...stream.key);
  return { key: threefry2x32(low, high, ...words(stream.block)), block: 0, shared: true };
}

/** The stream of a draw in the call and the iterations that are being run. */
export function presentStream(stream: RandomStream): RandomStream {
  return iterations.reduce(streamOfUse, call === undefined ? stream : streamOfCall(stream, call));
}

/** Runs `body` as a call that has taken a place in the shared stream. */
export function inCall<T>(place: RandomStream, body: () => T): T {
  const outer = call;
  call = place;
  try {
    return body();
  } finally {
    call = outer;
  }
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

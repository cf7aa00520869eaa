/** Random bits turned into uniform, integer and normal values, the same in every engine. */

import { normalQuantile } from "./normal-quantile.js";
import { fillRandomBits, requireBlocks, threefry2x32 } from "./threefry.js";

const TWO_TO_31 = 2147483648;
const TWO_TO_32 = 4294967296;
const TWO_TO_MINUS_24 = 1 / 16777216;
const TWO_TO_MINUS_32 = 1 / TWO_TO_32;
const TWO_TO_MINUS_52 = 1 / 4503599627370496;
const TWO_TO_MINUS_53 = 1 / 9007199254740992;

/**
 * A uniform value in [0, 1) with 24 random bits, every one of which is a float32: the upper 24 bits
 * of `word`, times 2⁻²⁴.
 *
 * @param word an unsigned 32-bit random word.
 *
 * @example
 * uniformFloat32(0x80000000); // 0.5
 */
export function uniformFloat32(word: number): number {
  return (word >>> 8) * TWO_TO_MINUS_24;
}

/**
 * A uniform value in [0, 1) with 53 random bits: the upper 27 bits of `high` and the upper 26 bits
 * of `low`, times 2⁻⁵³.
 *
 * @param high an unsigned 32-bit random word.
 * @param low another.
 *
 * @example
 * uniformFloat64(0x80000000, 0); // 0.5
 */
export function uniformFloat64(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) * TWO_TO_MINUS_53;
}

/**
 * A standard normal value for float32 from one random word: the quantile of (word + ½)·2⁻³², which
 * lies in the open interval (0, 1) and is symmetric about ½. The greatest magnitude is 6.34. Not
 * yet rounded to float32.
 *
 * @param word an unsigned 32-bit random word.
 */
export function normalFloat32(word: number): number {
  return normalQuantile((word + 0.5) * TWO_TO_MINUS_32);
}

/**
 * A standard normal value for float64 from two random words: the quantile of (n + ½)·2⁻⁵², where n
 * has the upper 26 bits of either. That uniform value is exact, lies in the open interval (0, 1)
 * and is symmetric about ½; the greatest magnitude is 8.21.
 *
 * @param high an unsigned 32-bit random word.
 * @param low another.
 */
export function normalFloat64(high: number, low: number): number {
  return normalQuantile(((high >>> 6) * 67108864 + (low >>> 6) + 0.5) * TWO_TO_MINUS_52);
}

/**
 * Fills `out` with integers that are uniform from `minimum` to `maximum` − 1, all exactly equally
 * likely.
 *
 * A word w gives minimum + w mod n, where n is the number of values, if w is below the greatest
 * multiple of n up to 2³²; otherwise it is refused, as it would favour small remainders, and the
 * same word of another block is tried. Those blocks have the number of the attempt in the eleven
 * highest bits of the counter, which the blocks of a first attempt never use, so that each element
 * depends on its own position only. Like `fillRandomBits`, this uses up ⌈length / 2⌉ blocks.
 *
 * @param minimum the least value, an integer from −2³¹.
 * @param maximum the integer above the greatest value, at most 2³¹.
 * @throws RangeError when the bounds are not such integers or leave no value, or when blocks are
 *   out of range.
 *
 * @example
 * const dice = new Int32Array(10);
 * fillBoundedIntegers(1, 2, 0, dice, 1, 7);
 */
export function fillBoundedIntegers(
  key0: number,
  key1: number,
  firstBlock: number,
  out: Int32Array,
  minimum: number,
  maximum: number,
): void {
  const count = maximum - minimum;
  const integers = Number.isInteger(minimum) && Number.isInteger(maximum);
  if (!(integers && count > 0 && minimum >= -TWO_TO_31 && maximum <= TWO_TO_31)) {
    throw new RangeError(
      "Random integers need integer bounds with -2**31 <= minimum < maximum <= 2**31, " +
        `not ${minimum} and ${maximum}.`,
    );
  }
  requireBlocks(firstBlock, Math.ceil(out.length / 2));
  const limit = TWO_TO_32 - (TWO_TO_32 % count);
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  fillRandomBits(key0, key1, firstBlock, words);
  for (let position = 0; position < words.length; position += 1) {
    let word = words[position]!;
    for (let attempt = 1; word >= limit; attempt += 1) {
      const block = firstBlock + (position - (position % 2)) / 2;
      const high = Math.floor(block / TWO_TO_32) + attempt * 2097152;
      word = threefry2x32(key0, key1, block % TWO_TO_32, high)[position % 2 === 0 ? 0 : 1];
    }
    out[position] = minimum + (word % count);
  }
}

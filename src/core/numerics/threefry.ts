/**
 * The counter-based random number generator Threefry-2x32 with 20 rounds.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as
 * 1, 2, 3, Proceedings of SC11 (2011), and the Random123 library.
 */

const KEY_PARITY = 0x1bd11bda;

/** Number of blocks, 2⁵³, that one key offers to `fillRandomBits`. */
export const BLOCKS_PER_KEY = 9007199254740992;

/** Encrypts the counter with the key and writes the block's two words to `out` from `offset` on. */
function writeBlock(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
  offset: number,
): void {
  const key2 = key0 ^ key1 ^ KEY_PARITY;
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 13) | (x1 >>> 19));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 15) | (x1 >>> 17));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 26) | (x1 >>> 6));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 6) | (x1 >>> 26));
  x0 = (x0 + key1) | 0;
  x1 = (x1 + key2 + 1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 17) | (x1 >>> 15));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 29) | (x1 >>> 3));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 16) | (x1 >>> 16));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 24) | (x1 >>> 8));
  x0 = (x0 + key2) | 0;
  x1 = (x1 + key0 + 2) | 0;
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 13) | (x1 >>> 19));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 15) | (x1 >>> 17));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 26) | (x1 >>> 6));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 6) | (x1 >>> 26));
  x0 = (x0 + key0) | 0;
  x1 = (x1 + key1 + 3) | 0;
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 17) | (x1 >>> 15));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 29) | (x1 >>> 3));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 16) | (x1 >>> 16));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 24) | (x1 >>> 8));
  x0 = (x0 + key1) | 0;
  x1 = (x1 + key2 + 4) | 0;
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 13) | (x1 >>> 19));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 15) | (x1 >>> 17));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 26) | (x1 >>> 6));
  x0 = (x0 + x1) | 0;
  x1 = x0 ^ ((x1 << 6) | (x1 >>> 26));
  x0 = (x0 + key2) | 0;
  x1 = (x1 + key0 + 5) | 0;
  out[offset] = x0;
  out[offset + 1] = x1;
}

/**
 * One block of Threefry-2x32-20: 64 bits that look random, determined by a key and a counter of two
 * 32-bit words each.
 *
 * Also the way to derive keys: the block of a parent key at counter n is the key of its n-th child.
 *
 * @returns two unsigned 32-bit words.
 *
 * @example
 * threefry2x32(0, 0, 0, 0); // [0x6b200159, 0x99ba4efe]
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): readonly [number, number] {
  const block = new Uint32Array(2);
  writeBlock(key0, key1, counter0, counter1, block, 0);
  return [block[0]!, block[1]!];
}

/**
 * Fills `out` with random words: words 2i and 2i + 1 are the block of the counter `firstBlock + i`.
 * Nothing but key and counter matters, so any part of a stream can be made alone, in any order. An
 * odd last word is the first of its block; the fill uses up ⌈length / 2⌉ blocks.
 *
 * The block number's lower 32 bits are the counter's first word, the others its second.
 *
 * @param firstBlock an integer from 0; the last block used must stay below `BLOCKS_PER_KEY`.
 * @throws RangeError when a block number is out of range.
 *
 * @example
 * const words = new Uint32Array(1000);
 * fillRandomBits(1, 2, 0, words); // blocks 0 to 499 of key (1, 2)
 */
export function fillRandomBits(
  key0: number,
  key1: number,
  firstBlock: number,
  out: Uint32Array,
): void {
  requireBlocks(firstBlock, Math.ceil(out.length / 2));
  let low = firstBlock % 4294967296;
  let high = (firstBlock - low) / 4294967296;
  const evenLength = out.length - (out.length % 2);
  for (let offset = 0; offset < evenLength; offset += 2) {
    writeBlock(key0, key1, low, high, out, offset);
    low += 1;
    if (low === 4294967296) {
      low = 0;
      high += 1;
    }
  }
  if (evenLength < out.length) {
    out[evenLength] = threefry2x32(key0, key1, low, high)[0];
  }
}

/**
 * Checks that `count` blocks from `firstBlock` on exist under one key.
 *
 * @throws RangeError when they do not.
 */
export function requireBlocks(firstBlock: number, count: number): void {
  if (!(Number.isInteger(firstBlock) && firstBlock >= 0 && firstBlock <= BLOCKS_PER_KEY - count)) {
    throw new RangeError(
      `Random blocks are numbered 0 to 2**53 - 1; ${count} were asked for from ${firstBlock} on.`,
    );
  }
}

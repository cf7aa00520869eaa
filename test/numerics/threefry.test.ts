/** Threefry-2x32-20 against published vectors, and how a stream is laid out. */

import { describe, expect, it } from "vitest";
import { BLOCKS_PER_KEY, fillRandomBits, threefry2x32 } from "../../src/core/numerics/threefry.js";

describe("threefry2x32", () => {
  it("gives the known answers of Random123", () => {
    expect(threefry2x32(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe]);
    expect(threefry2x32(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)).toEqual([
      0x1cb996fc, 0xbb002be7,
    ]);
    expect(threefry2x32(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual([
      0xc4923a9c, 0x483df7a0,
    ]);
  });

  it("gives what JAX's threefry_2x32 gives", () => {
    expect(threefry2x32(0x9f767c45, 0x4164d839, 0xbde5c099, 0x5bc8fbbc)).toEqual([
      0x04bc1751, 0xec292e3b,
    ]);
    expect(threefry2x32(0xcb91ce37, 0xb0c11fde, 0xf1446bea, 0xd76d4330)).toEqual([
      0x817a6c05, 0x607469e1,
    ]);
    expect(threefry2x32(0xbd69fe29, 0xa6eb8c9e, 0xec1d7da0, 0x87b0b125)).toEqual([
      0x3b7a5db5, 0x27b444be,
    ]);
    expect(threefry2x32(0x076ce2ef, 0xd7210dff, 0x77330bdb, 0xc6a53877)).toEqual([
      0x7bb98b7f, 0xac691dd7,
    ]);
    expect(threefry2x32(0xf17fd374, 0x3fc1ea36, 0xa6233255, 0x0d464138)).toEqual([
      0x148b3905, 0x34ad873d,
    ]);
    expect(threefry2x32(0xe6a16a3b, 0x2827688d, 0x1cfb10f6, 0x5f2dd97f)).toEqual([
      0xd1be81b9, 0xbe9add9e,
    ]);
  });
});

describe("fillRandomBits", () => {
  it("writes the blocks of successive counters", () => {
    const words = new Uint32Array(6);
    fillRandomBits(7, 9, 41, words);
    expect([...words]).toEqual([41, 42, 43].flatMap((block) => threefry2x32(7, 9, block, 0)));
  });

  it("carries into the counter's second word", () => {
    const words = new Uint32Array(4);
    fillRandomBits(7, 9, 3 * 2 ** 32 - 1, words);
    expect([...words]).toEqual([...threefry2x32(7, 9, 0xffffffff, 2), ...threefry2x32(7, 9, 0, 3)]);
  });

  it("makes any part of a stream alone, and odd lengths", () => {
    const whole = new Uint32Array(101);
    fillRandomBits(1, 2, 0, whole);
    const part = new Uint32Array(21);
    fillRandomBits(1, 2, 40, part);
    expect([...part]).toEqual([...whole.subarray(80)]);
    fillRandomBits(1, 2, 0, new Uint32Array(0));
  });

  it("refuses blocks that do not exist", () => {
    const words = new Uint32Array(4);
    for (const block of [-1, 0.5, Number.NaN, BLOCKS_PER_KEY - 1, Number.POSITIVE_INFINITY]) {
      expect(() => fillRandomBits(1, 2, block, words)).toThrow(RangeError);
    }
    fillRandomBits(1, 2, BLOCKS_PER_KEY - 2, words);
  });
});

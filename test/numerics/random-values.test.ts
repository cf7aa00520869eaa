/** Uniform, integer and normal values: their ranges and their statistics for a fixed key. */

import { describe, expect, it } from "vitest";
import {
  fillBoundedIntegers,
  normalFloat32,
  normalFloat64,
  uniformFloat32,
  uniformFloat64,
} from "../../src/core/numerics/random-values.js";
import { fillRandomBits, threefry2x32 } from "../../src/core/numerics/threefry.js";

const GREATEST_WORD = 0xffffffff;
const COUNT = 200_000;

/** `COUNT` values of a generator, from one word each or from two. */
function sample(generate: (first: number, second: number) => number, wordsPerValue: 1 | 2) {
  const words = new Uint32Array(COUNT * wordsPerValue);
  fillRandomBits(20, 24, 0, words);
  return Float64Array.from({ length: COUNT }, (_, position) =>
    generate(
      words[position * wordsPerValue]!,
      words[position * wordsPerValue + wordsPerValue - 1]!,
    ),
  );
}

/** The mean of (x − center)^degree. */
function moment(values: Float64Array, degree: number, center: number): number {
  return values.reduce((sum, value) => sum + (value - center) ** degree, 0) / values.length;
}

/** Pearson's statistic of observed counts against equal expected ones. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** How often each of `bins` equal parts of [0, 1) occurs. */
function histogram(values: Float64Array, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(value * bins);
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

describe("uniform values", () => {
  it("lie in [0, 1) and reach its ends", () => {
    expect(uniformFloat32(0)).toBe(0);
    expect(uniformFloat32(GREATEST_WORD)).toBe(1 - 2 ** -24);
    expect(Math.fround(uniformFloat32(GREATEST_WORD))).toBe(1 - 2 ** -24);
    expect(uniformFloat64(0, 0)).toBe(0);
    expect(uniformFloat64(GREATEST_WORD, GREATEST_WORD)).toBe(1 - 2 ** -53);
  });

  it.each([
    ["float32", () => sample(uniformFloat32, 1)],
    ["float64", () => sample(uniformFloat64, 2)],
  ] as const)(
    "of %s have the mean, variance and histogram of the uniform distribution",
    (_, draw) => {
      const values = draw();
      expect(Math.abs(moment(values, 1, 0) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / COUNT));
      expect(Math.abs(moment(values, 2, 0.5) - 1 / 12)).toBeLessThan(
        4 * Math.sqrt(1 / 180 / COUNT),
      );
      // With 255 degrees of freedom, 347 is exceeded once in 10,000 trials, 174 fallen short of as
      // seldom.
      const statistic = chiSquare(histogram(values, 256));
      expect(statistic).toBeGreaterThan(174);
      expect(statistic).toBeLessThan(347);
    },
  );

  it("in succession are uncorrelated", () => {
    const values = sample(uniformFloat32, 1);
    let sum = 0;
    for (let position = 1; position < COUNT; position += 1) {
      sum += (values[position]! - 0.5) * (values[position - 1]! - 0.5);
    }
    expect(Math.abs((12 * sum) / COUNT)).toBeLessThan(4 / Math.sqrt(COUNT));
  });
});

describe("normal values", () => {
  it("are finite and symmetric at the ends of the range", () => {
    expect(normalFloat32(0)).toBeCloseTo(-6.338, 3);
    expect(normalFloat32(GREATEST_WORD)).toBe(-normalFloat32(0));
    expect(normalFloat64(0, 0)).toBeCloseTo(-8.2095, 3);
    expect(normalFloat64(GREATEST_WORD, GREATEST_WORD)).toBe(-normalFloat64(0, 0));
  });

  it.each([
    ["float32", () => sample(normalFloat32, 1)],
    ["float64", () => sample(normalFloat64, 2)],
  ] as const)("of %s have the moments of the standard normal distribution", (_, draw) => {
    const values = draw();
    const root = Math.sqrt(COUNT);
    expect(Math.abs(moment(values, 1, 0))).toBeLessThan(4 / root);
    expect(Math.abs(moment(values, 2, 0) - 1)).toBeLessThan((4 * Math.sqrt(2)) / root);
    expect(Math.abs(moment(values, 3, 0))).toBeLessThan((4 * Math.sqrt(15)) / root);
    expect(Math.abs(moment(values, 4, 0) - 3)).toBeLessThan((4 * Math.sqrt(96)) / root);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / COUNT;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(4 * Math.sqrt(0.0455 / COUNT));
  });
});

describe("fillBoundedIntegers", () => {
  it("gives every value equally often", () => {
    const out = new Int32Array(COUNT);
    fillBoundedIntegers(3, 5, 0, out, -4, 9);
    const counts = new Array<number>(13).fill(0);
    for (const value of out) {
      counts[value + 4] = counts[value + 4]! + 1;
    }
    expect(Object.keys(counts)).toHaveLength(13);
    // 12 degrees of freedom: 1 in 10,000 beyond 39.
    expect(chiSquare(counts)).toBeLessThan(39);
  });

  it("is unbiased where taking the remainder alone would favour the lowest third by 2 : 1", () => {
    const out = new Int32Array(COUNT);
    const count = 3 * 2 ** 30;
    fillBoundedIntegers(3, 5, 0, out, -(2 ** 31), -(2 ** 31) + count);
    const thirds = [0, 0, 0];
    for (const value of out) {
      const third = Math.floor((value + 2 ** 31) / 2 ** 30);
      thirds[third] = thirds[third]! + 1;
    }
    // 2 degrees of freedom: 1 in 10,000 beyond 18.4.
    expect(chiSquare(thirds)).toBeLessThan(18.4);
  });

  it("makes each element from its position alone", () => {
    const minimum = -(2 ** 31);
    const maximum = 2 ** 30;
    const whole = new Int32Array(1001);
    fillBoundedIntegers(3, 5, 0, whole, minimum, maximum);
    const part = new Int32Array(401);
    fillBoundedIntegers(3, 5, 300, part, minimum, maximum);
    expect([...part]).toEqual([...whole.subarray(600)]);
  });

  it("covers the whole of int32, and a single value", () => {
    const out = new Int32Array(2);
    fillBoundedIntegers(0, 0, 0, out, -(2 ** 31), 2 ** 31);
    expect([...out]).toEqual(threefry2x32(0, 0, 0, 0).map((word) => word - 2 ** 31));
    fillBoundedIntegers(0, 0, 0, out, 5, 6);
    expect([...out]).toEqual([5, 5]);
  });

  it("refuses bounds without values between them", () => {
    const out = new Int32Array(2);
    for (const [minimum, maximum] of [
      [1, 1],
      [2, 1],
      [0.5, 3],
      [0, Number.NaN],
      [0, 2 ** 31 + 1],
      [-(2 ** 31) - 1, 0],
    ] as const) {
      expect(() => fillBoundedIntegers(0, 0, 0, out, minimum, maximum)).toThrow(RangeError);
    }
    expect(() => fillBoundedIntegers(0, 0, -1, out, 0, 2)).toThrow(RangeError);
  });
});

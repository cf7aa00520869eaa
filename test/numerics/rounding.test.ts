/** Rounding, remainders, integer conversion and integer powers where JavaScript's differ. */

import { describe, expect, it } from "vitest";
import { integerPower } from "../../src/core/numerics/integer-power.js";
import { floorModulo, roundHalfToEven, saturatingInt32 } from "../../src/core/numerics/rounding.js";

const infinity = Number.POSITIVE_INFINITY;

describe("roundHalfToEven", () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, -0],
    [-1.5, -2],
    [-2.5, -2],
    [0.49999999999999994, 0],
    [-0.3, -0],
    [-0, -0],
    [2.4, 2],
    [2.6, 3],
    [4503599627370495.5, 4503599627370496],
    [4503599627370494.5, 4503599627370494],
    [9007199254740991, 9007199254740991],
    [-1e300, -1e300],
    [infinity, infinity],
    [-infinity, -infinity],
    [Number.NaN, Number.NaN],
  ])("of %f is %f", (x, expected) => {
    expect(roundHalfToEven(x)).toBe(expected);
  });
});

describe("floorModulo, as TensorFlow's floormod", () => {
  it.each([
    [5, 3, 2],
    [-5, 3, 1],
    [5, -3, -1],
    [-5, -3, -2],
    [4, -2, 0],
    [-4, 2, -0],
    [5.5, 2, 1.5],
    [1, 0, Number.NaN],
    [infinity, 3, Number.NaN],
    [5, infinity, 5],
    [-5, infinity, infinity],
    [5, -infinity, -infinity],
    [-5, -infinity, -5],
    [0, -3, 0],
    [-0, 3, -0],
    [Number.NaN, 1, Number.NaN],
  ])("of %f by %f is %f", (dividend, divisor, expected) => {
    expect(floorModulo(dividend, divisor)).toBe(expected);
  });
});

describe("saturatingInt32", () => {
  it.each([
    [2.9, 2],
    [-2.9, -2],
    [2147483647.5, 2147483647],
    [1e10, 2147483647],
    [-1e10, -2147483648],
    [infinity, 2147483647],
    [-infinity, -2147483648],
    [Number.NaN, 0],
    [-0.5, 0],
  ])("of %f is %i", (x, expected) => {
    expect(saturatingInt32(x)).toBe(expected);
  });
});

describe("integerPower", () => {
  it("agrees with exact powers, wrapped to 32 bits", () => {
    for (let base = -20; base <= 20; base += 1) {
      for (let exponent = 0; exponent <= 70; exponent += 1) {
        const exact = BigInt.asIntN(32, BigInt(base) ** BigInt(exponent));
        expect(integerPower(base, exponent)).toBe(Number(exact));
      }
    }
    expect(integerPower(-1, 2147483647)).toBe(-1);
    expect(integerPower(3, 2147483647)).toBe(-1431655765);
  });

  it("refuses a negative exponent", () => {
    expect(() => integerPower(2, -1)).toThrow(RangeError);
  });
});

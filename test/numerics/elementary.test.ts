/** Elementary functions, the engine's and ours, in units in the last place of the exact value. */

import { describe, expect, it } from "vitest";
import { tanh } from "../../src/core/numerics/hyperbolic-tangent.js";
import { sigmoid, softplus } from "../../src/core/numerics/logistic.js";
import { portableLog } from "../../src/core/numerics/portable-logarithm.js";
import { power } from "../../src/core/numerics/power.js";
import { compareWithGolden, ulpDistance, worst } from "./elementary-golden.js";

const cases: readonly (readonly [string, (...operands: number[]) => number, number])[] = [
  ["exp", Math.exp, 2],
  ["log", Math.log, 2],
  ["sin", Math.sin, 2],
  ["cos", Math.cos, 2],
  ["tanh", tanh, 2],
  ["tan", Math.tan, 4],
  ["asin", Math.asin, 4],
  ["acos", Math.acos, 4],
  ["atan", Math.atan, 4],
  ["atan2", Math.atan2, 4],
  ["sinh", Math.sinh, 4],
  ["cosh", Math.cosh, 4],
  ["asinh", Math.asinh, 4],
  ["acosh", Math.acosh, 4],
  ["atanh", Math.atanh, 4],
  ["expm1", Math.expm1, 4],
  ["log1p", Math.log1p, 4],
  ["cbrt", Math.cbrt, 4],
  ["hypot", Math.hypot, 4],
  ["sqrt", Math.sqrt, 0],
  ["log", portableLog, 1],
  ["power", power, 1],
  ["sigmoid", sigmoid, 2],
  ["softplus", softplus, 2],
];

describe("elementary functions are accurate over their whole range", () => {
  it.each(cases)("%s is within its bound (%#)", (name, evaluate, bound) => {
    const comparisons = compareWithGolden(name, evaluate);
    const found = worst(comparisons, ({ actual, expected }) => ulpDistance(actual, expected));
    expect(found.error, `at ${found.at.join(", ")}`).toBeLessThanOrEqual(bound);
  });
});

describe("tanh", () => {
  it("keeps zeros and infinities, and is exactly odd", () => {
    expect(tanh(-0)).toBe(-0);
    expect(tanh(0)).toBe(0);
    expect(tanh(Number.POSITIVE_INFINITY)).toBe(1);
    expect(tanh(Number.NEGATIVE_INFINITY)).toBe(-1);
    expect(tanh(Number.NaN)).toBeNaN();
    for (const x of [5e-324, 1e-9, 0.3, 0.79, 0.81, 5, 30]) {
      expect(tanh(-x)).toBe(-tanh(x));
    }
  });
});

describe("power", () => {
  it("follows IEEE 754 at special values", () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    const special: readonly (readonly [number, number, number])[] = [
      [nan, 0, 1],
      [1, nan, 1],
      [nan, 1, nan],
      [2, nan, nan],
      [1, infinity, 1],
      [-1, infinity, 1],
      [-1, -infinity, 1],
      [2, infinity, infinity],
      [0.5, infinity, 0],
      [-0.5, -infinity, infinity],
      [0, -1, infinity],
      [-0, -1, -infinity],
      [-0, -2, infinity],
      [-0, 3, -0],
      [-0, 0.5, 0],
      [-infinity, 3, -infinity],
      [-infinity, -3, -0],
      [-infinity, 0.5, infinity],
      [-8, 1 / 3, nan],
      [-2, 3, -8],
      [-2, -1, -0.5],
      [-3, 2, 9],
    ];
    for (const [base, exponent, expected] of special) {
      expect(power(base, exponent), `${base} to the power ${exponent}`).toBe(expected);
    }
  });

  it("is exact where the result is a double", () => {
    let powerOfTwo = Number.MIN_VALUE;
    for (let exponent = -1074; exponent <= 1023; exponent += 1) {
      expect(power(2, exponent)).toBe(powerOfTwo);
      powerOfTwo *= 2;
    }
    for (let base = 3n; base <= 30n; base += 1n) {
      for (let exponent = 3n; base ** exponent < 2n ** 53n; exponent += 1n) {
        expect(power(Number(base), Number(exponent))).toBe(Number(base ** exponent));
        expect(power(-Number(base), Number(exponent))).toBe(Number((-base) ** exponent));
      }
    }
  });

  it("overflows and underflows where the exponent is huge", () => {
    expect(power(2, 1024)).toBe(Number.POSITIVE_INFINITY);
    expect(power(-2, 1025)).toBe(Number.NEGATIVE_INFINITY);
    expect(power(2, -1075)).toBe(0);
    expect(power(1 + 2 ** -52, 2 ** 65)).toBe(Number.POSITIVE_INFINITY);
    expect(power(1 - 2 ** -53, 2 ** 65)).toBe(0);
    expect(power(-2, 2 ** 53 + 2)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("portableLog", () => {
  it("gives −∞ at zero, NaN below, ∞ at ∞", () => {
    expect(portableLog(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(portableLog(-0)).toBe(Number.NEGATIVE_INFINITY);
    expect(portableLog(-1)).toBeNaN();
    expect(portableLog(Number.NaN)).toBeNaN();
    expect(portableLog(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(portableLog(1)).toBe(0);
  });
});

describe("sigmoid and softplus", () => {
  it("neither overflow nor lose their tails", () => {
    expect(sigmoid(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(sigmoid(Number.POSITIVE_INFINITY)).toBe(1);
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(-1000)).toBe(0);
    expect(sigmoid(Number.NaN)).toBeNaN();
    expect(softplus(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(softplus(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(softplus(0)).toBe(Math.LN2);
    expect(softplus(1000)).toBe(1000);
    expect(softplus(Number.NaN)).toBeNaN();
  });
});

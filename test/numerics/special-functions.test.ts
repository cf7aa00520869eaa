/** The error functions, the gamma family and the Hurwitz zeta function against exact values. */

import { describe, expect, it } from "vitest";
import { erf, erfc } from "../../src/core/numerics/error-function.js";
import { digamma, lgamma } from "../../src/core/numerics/gamma.js";
import { hurwitzZeta, polygamma } from "../../src/core/numerics/polygamma.js";
import { compareWithGolden, relativeError, ulpDistance, worst } from "./elementary-golden.js";

const infinity = Number.POSITIVE_INFINITY;

describe("erf and erfc", () => {
  it.each([
    ["erf", erf, 1],
    ["erfc", erfc, 3],
  ] as const)("%s is accurate over its whole range", (name, evaluate, bound) => {
    const found = worst(compareWithGolden(name, evaluate), ({ actual, expected }) =>
      ulpDistance(actual, expected),
    );
    expect(found.error, `at ${found.at.join(", ")}`).toBeLessThanOrEqual(bound);
  });

  it("have exact limits and symmetry", () => {
    expect(erf(infinity)).toBe(1);
    expect(erf(-infinity)).toBe(-1);
    expect(erf(-0)).toBe(-0);
    expect(erf(Number.NaN)).toBeNaN();
    expect(erfc(infinity)).toBe(0);
    expect(erfc(-infinity)).toBe(2);
    expect(erfc(0)).toBe(1);
    expect(erfc(28)).toBe(0);
    expect(erfc(26.5)).toBeGreaterThan(0);
    expect(erfc(Number.NaN)).toBeNaN();
    for (const x of [5e-324, 0.1, 0.9, 1.3, 3, 5.5, 7]) {
      expect(erf(-x)).toBe(-erf(x));
    }
  });
});

describe("lgamma, digamma, polygamma and hurwitzZeta", () => {
  it.each([
    ["lgamma", lgamma, 1e-14],
    ["digamma", digamma, 2e-14],
    ["polygamma", polygamma, 1e-13],
    ["hurwitzZeta", hurwitzZeta, 1e-13],
  ] as const)(
    "%s is accurate for positive arguments, near its zeros too",
    (name, evaluate, bound) => {
      const positive = compareWithGolden(
        name,
        evaluate as (...operands: number[]) => number,
      ).filter(({ at }) => at.at(-1)! > 0);
      const found = worst(positive, (comparison) => relativeError(comparison, 0));
      expect(found.error, `at ${found.at.join(", ")}`).toBeLessThanOrEqual(bound);
    },
  );

  it.each([
    ["lgamma", lgamma],
    ["digamma", digamma],
    ["polygamma", polygamma],
    ["hurwitzZeta", hurwitzZeta],
  ] as const)(
    "%s is accurate for negative arguments, absolutely near its zeros",
    (name, evaluate) => {
      const negative = compareWithGolden(
        name,
        evaluate as (...operands: number[]) => number,
      ).filter(({ at }) => at.at(-1)! < 0);
      const found = worst(negative, (comparison) => relativeError(comparison, 1));
      expect(found.error, `at ${found.at.join(", ")}`).toBeLessThanOrEqual(1e-13);
    },
  );

  it("have TensorFlow's values at poles and infinities", () => {
    for (const pole of [0, -0, -1, -2, -1e300]) {
      expect(lgamma(pole)).toBe(infinity);
      expect(digamma(pole)).toBeNaN();
      expect(polygamma(1, pole)).toBe(infinity);
      expect(polygamma(2, pole)).toBeNaN();
      expect(polygamma(3, pole)).toBe(infinity);
      expect(hurwitzZeta(2, pole)).toBe(infinity);
      expect(hurwitzZeta(3, pole)).toBeNaN();
    }
    expect(lgamma(infinity)).toBe(infinity);
    expect(lgamma(-infinity)).toBe(infinity);
    expect(lgamma(Number.NaN)).toBeNaN();
    expect(lgamma(1)).toBe(0);
    expect(lgamma(2)).toBe(0);
    expect(lgamma(1e308)).toBe(infinity);
    expect(digamma(infinity)).toBe(infinity);
    expect(digamma(-infinity)).toBeNaN();
    expect(digamma(Number.NaN)).toBeNaN();
    expect(polygamma(1, infinity)).toBe(0);
    expect(polygamma(2, infinity)).toBe(-0);
    expect(polygamma(1, -infinity)).toBeNaN();
    expect(polygamma(1, Number.NaN)).toBeNaN();
    expect(polygamma(1.5, 2)).toBeNaN();
    expect(polygamma(-1, 2)).toBeNaN();
    expect(hurwitzZeta(1, 2)).toBe(infinity);
    expect(hurwitzZeta(0.5, 2)).toBeNaN();
    expect(hurwitzZeta(2.5, -1.5)).toBeNaN();
    expect(hurwitzZeta(infinity, 2)).toBe(0);
    expect(hurwitzZeta(2, infinity)).toBe(0);
  });

  it("polygamma of order 0 is digamma, and each order the derivative of the one before", () => {
    for (const x of [0.3, 1.4616, 4.5, 12, -0.3, -2.7]) {
      expect(polygamma(0, x)).toBe(digamma(x));
      for (const order of [0, 1, 2, 3]) {
        const step = 1e-5;
        const difference = (polygamma(order, x + step) - polygamma(order, x - step)) / (2 * step);
        const derivative = polygamma(order + 1, x);
        expect(Math.abs(difference / derivative - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it("polygamma overflows to an infinity of the right sign", () => {
    expect(polygamma(200, -1.4)).toBe(infinity);
    expect(polygamma(200, -1.6)).toBe(-infinity);
    expect(polygamma(201, -1.5)).toBe(infinity);
    expect(polygamma(1, 1e-200)).toBe(infinity);
    expect(polygamma(2, 1e-200)).toBe(-infinity);
  });
});

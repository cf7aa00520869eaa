/** The accuracy of the normal quantile, and its bits, which must not vary between engines. */

import { expect, it } from "vitest";
import { erfc } from "../../src/core/numerics/error-function.js";
import { normalQuantile } from "../../src/core/numerics/normal-quantile.js";
import { compareWithGolden, relativeError, worst } from "./elementary-golden.js";

it("normalQuantile is accurate to 1e-15, into both tails", () => {
  const found = worst(compareWithGolden("normalQuantile", normalQuantile), (comparison) =>
    relativeError(comparison, 0),
  );
  expect(found.error, `at ${found.at.join(", ")}`).toBeLessThanOrEqual(1e-15);
});

it("normalQuantile is exactly antisymmetric about ½", () => {
  expect(normalQuantile(0.5)).toBe(0);
  for (const p of [2 ** -40, 0.0625, 0.1875, 0.375, 0.4375]) {
    expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
  }
});

it("normalQuantile is infinite at 0 and 1 and NaN outside", () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(-0.1)).toBeNaN();
  expect(normalQuantile(1.1)).toBeNaN();
  expect(normalQuantile(Number.NaN)).toBeNaN();
});

it("normalQuantile inverts the distribution function", () => {
  for (const z of [-8, -3, -1, -0.1, 0.1, 1]) {
    const p = 0.5 * erfc(-z / Math.SQRT2);
    expect(normalQuantile(p)).toBeCloseTo(z, 13);
  }
});

it("normalQuantile gives the recorded bits", () => {
  let checksum = 0n;
  let tail = 1;
  const bits = new BigUint64Array(1);
  const double = new Float64Array(bits.buffer);
  for (let numerator = 1; numerator < 4096; numerator += 1) {
    double[0] = normalQuantile(numerator / 4096);
    checksum = BigInt.asUintN(64, checksum * 31n + bits[0]!);
    tail *= 0.84375;
    double[0] = normalQuantile(tail);
    checksum = BigInt.asUintN(64, checksum * 31n + bits[0]!);
  }
  expect(checksum).toBe(6344178402082225391n);
});

/** Reductions inside kernels, beside results of their own, at sizes around lanes and unrolled blocks. */

import { describe, expect, it } from "vitest";
import { allocate, type DType, roundTo, type TypedArray } from "../../src/core/dtype.js";
import type { Reducer } from "../../src/core/lowering.js";
import { CodeBuilder } from "../../src/kernel/code-builder.js";
import type { ElementwiseKernel } from "../../src/kernel/elementwise-kernel.js";
import { scalarType } from "../../src/kernel/scalar-code.js";
import { randomNumbers } from "../harness/operands.js";
import { prepare } from "./kernels.js";

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 1000];

/** The reduction of the array and, beside it, of the array in float64, which makes lanes narrow. */
function reduction(dtype: DType, reducer: Reducer, wide: boolean): ElementwiseKernel {
  const code = new CodeBuilder();
  const x = code.operand(scalarType(dtype), 0);
  const results = [{ value: x, reducer }, { value: x }];
  if (wide) results.push({ value: code.convert("f64", x) });
  return { operands: [{ dtype, step: 1 }], code: code.code, results };
}

function valuesFor(dtype: DType, size: number): TypedArray {
  const random = randomNumbers(`${dtype} ${size}`);
  const values = allocate(dtype, size, "test");
  for (let at = 0; at < size; at++) {
    values[at] = dtype === "bool" ? +(random() < 0.5) : roundTo(dtype, (random() - 0.5) * 2e9);
  }
  return values;
}

const COMBINE: Readonly<Record<Reducer, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  any: (a, b) => a | b,
  all: (a, b) => a & b,
};
const IDENTITY: Readonly<Record<Reducer, number>> = {
  sum: 0,
  product: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
  any: 0,
  all: 1,
};

function expected(reducer: Reducer, dtype: DType, values: TypedArray): number {
  const numbers = Array.from(values);
  if (dtype !== "int32") return numbers.reduce((a, b) => COMBINE[reducer](a, b), IDENTITY[reducer]);
  if (reducer === "product") return numbers.reduce((a, b) => Math.imul(a, b), 1);
  if (reducer === "sum") return numbers.reduce((a, b) => (a + b) | 0, 0);
  const start = reducer === "max" ? -(2 ** 31) : 2 ** 31 - 1;
  return numbers.reduce((a, b) => COMBINE[reducer](a, b), start);
}

const cases = (["float32", "float64", "int32", "bool"] as const).flatMap((dtype) =>
  (dtype === "bool"
    ? (["any", "all"] as const)
    : (["sum", "product", "max", "min"] as const)
  ).flatMap((reducer) => [false, true].map((wide) => ({ dtype, reducer, wide }))),
);

describe.each(cases)("$reducer of $dtype, beside float64: $wide", ({ dtype, reducer, wide }) => {
  it("is right at every size", () => {
    const run = prepare(reduction(dtype, reducer, wide));
    for (const size of SIZES) {
      const scale = reducer === "product" && dtype !== "int32" ? 1e-9 : 1;
      const values = valuesFor(dtype, size).map((value) => value * scale);
      const [total, copy, converted] = run([values], size, size % 4);
      const wanted = expected(reducer, dtype, values);
      if (reducer === "sum" || reducer === "product") {
        const tolerance =
          dtype === "int32" ? 0 : 1e-12 * size * (reducer === "sum" ? 1e9 : Math.abs(wanted));
        expect(Math.abs(total![0]! - wanted), `${size}`).toBeLessThanOrEqual(tolerance);
      } else {
        expect(total![0], `${size}`).toBe(wanted);
      }
      expect(copy).toEqual(values);
      if (wide) expect(Array.from(converted!)).toEqual(Array.from(values));
    }
  });
});

it("max and min give NaN wherever a NaN is, and know −0 from 0", () => {
  for (const dtype of ["float32", "float64"] as const) {
    for (const reducer of ["max", "min"] as const) {
      const run = prepare(reduction(dtype, reducer, false));
      for (let at = 0; at < 17; at++) {
        const values = valuesFor(dtype, 17);
        values[at] = Number.NaN;
        expect(run([values], 17)[0]![0]).toBeNaN();
        values.fill(reducer === "max" ? -0 : 0);
        values[at] = reducer === "max" ? 0 : -0;
        expect(run([values], 17)[0]![0]).toBe(reducer === "max" ? 0 : -0);
      }
    }
  }
});

/** Reductions inside kernels, beside results of their own, at sizes around lanes and unrolled blocks. */

import * as tf from "gradtape";
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

describe.each(["float32", "float64"] as const)("max and min of %s", (dtype) => {
  const SIZE = 39;
  it.each(["max", "min"] as const)(
    "%s gives NaN wherever a NaN is, and knows −0 from 0",
    (reducer) => {
      const sign = reducer === "max" ? 1 : -1;
      for (const wide of [false, true]) {
        const run = prepare(reduction(dtype, reducer, wide));
        const resultOf = (values: TypedArray): number => run([values], SIZE)[0]![0]!;
        for (let at = 0; at < SIZE; at++) {
          const values = valuesFor(dtype, SIZE);
          values[at] = Number.NaN;
          expect(resultOf(values)).toBeNaN();
          values.fill(-sign * 0);
          expect(resultOf(values)).toBe(-sign * 0);
          values[at] = sign * 0;
          expect(resultOf(values)).toBe(sign * 0);
          // Others that are further away, with a sign like that of the zero that does not count.
          values.fill(-sign * 3);
          values[at] = -sign * 0;
          expect(resultOf(values)).toBe(-sign * 0);
          values[(at + 8) % SIZE] = sign * 0;
          expect(resultOf(values)).toBe(sign * 0);
          values.fill(-sign * Number.POSITIVE_INFINITY);
          expect(resultOf(values)).toBe(-sign * Number.POSITIVE_INFINITY);
        }
      }
    },
  );
});

it("the greatest and least of columns are NaN and zeros like those of one", () => {
  for (const dtype of ["float32", "float64"] as const) {
    const columns = [
      [-0, 0, -1],
      [-0, -0, -1],
      [0, 0, 1],
      [-0, 1, 0],
      [Number.NaN, 1, 2],
      [1, Number.NaN, 2],
      [Number.NEGATIVE_INFINITY, -0, Number.NEGATIVE_INFINITY],
    ];
    const rows = [0, 1, 2].map((row) => columns.map((column) => column[row]!));
    const x = tf.constant(rows, { dtype });
    const both = tf.compile((own: tf.Tensor) => [
      tf.reduceMax(own, { axis: 0 }),
      tf.reduceMin(own, { axis: 0 }),
    ])(x);
    const wanted = [Math.max, Math.min].map((f) => columns.map((column) => f(...column)));
    expect(both.map((one) => Array.from(one.data()))).toEqual(wanted);
  }
});

/** Guarded values: what lanes and single elements give where some are ordinary and others are not. */

import { describe, expect, it } from "vitest";
import { detectFeatures } from "../../src/backends/wasm/features.js";
import { allocate } from "../../src/core/dtype.js";
import { CodeBuilder } from "../../src/kernel/code-builder.js";
import type { ElementwiseKernel } from "../../src/kernel/elementwise-kernel.js";
import type { FloatType, ScalarCode } from "../../src/kernel/scalar-code.js";
import { exp } from "../../src/ops/exponential.js";
import { cosh } from "../../src/ops/hyperbolic.js";
import { opKernel, prepare } from "./kernels.js";
import { distance } from "./ulps.js";

const DTYPES = { f32: "float32", f64: "float64" } as const;
const SIZE = 41;
const options = detectFeatures().relaxedSimd ? [false, true] : [false];

/** (x, y) ↦ |x| − y/4. */
function fallbackOf(type: FloatType): ScalarCode {
  const code = new CodeBuilder();
  const x = code.operand(type, 0);
  const y = code.operand(type, 1);
  code.sub(code.unary("abs", x), code.mul(y, code.like(y, 0.25)));
  return code.code;
}

/** 2x where x < 1, else |x| − y/4 with y = x + 1; beside float64 lanes are narrow. */
function guarded(type: FloatType, wide: boolean): ElementwiseKernel {
  const code = new CodeBuilder();
  const x = code.operand(type, 0);
  const one = code.like(x, 1);
  const condition = code.compare("lt", x, one);
  const inputs = [x, code.add(x, one)];
  const value = code.guard(condition, code.add(x, x), fallbackOf(type), inputs);
  const results = wide ? [{ value }, { value: code.convert("f64", x) }] : [{ value }];
  return { operands: [{ dtype: DTYPES[type], step: 1 }], code: code.code, results };
}

const expected = (x: number): number => (x < 1 ? 2 * x : Math.abs(x) - (x + 1) / 4);

const cases = options.flatMap((relaxedSimd) =>
  (["f32", "f64"] as const).flatMap((type) =>
    [false, true].map((wide) => ({ type, wide, relaxedSimd })),
  ),
);

describe.each(cases)("$type, beside float64: $wide, relaxed: $relaxedSimd", (one) => {
  const { type, wide, relaxedSimd } = one;
  const run = prepare(guarded(type, wide), { relaxedSimd });

  it("falls back where the condition does not hold, and only there", () => {
    for (const step of [1, 2, 3, 5, 7, 16, 40]) {
      for (let first = 0; first < Math.min(step, 5); first++) {
        const values = allocate(DTYPES[type], SIZE, "test");
        for (let at = 0; at < SIZE; at++) values[at] = at % step === first ? 4 + at : -at;
        const [found] = run([values], SIZE);
        expect(Array.from(found!)).toEqual(Array.from(values, expected));
      }
    }
  });

  it("falls back for NaN", () => {
    const values = allocate(DTYPES[type], SIZE, "test").fill(0.5);
    values[6] = Number.NaN;
    values[40] = Number.NaN;
    const wanted = Array.from(values, (x) => (Number.isNaN(x) ? Number.NaN : 1));
    expect(Array.from(run([values], SIZE)[0]!)).toEqual(wanted);
  });
});

it("is computed once for equal inputs, and stays itself inside another program", () => {
  const code = new CodeBuilder();
  const x = code.operand("f64", 0);
  const condition = code.compare("lt", x, code.like(x, 1));
  const [one, other] = [fallbackOf("f64"), fallbackOf("f64")];
  const first = code.guard(condition, x, one, [x, x]);
  expect(code.guard(condition, x, one, [x, x])).toBe(first);
  expect(code.guard(condition, x, other, [x, x])).not.toBe(first);
  const around = new CodeBuilder();
  const values = around.inline(code.code, [around.operand("f64", 0)]);
  expect(around.code[values[first]!]).toMatchObject({ op: "guard", fallback: one });
});

const ORDINARY = [-3, 0.25, 0, 60, -80];
const SPECIAL = {
  f32: [-87.3, -88, -95, -103.9, -104.1, -1e9, 85.9, 86, 88.7, 88.8, 89.41, 89.43, 1e30],
  f64: [-706.9, -707, -708.5, -720, -745.1, -745.2, -1e9, 709.78, 709.79, 710.4, 710.6, 1e300],
};

describe.each(options)("exp and cosh, relaxed: %s", (relaxedSimd) => {
  it.each(["f32", "f64"] as const)("of %s have the same bits beside ordinary numbers", (type) => {
    const dtype = DTYPES[type];
    const points = [...SPECIAL[type], Number.NaN, Infinity, -Infinity, -0];
    for (const [op, precise] of [
      [exp.op, Math.exp],
      [cosh.op, Math.cosh],
    ] as const) {
      const run = prepare(opKernel(op, [dtype], dtype), { relaxedSimd });
      const alone = ORDINARY.map((x) => run([allocate(dtype, 1, "test").fill(x)], 1)[0]![0]!);
      for (const point of points) {
        const rounded = allocate(dtype, 1, "test").fill(point);
        const wanted = precise(rounded[0]!);
        for (let at = 0; at < SIZE; at++) {
          const values = allocate(dtype, SIZE, "test");
          for (let place = 0; place < SIZE; place++) values[place] = ORDINARY[place % 5]!;
          values[at] = point;
          const [found] = run([values], SIZE);
          const near = distance(
            dtype,
            found![at]!,
            dtype === "float32" ? Math.fround(wanted) : wanted,
          );
          expect(near, `${op.name} of ${point}: ${found![at]}`).toBeLessThanOrEqual(2);
          const others = Array.from(found!, (value, place) =>
            place === at ? 0 : value - alone[place % 5]!,
          );
          expect(others).toEqual(new Array(SIZE).fill(0));
        }
      }
    }
  });

  it("of a NaN with other bits are NaN", () => {
    const run = prepare(opKernel(exp.op, ["float64"], "float64"), { relaxedSimd });
    const values = new Float64Array(SIZE);
    new BigUint64Array(values.buffer).fill(0x7ff8000000000801n);
    expect(Array.from(run([values], SIZE)[0]!)).toEqual(new Array(SIZE).fill(Number.NaN));
  });
});

/** Generated scans, recurrences and arg-reductions against the reference executors, over lines of all kinds. */

import { describe, expect, it } from "vitest";
import { evaluateArgReduce } from "../../src/backends/reference/arg-reduce.js";
import { evaluateRecurrence, evaluateScan } from "../../src/backends/reference/scan.js";
import { type ArgReductionKernel, addArgReduction } from "../../src/backends/wasm/arg-reduction.js";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import type { FunctionReference } from "../../src/backends/wasm/function-builder.js";
import {
  addRecurrence,
  addScan,
  type RecurrenceKernel,
  type ScanKernel,
} from "../../src/backends/wasm/running.js";
import { allocate, DTYPES, type DType, type TypedArray } from "../../src/core/dtype.js";
import { hostValues } from "../../src/core/reading.js";
import { tensorType } from "../../src/core/tensor.js";
import { randomNumbers, tensorFrom } from "../harness/operands.js";

const memory = new WebAssembly.Memory({ initial: 16 });
const GUARD = 0xa5;

type Add = (module: ModuleBuilder) => FunctionReference;

/**
 * Runs a function on arrays that lie at the end of the memory, so that reading beyond the last one fails; gives what the last
 * argument, an array by its number, holds then. All other bytes must be as before.
 */
function run(
  add: Add,
  arrays: readonly TypedArray[],
  shift: number,
  call: readonly number[] = arrays.map((_, number) => number),
): TypedArray {
  const module = new ModuleBuilder();
  module.importMemory({ module: "host", name: "memory" }, { minimum: 0 });
  module.exportFunction("run", add(module));
  const bytes = module.encode();
  expect(WebAssembly.validate(bytes)).toBe(true);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  const whole = Buffer.from(memory.buffer).fill(GUARD);
  const addresses = new Array<number>(arrays.length).fill(0);
  let end = whole.length;
  for (let place = 0; place < arrays.length; place++) {
    const array = arrays[(place + shift) % arrays.length]!;
    end -= array.byteLength;
    addresses[(place + shift) % arrays.length] = end;
    whole.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), end);
    end -= 17 + shift;
  }
  const before = Buffer.from(whole);
  (exports["run"] as (...addresses: number[]) => void)(...call.map((array) => addresses[array]!));
  const written = call.at(-1)!;
  const result = arrays[written]!.slice();
  const begin = addresses[written]!;
  new Uint8Array(result.buffer).set(whole.subarray(begin, begin + result.byteLength));
  before.set(whole.subarray(begin, begin + result.byteLength), begin);
  expect(whole.equals(before), "only the result is written").toBe(true);
  return result;
}

/** Where arrays differ first; −1 if they do not. */
function difference(actual: TypedArray, expected: TypedArray): number {
  if (actual.length !== expected.length) return Math.min(actual.length, expected.length);
  return expected.findIndex((value: number, at: number) => !Object.is(value, actual[at]));
}

const random = randomNumbers("running");
const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const oneOf = <T>(list: readonly T[]): T => list[between(0, list.length - 1)]!;

type Size = readonly [outer: number, length: number, inner: number];

const INNER = [0, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 23, 31, 32, 33, 47, 100];

/** A size with lines, and some of which lines or many lines together take several calls. */
function sizes(turns: number, shortest: number): Size[] {
  const few = (): Size => [
    oneOf([0, 1, 1, 2, 3, 7, 8, 9, 17]),
    between(shortest, 12),
    oneOf(INNER),
  ];
  return [
    ...Array.from({ length: turns }, few),
    [1, 2500, 1],
    [9, 1025, 1],
    [2, 1300, 3],
    [3, 1100, 9],
    [1, 1030, 33],
    [900, 3, 1],
    [301, 2, 5],
    [2, 3, 1500],
    [2, 1, 70],
  ];
}

function total([outer, length, inner]: Size): number {
  return outer * length * inner;
}

function numbers(dtype: DType, size: number, value: () => number): TypedArray {
  const values = allocate(dtype, size, "test");
  for (let at = 0; at < size; at++) values[at] = value();
  return values;
}

const ATTRIBUTES = [false, true].flatMap((exclusive) =>
  [false, true].map((reverse) => ({ exclusive, reverse })),
);

describe.each(["float32", "float64", "int32"] as const)("running results of %s", (dtype) => {
  it.each(["sum", "product"] as const)("have the bits of the reference: %s", (reducer) => {
    for (const [turn, size] of sizes(60, 0).entries()) {
      const [outer, length, inner] = size;
      const kernel: ScanKernel = { dtype, reducer, outer, length, inner, ...ATTRIBUTES[turn % 4]! };
      const value = (): number => {
        if (dtype === "int32") return between(-(2 ** 31), 2 ** 31 - 1) | 1;
        if (turn % 5 === 0) return oneOf([Number.NaN, Infinity, -Infinity, 0, -0, 1, 2]);
        // Products neither vanish nor overflow, as long as lines are short.
        return reducer === "sum" ? random() - 0.4 : oneOf([-1, 1]) * (0.8 + 0.41 * random());
      };
      const operand = numbers(dtype, total(size), value);
      const type = tensorType(dtype, size);
      const lowering = { kind: "scan", reducer, scan: () => ({ axis: 1, ...kernel }) } as const;
      const tensor = tensorFrom(operand, dtype, size);
      const expected = hostValues(evaluateScan("test", lowering, tensor, {}, type));
      const add: Add = (module) => addScan(module, kernel);
      const apart = run(add, [operand, operand.slice().fill(7)], turn % 16);
      expect(difference(apart, expected), JSON.stringify(kernel)).toBe(-1);
      const inPlace = run(add, [operand], turn % 16, [0, 0]);
      expect(difference(inPlace, expected), JSON.stringify(kernel)).toBe(-1);
    }
  });
});

describe.each(["float32", "float64"] as const)("recurrences of %s", (dtype) => {
  function check(kernel: RecurrenceKernel, factors: TypedArray, terms: TypedArray, shift: number) {
    const size: Size = [kernel.outer, kernel.length, kernel.inner];
    const recurrence = () => ({ axis: 1, reverse: kernel.reverse });
    const operands = [tensorFrom(factors, dtype, size), tensorFrom(terms, dtype, size)];
    const type = tensorType(dtype, size);
    const lowering = { kind: "recurrence", recurrence } as const;
    const expected = hostValues(evaluateRecurrence("test", lowering, operands, {}, type));
    const add: Add = (module) => addRecurrence(module, kernel);
    const apart = run(add, [factors, terms, terms.slice().fill(7)], shift);
    expect(difference(apart, expected), JSON.stringify(kernel)).toBe(-1);
    for (const written of [0, 1]) {
      const inPlace = run(add, [factors, terms], shift, [0, 1, written]);
      expect(difference(inPlace, expected), JSON.stringify(kernel)).toBe(-1);
    }
  }

  it("have the bits of the reference", () => {
    for (const [turn, size] of sizes(60, 0).entries()) {
      const [outer, length, inner] = size;
      const kernel = { dtype, outer, length, inner, reverse: turn % 2 === 1 };
      const factors = numbers(dtype, total(size), () => 2.2 * (random() - 0.5));
      const terms = numbers(dtype, total(size), () => random() - 0.5);
      check(kernel, factors, terms, turn % 16);
    }
  });

  it("go on from 0 whatever the factor", () => {
    for (const inner of [1, 2, 5, 40]) {
      for (const reverse of [false, true]) {
        const kernel = { dtype, outer: 2, length: 20, inner, reverse };
        const size = 40 * inner;
        const factors = numbers(dtype, size, () => oneOf([Infinity, -Infinity, Number.NaN, -1, 2]));
        const terms = numbers(dtype, size, () => oneOf([0, 0, 0, -0, -0, 1, -1]));
        check(kernel, factors, terms, inner % 16);
      }
    }
  });
});

describe.each(DTYPES)("positions of extrema of %s", (dtype) => {
  function check(kernel: ArgReductionKernel, operand: TypedArray, shift: number) {
    const { outer, length, inner, reducer } = kernel;
    const type = tensorType("int32", [outer, inner]);
    const lowering = { kind: "argReduce", reducer, axis: () => 1 } as const;
    const tensor = tensorFrom(operand, dtype, [outer, length, inner]);
    const expected = hostValues(evaluateArgReduce("test", lowering, tensor, {}, type));
    const result = new Int32Array(outer * inner).fill(7);
    const actual = run((module) => addArgReduction(module, kernel), [operand, result], shift);
    expect(difference(actual, expected), JSON.stringify(kernel)).toBe(-1);
  }

  /** Few different values, so that there are several extrema. */
  function value(): number {
    if (dtype === "bool") return random() < 0.1 ? 1 : 0;
    if (dtype === "int32") return between(-2, 2) * 2 ** 30;
    return random() < 0.1 ? oneOf([Number.NaN, Infinity, -Infinity, -0]) : between(-3, 3);
  }

  const LONG = [
    15, 16, 17, 18, 31, 63, 64, 65, 127, 128, 129, 255, 256, 257, 270, 300, 1023, 1024, 1025, 2049,
    3000,
  ];
  const kernelSizes = [
    ...sizes(60, 1),
    ...LONG.flatMap((length): Size[] => [
      [1, length, 1],
      [3, length, 1],
    ]),
  ];

  it.each(["max", "min"] as const)("are those of the reference: %s", (reducer) => {
    for (const [turn, [outer, length, inner]] of kernelSizes.entries()) {
      const kernel: ArgReductionKernel = { dtype, reducer, outer, length, inner };
      const size = outer * length * inner;
      check(kernel, numbers(dtype, size, value), turn % 16);
      if (dtype !== "bool") {
        const scale = dtype === "int32" ? 2 ** 32 : 1;
        check(
          kernel,
          numbers(dtype, size, () => scale * (random() - 0.5)),
          turn % 16,
        );
      }
    }
  });

  it.each(["max", "min"] as const)("are found wherever they are: %s", (reducer) => {
    const sign = reducer === "max" ? 1 : -1;
    const rare = dtype === "bool" ? [reducer === "max" ? 1 : 0] : [sign * 5];
    if (dtype === "float32" || dtype === "float64") rare.push(Number.NaN);
    for (const length of [5, 130, 1501]) {
      for (const one of rare) {
        for (const at of [0, 1, length >> 1, length - 2, length - 1]) {
          const kernel: ArgReductionKernel = { dtype, reducer, outer: 1, length, inner: 1 };
          const common = dtype === "bool" ? 1 - one : 1;
          const operand = numbers(dtype, length, () => common);
          // The first of several counts, and a NaN more than what is beyond all numbers.
          operand[length - 1] = Number.isNaN(one) ? sign * Infinity : one;
          operand[at] = one;
          check(kernel, operand, at % 16);
        }
      }
    }
  });

  it.each(["max", "min"] as const)("are the first where all are alike: %s", (reducer) => {
    const extremes = {
      bool: [0, 1],
      int32: [-(2 ** 31), 2 ** 31 - 1],
      float32: [-Infinity, Infinity, Number.NaN],
      float64: [-Infinity, Infinity, Number.NaN],
    };
    for (const extreme of extremes[dtype]) {
      for (const [length, inner] of [
        [10, 1],
        [1500, 1],
        [10, 7],
      ] as const) {
        const kernel: ArgReductionKernel = { dtype, reducer, outer: 2, length, inner };
        check(
          kernel,
          numbers(dtype, 2 * length * inner, () => extreme),
          3,
        );
      }
    }
  });
});

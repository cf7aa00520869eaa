/** Generated indexing against the reference executors, at unaligned addresses with nothing but guards around the arrays. */

import { describe, expect, it } from "vitest";
import { evaluateAccumulate } from "../../src/backends/reference/accumulate.js";
import { evaluateGather, evaluateReplace } from "../../src/backends/reference/gather.js";
import { evaluateFlatIndices } from "../../src/backends/reference/indices.js";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import type { FunctionReference } from "../../src/backends/wasm/function-builder.js";
import { addFlatIndices, flatIndicesKernel } from "../../src/backends/wasm/indexing-flat.js";
import {
  addGather,
  addReplace,
  type GatherKernel,
} from "../../src/backends/wasm/indexing-gather.js";
import { addScatterAdd } from "../../src/backends/wasm/indexing-scatter-add.js";
import { allocate, DTYPES, type DType, type TypedArray } from "../../src/core/dtype.js";
import { IndexError } from "../../src/core/errors.js";
import type { IndexTarget } from "../../src/core/lowering.js";
import { hostValues } from "../../src/core/reading.js";
import { sizeOf } from "../../src/core/shape.js";
import { tensorType } from "../../src/core/tensor.js";
import { randomNumbers, tensorFrom } from "../harness/operands.js";

const memory = new WebAssembly.Memory({ initial: 8 });
const GUARD = 0xa5;

type Add = (module: ModuleBuilder, fail: FunctionReference) => FunctionReference;

function fail(): never {
  throw new IndexError("out of range");
}

/**
 * Runs a function on arrays that lie at the end of the memory, so that reading beyond the last one fails; gives what the array
 * `written` holds then. The others, and all bytes around them, must be as before, even if the function throws.
 */
function run(add: Add, arrays: readonly TypedArray[], written: number, shift = 0): TypedArray {
  const module = new ModuleBuilder();
  module.importMemory({ module: "host", name: "memory" }, { minimum: 0 });
  const imported = module.importFunction({ module: "host", name: "fail" }, [], []);
  module.exportFunction("run", add(module, imported));
  const code = module.encode();
  expect(WebAssembly.validate(code)).toBe(true);
  const host = { memory, fail };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { host });
  const whole = Buffer.from(memory.buffer).fill(GUARD);
  const addresses = new Array<number>(arrays.length).fill(0);
  let end = whole.length;
  for (let place = 0; place < arrays.length; place++) {
    const array = arrays[(place + shift) % arrays.length]!;
    end -= array.byteLength;
    addresses[(place + shift) % arrays.length] = end;
    whole.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), end);
    end -= 17 + (shift % 16);
  }
  const before = Buffer.from(whole);
  const begin = addresses[written]!;
  const result = arrays[written]!.slice();
  try {
    (exports["run"] as (...addresses: number[]) => void)(...addresses);
  } finally {
    const bytes = whole.subarray(begin, begin + result.byteLength);
    new Uint8Array(result.buffer).set(bytes);
    before.set(bytes, begin);
    expect(whole.equals(before), "only the result is written").toBe(true);
  }
  return result;
}

/** Where arrays differ first; −1 if they do not. */
function difference(actual: TypedArray, expected: TypedArray): number {
  if (actual.length !== expected.length) return Math.min(actual.length, expected.length);
  return expected.findIndex((value: number, at: number) => !Object.is(value, actual[at]));
}

const random = randomNumbers("indexing");
const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const oneOf = <T>(list: readonly T[]): T => list[between(0, list.length - 1)]!;

function valuesFor(dtype: DType, size: number): TypedArray {
  const values = allocate(dtype, size, "test");
  const scale = dtype === "int32" ? 2 ** 32 : 3;
  for (let at = 0; at < size; at++) {
    values[at] = dtype === "bool" ? between(0, 1) : (random() - 0.5) * scale;
  }
  return values;
}

function indicesFor({ length, count }: { length: number; count: number }): Int32Array {
  return Int32Array.from({ length: count }, () => between(0, length - 1));
}

const INNER = [0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 19, 31, 33, 63, 64, 65, 67, 130];

/** Some of them so large that their parts are several calls. */
function kernelsOf(dtype: DType): GatherKernel[] {
  const small = Array.from({ length: 60 }, () => ({
    dtype,
    outer: oneOf([0, 1, 1, 1, 2, 3, 20]),
    length: between(1, 9),
    inner: oneOf(INNER),
    count: oneOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 30]),
  }));
  return [
    ...small,
    { dtype, outer: 1, length: 50, inner: 1, count: 2500 },
    { dtype, outer: 1, length: 3, inner: 17, count: 1500 },
    { dtype, outer: 3, length: 7, inner: 1, count: 1029 },
    { dtype, outer: 1500, length: 3, inner: 1, count: 2 },
    { dtype, outer: 2, length: 5, inner: 3, count: 700 },
    { dtype, outer: 2, length: 3, inner: 1037, count: 3 },
    { dtype, outer: 1, length: 2, inner: 2500, count: 2 },
  ];
}

function gathered(kernel: GatherKernel, source: TypedArray, indices: Int32Array): TypedArray {
  const { dtype, outer, length, inner, count } = kernel;
  const lowering = { kind: "gather", axis: () => 1, span: () => 1 } as const;
  const operands = [
    tensorFrom(source, dtype, [outer, length, inner]),
    tensorFrom(indices, "int32", [count]),
  ];
  const type = tensorType(dtype, [outer, count, inner]);
  return hostValues(evaluateGather("test", lowering, operands, {}, type));
}

describe.each(DTYPES)("%s", (dtype) => {
  it("is gathered", () => {
    for (const [turn, kernel] of kernelsOf(dtype).entries()) {
      const { outer, length, inner, count } = kernel;
      const source = valuesFor(dtype, outer * length * inner);
      const indices = indicesFor(kernel);
      const result = allocate(dtype, outer * count * inner, "test").fill(7);
      const add: Add = (module, fail) => addGather(module, kernel, fail);
      const actual = run(add, [source, indices, result], 2, turn);
      const expected = gathered(kernel, source, indices);
      expect(difference(actual, expected), JSON.stringify(kernel)).toBe(-1);
    }
  });

  it("is replaced, the last of equal indices", () => {
    for (const [turn, kernel] of kernelsOf(dtype).entries()) {
      const { length, inner, count } = kernel;
      const operand = valuesFor(dtype, length * inner);
      const indices = indicesFor(kernel);
      const rows = valuesFor(dtype, count * inner);
      const lowering = { kind: "replace", span: () => 1 } as const;
      const operands = [
        tensorFrom(operand, dtype, [length, inner]),
        tensorFrom(indices, "int32", [count]),
        tensorFrom(rows, dtype, [count, inner]),
      ];
      const type = tensorType(dtype, [length, inner]);
      const expected = hostValues(evaluateReplace("test", lowering, operands, {}, type));
      const arrays = [operand, indices, rows, allocate(dtype, length * inner, "test").fill(7)];
      const actual = run((module) => addReplace(module, kernel), arrays, 3, turn);
      expect(difference(actual, expected), JSON.stringify(kernel)).toBe(-1);
    }
  });

  it.each(dtype === "float32" ? [false, true] : [false])(
    "is added at indices, wide: %s",
    (wide) => {
      for (const [turn, kernel] of kernelsOf(dtype).entries()) {
        const { outer, length, inner, count } = kernel;
        const before = valuesFor(dtype, outer * length * inner);
        const indices = indicesFor(kernel);
        const rows = valuesFor(dtype, outer * count * inner);
        const shape = [outer, length, inner];
        const pieces = [
          { kind: "dense", operand: 0 },
          { kind: "rows", operand: 1, indices: 2, axis: 1, span: 1 },
          // The reference adds up three pieces of float32 in float64.
          ...(wide ? ([{ kind: "dense", operand: 3 }] as const) : []),
        ] as const;
        const operands = [
          tensorFrom(before, dtype, shape),
          tensorFrom(rows, dtype, [outer, count, inner]),
          tensorFrom(indices, "int32", [count]),
          tensorFrom(new Float32Array(before.length), dtype, shape),
        ];
        const lowering = { kind: "accumulate", pieces: () => pieces } as const;
        const type = tensorType(dtype, shape);
        const expected = hostValues(evaluateAccumulate("test", lowering, operands, {}, type));
        const add: Add = (module) =>
          addScatterAdd(module, wide ? { ...kernel, sums: "float64" } : kernel);
        const sums = wide ? new Float64Array(before) : before;
        const actual = run(add, [sums, indices, rows], 0, turn);
        const rounded = wide ? new Float32Array(actual) : actual;
        expect(difference(rounded, expected), JSON.stringify(kernel)).toBe(-1);
      }
    },
  );
});

it.each([0, 1, 2])("indices out of range fail wherever they are, with %i blocks", (outer) => {
  for (const count of [1, 2, 3, 4, 5, 8, 9, 1030]) {
    const kernel: GatherKernel = { dtype: "float32", outer, length: 6, inner: 3, count };
    const source = valuesFor("float32", outer * 18);
    const result = new Float32Array(outer * count * 3);
    const add: Add = (module, fail) => addGather(module, kernel, fail);
    for (const at of new Set([0, between(0, count - 1), count - 1])) {
      for (const wrong of [-1, 6, 2 ** 31 - 1, -(2 ** 31)]) {
        const indices = indicesFor(kernel);
        indices[at] = wrong;
        expect(() => gathered(kernel, source, indices)).toThrow(IndexError);
        expect(() => run(add, [source, indices, result], 2, at)).toThrow(IndexError);
      }
    }
  }
});

it("nothing can be gathered out of an empty axis", () => {
  const kernel: GatherKernel = { dtype: "float64", outer: 1, length: 0, inner: 2, count: 1 };
  const add: Add = (module, fail) => addGather(module, kernel, fail);
  const arrays = [new Float64Array(0), Int32Array.of(0), new Float64Array(2)];
  expect(() => run(add, arrays, 2)).toThrow(IndexError);
  const nothing: Add = (module, fail) => addGather(module, { ...kernel, count: 0 }, fail);
  const empty = [new Float64Array(0), new Int32Array(0), new Float64Array(0)];
  expect(run(nothing, empty, 2)).toHaveLength(0);
});

describe("positions with one index per axis", () => {
  function flat(target: IndexTarget, shape: readonly number[], indices: Int32Array): TypedArray {
    const lowering = { kind: "flatIndices", target: () => target } as const;
    const type = tensorType("int32", shape.slice(0, -1));
    const operand = tensorFrom(indices, "int32", shape);
    return hostValues(evaluateFlatIndices("test", lowering, operand, {}, type));
  }

  function generated(target: IndexTarget, shape: readonly number[], indices: Int32Array) {
    const kernel = flatIndicesKernel(target, shape);
    const result = new Int32Array(sizeOf(shape.slice(0, -1))).fill(7);
    const add: Add = (module, fail) => addFlatIndices(module, kernel, fail);
    return run(add, [indices, result], 1, between(0, 15));
  }

  function randomTarget(): { target: IndexTarget; shape: number[] } {
    const span = between(0, 3);
    const axis = between(0, 1);
    const axes = Array.from({ length: axis + span + between(0, 1) }, () => between(1, 9));
    const positions = Array.from({ length: between(0, 3) }, () => oneOf([0, 1, 2, 3, 5, 8, 40]));
    const rowed = positions.length > 0 && random() < 0.7;
    const rows = rowed ? { rowAxis: between(0, positions.length - 1) } : {};
    const target = { operation: "test", shape: axes, axis, span, ...rows };
    return { target, shape: [...positions, span] };
  }

  function randomIndices({ shape: axes, axis, span }: IndexTarget, size: number): Int32Array {
    return Int32Array.from({ length: size }, (_, at) => between(0, axes[axis + (at % span)]! - 1));
  }

  it("become those of the reference", () => {
    for (let turn = 0; turn < 200; turn++) {
      const { target, shape } = randomTarget();
      const size = sizeOf(shape);
      if (size > 30_000) continue;
      const indices = randomIndices(target, size);
      const expected = flat(target, shape, indices);
      const actual = generated(target, shape, indices);
      expect(difference(actual, expected), JSON.stringify({ target, shape })).toBe(-1);
    }
  });

  it.each([
    [[3000, 1], undefined],
    [[3000, 1], 0],
    [[2, 2, 1200, 1], 1],
    [[3, 700, 2, 1], 1],
  ])("are the same in parts: %j with rows along %s", (shape, rowAxis) => {
    const rows = rowAxis === undefined ? {} : { rowAxis };
    const target = { operation: "test", shape: [4, 6], axis: 1, span: 1, ...rows };
    const size = sizeOf(shape);
    const indices = randomIndices(target, size);
    expect(difference(generated(target, shape, indices), flat(target, shape, indices))).toBe(-1);
  });

  it("fail where one is out of range", () => {
    const target: IndexTarget = { operation: "test", shape: [5, 3, 4], axis: 0, span: 3 };
    for (let at = 0; at < 12; at++) {
      for (const wrong of [-1, target.shape[at % 3]!, 2 ** 31 - 1, -(2 ** 31)]) {
        const indices = randomIndices(target, 12);
        indices[at] = wrong;
        expect(() => flat(target, [4, 3], indices)).toThrow(IndexError);
        expect(() => generated(target, [4, 3], indices)).toThrow(IndexError);
      }
    }
  });
});

/** Pooling kernels against the reference executor, over windows of all kinds. */

import { describe, expect, it } from "vitest";
import { evaluateAveragePool, evaluateMaxPool } from "../../src/backends/reference/pool.js";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import { addPool, type PoolKernel } from "../../src/backends/wasm/pool.js";
import type { DType, TypedArray } from "../../src/core/dtype.js";
import type { Plane, Windows } from "../../src/core/lowering.js";
import { hostValues } from "../../src/core/reading.js";
import { sizeOf } from "../../src/core/shape.js";
import { tensorType } from "../../src/core/tensor.js";
import { randomNumbers, tensorFrom } from "../harness/operands.js";

const memory = new WebAssembly.Memory({ initial: 64 });
const DTYPES = { f32: "float32", f64: "float64", i32: "int32" } as const;
const GUARD = 0xa5;

function imageShape(kernel: PoolKernel): number[] {
  const { count, batch, windows, channels } = kernel;
  return [count / batch, batch, ...windows.input, channels];
}

function windowsShape(kernel: PoolKernel): number[] {
  const { count, batch, windows, channels } = kernel;
  return [count / batch, batch, ...windows.output, channels];
}

function reference(kernel: PoolKernel, values: ArrayLike<number>): TypedArray {
  const { kind, type, windows } = kernel;
  const adjoint = kind === "averageAdjoint";
  const [from, to] = adjoint
    ? [windowsShape(kernel), imageShape(kernel)]
    : [imageShape(kernel), windowsShape(kernel)];
  const operand = tensorFrom(values, DTYPES[type], from);
  if (kind === "max") {
    const lowering = { kind: "maxPool", windows: () => windows } as const;
    return hostValues(evaluateMaxPool("test", lowering, operand, {}, tensorType("int32", to)));
  }
  const lowering = { kind: "averagePool", adjoint, windows: () => windows } as const;
  const result = tensorType(DTYPES[type], to);
  return hostValues(evaluateAveragePool("test", lowering, operand, {}, result));
}

/** The kernel's result; bytes around it are not the kernel's. */
function generated(kernel: PoolKernel, operand: TypedArray, expected: TypedArray): TypedArray {
  const module = new ModuleBuilder();
  module.importMemory({ module: "host", name: "memory" }, { minimum: 0 });
  module.exportFunction("run", addPool(module, kernel));
  const bytes = module.encode();
  expect(WebAssembly.validate(bytes)).toBe(true);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  const at = 64 + operand.byteLength + 64;
  const whole = new Uint8Array(memory.buffer, 0, at + expected.byteLength + 64).fill(GUARD);
  whole.set(new Uint8Array(operand.buffer, operand.byteOffset, operand.byteLength), 64);
  (exports["run"] as (operand: number, result: number) => void)(64, at);
  const around = [...whole.subarray(at - 64, at), ...whole.subarray(at + expected.byteLength)];
  expect(around.every((byte) => byte === GUARD)).toBe(true);
  const result = expected.slice();
  new Uint8Array(result.buffer).set(whole.subarray(at, at + expected.byteLength));
  return result;
}

function operandOf(kernel: PoolKernel, value: () => number): TypedArray {
  const shape = kernel.kind === "averageAdjoint" ? windowsShape(kernel) : imageShape(kernel);
  const size = sizeOf(shape);
  const numbers = Array.from({ length: size }, value);
  return hostValues(tensorFrom(numbers, DTYPES[kernel.type] satisfies DType, [size]));
}

const random = randomNumbers("pool");
const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const plane = (from: number, to: number): Plane => [between(from, to), between(from, to)];

/** Windows that each cover some pixel. */
function randomWindows(): Windows {
  const window = plane(1, random() < 0.2 ? 7 : 3);
  const dilations = random() < 0.3 ? plane(1, 3) : ([1, 1] as const);
  const strides = plane(1, 3);
  const spans = [0, 1].map((axis) => (window[axis]! - 1) * dilations[axis]! + 1);
  const before = [0, 0];
  const input = [0, 0];
  const output = [0, 0];
  for (const axis of [0, 1]) {
    // Padding of less than a step of the window cannot leave it without a pixel.
    const padding = (): number => (random() < 0.5 ? 0 : Math.min(2, window[axis]! - 1));
    before[axis] = padding();
    input[axis] = between(dilations[axis]! * 2, 9);
    const padded = input[axis]! + before[axis]! + padding();
    if (padded < spans[axis]!) input[axis] = input[axis]! + spans[axis]! - padded;
    const room = Math.max(padded, spans[axis]!) - spans[axis]!;
    output[axis] = Math.floor(room / strides[axis]!) + 1;
  }
  const pair = (values: number[]): Plane => values as [number, number];
  return {
    window,
    dilations,
    strides,
    before: pair(before),
    input: pair(input),
    output: pair(output),
  };
}

function randomKernel(kind: PoolKernel["kind"], type: PoolKernel["type"]): PoolKernel {
  const batch = between(1, 2);
  const count = batch * between(1, 2);
  return { type, kind, count, batch, channels: between(1, 9), windows: randomWindows() };
}

function label({ windows, ...rest }: PoolKernel): string {
  return JSON.stringify({ ...rest, ...windows });
}

describe.each(["f32", "f64", "i32"] as const)("positions of the largest %s", (type) => {
  it("are those of the reference", () => {
    for (let turn = 0; turn < 150; turn++) {
      const kernel = randomKernel("max", type);
      // Few values, so that there are several largest.
      const values = operandOf(kernel, () => {
        if (type !== "i32" && random() < 0.1) return [Number.NaN, -Infinity, -0, 0][between(0, 3)]!;
        return between(-3, 3) * (type === "i32" ? 2 ** 29 : 0.5);
      });
      const expected = reference(kernel, values);
      expect(generated(kernel, values, expected), label(kernel)).toEqual(expected);
    }
  });

  it("are right where elements are the least there are", () => {
    const kernel = { ...randomKernel("max", type), channels: 7 };
    const [least, next] = type === "i32" ? [-(2 ** 31), 1 - 2 ** 31] : [-Infinity, -3e38];
    for (const share of [0, 0.5]) {
      const values = operandOf(kernel, () => (random() < share ? next! : least!));
      const expected = reference(kernel, values);
      expect(generated(kernel, values, expected)).toEqual(expected);
    }
  });
});

describe.each(["f32", "f64"] as const)("means of %s", (type) => {
  it("have the bits of the reference", () => {
    for (let turn = 0; turn < 150; turn++) {
      const kernel = randomKernel("average", type);
      const values = operandOf(kernel, () => 2 * random() - 1);
      const expected = reference(kernel, values);
      expect(generated(kernel, values, expected), label(kernel)).toEqual(expected);
    }
  });

  it("carry cotangents back", () => {
    for (let turn = 0; turn < 150; turn++) {
      const kernel = randomKernel("averageAdjoint", type);
      const values = operandOf(kernel, () => 2 * random() - 1);
      const expected = reference(kernel, values);
      const actual = generated(kernel, values, expected);
      const bound = type === "f32" ? 2e-6 : 4e-15;
      const error = Math.max(...actual.map((value, at) => Math.abs(value - expected[at]!)));
      expect(error, label(kernel)).toBeLessThanOrEqual(bound);
    }
  });
});

it("needs no pixels or channels", () => {
  const windows: Windows = {
    input: [4, 4],
    window: [2, 2],
    output: [2, 2],
    strides: [2, 2],
    dilations: [1, 1],
    before: [0, 0],
  };
  const kinds = ["max", "average", "averageAdjoint"] as const;
  for (const kind of kinds) {
    const kernel = { type: "f32", kind, batch: 2, windows } as const;
    const nothing = new Float32Array(0);
    expect(generated({ ...kernel, count: 2, channels: 0 }, nothing, nothing)).toEqual(nothing);
    expect(generated({ ...kernel, count: 0, channels: 3 }, nothing, nothing)).toEqual(nothing);
  }
  const apart = { ...windows, output: [0, 0] } as const;
  const kernel = { type: "f32", kind: "averageAdjoint", count: 1, batch: 1, channels: 5 } as const;
  const image = new Float32Array(80);
  expect(generated({ ...kernel, windows: apart }, new Float32Array(0), image)).toEqual(image);
});

it("fills results of many pages", () => {
  const windows: Windows = {
    input: [90, 91],
    window: [2, 2],
    output: [45, 45],
    strides: [2, 2],
    dilations: [1, 1],
    before: [0, 0],
  };
  const kernel = {
    type: "f32",
    kind: "averageAdjoint",
    count: 1,
    batch: 1,
    channels: 3,
    windows,
  } as const;
  const values = operandOf(kernel, () => between(-4, 4));
  const expected = reference(kernel, values);
  expect(generated(kernel, values, expected)).toEqual(expected);
});

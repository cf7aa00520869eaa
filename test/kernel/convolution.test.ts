/** Convolution kernels against the reference executor, over windows of all kinds. */

import { describe, expect, it } from "vitest";
import { evaluateConvolution } from "../../src/backends/reference/convolution.js";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import {
  addConvolution,
  type ConvolutionKernel,
  convolutionScratch,
} from "../../src/backends/wasm/convolution.js";
import type { EmitOptions } from "../../src/backends/wasm/elementwise.js";
import { detectFeatures } from "../../src/backends/wasm/features.js";
import type { TypedArray } from "../../src/core/dtype.js";
import type { Plane, Windows } from "../../src/core/lowering.js";
import { hostValues } from "../../src/core/reading.js";
import { type Shape, sizeOf } from "../../src/core/shape.js";
import { tensorType } from "../../src/core/tensor.js";
import { randomNumbers, tensorFrom } from "../harness/operands.js";

const PAGE = 65536;
const GUARD = 0xa5;
const DTYPES = { f32: "float32", f64: "float64" } as const;
const FORMS = ["output", "inputGradient", "filterGradient"] as const;
const memory = new WebAssembly.Memory({ initial: 1 });
const random = randomNumbers("convolution");
const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const integer = (): number => between(-4, 4);
const fraction = (): number => 2 * random() - 1;

/** The shapes of both operands and of the result. */
function shapesOf(kernel: ConvolutionKernel): readonly [Shape, Shape, Shape] {
  const { form, count, batch, channels, resultChannels, windows } = kernel;
  const images = [count, batch, ...windows.input, channels];
  const filter = [count, ...windows.window, channels, resultChannels];
  const values = [count, batch, ...windows.output, resultChannels];
  switch (form) {
    case "output":
      return [images, filter, values];
    case "inputGradient":
      return [values, filter, images];
    case "filterGradient":
      return [images, values, filter];
  }
}

/** Operands with such elements, and what the reference makes of them. */
function prepare(
  kernel: ConvolutionKernel,
  value: () => number,
): { readonly operands: readonly TypedArray[]; readonly expected: TypedArray } {
  const [first, second, result] = shapesOf(kernel);
  const dtype = DTYPES[kernel.type];
  const tensors = [first, second].map((shape) => {
    return tensorFrom(Array.from({ length: sizeOf(shape) }, value), dtype, shape);
  });
  const { form, windows } = kernel;
  const lowering = { kind: "convolution", form, windows: () => windows } as const;
  const type = tensorType(dtype, result);
  const expected = hostValues(evaluateConvolution("test", lowering, tensors, {}, type));
  return { operands: tensors.map((tensor) => hostValues(tensor)), expected };
}

/** The kernel's result; what is around the operands, the result and the scratch memory is not the kernel's. */
function generated(
  kernel: ConvolutionKernel,
  operands: readonly TypedArray[],
  expected: TypedArray,
  options: EmitOptions = {},
): TypedArray {
  const module = new ModuleBuilder();
  module.importMemory({ module: "host", name: "memory" }, { minimum: 0 });
  module.exportFunction("run", addConvolution(module, kernel, options));
  const code = module.encode();
  expect(WebAssembly.validate(code)).toBe(true);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { host: { memory } });
  const sizes = [...operands, expected].map(({ byteLength }) => byteLength);
  sizes.push(convolutionScratch(kernel));
  let end = 64;
  const places = sizes.map((size) => {
    const at = end;
    end = Math.ceil((at + size) / 64) * 64 + 64;
    return at;
  });
  if (end > memory.buffer.byteLength) {
    memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
  }
  const bytes = new Uint8Array(memory.buffer, 0, end).fill(GUARD);
  operands.forEach((operand, position) => {
    const values = new Uint8Array(operand.buffer, operand.byteOffset, operand.byteLength);
    bytes.set(values, places[position]!);
  });
  (exports["run"] as (...addresses: number[]) => void)(...places);
  places.forEach((at, part) => {
    const next = places[part + 1] ?? end;
    expect(bytes.subarray(at + sizes[part]!, next).every((byte) => byte === GUARD)).toBe(true);
    const operand = operands[part];
    if (operand === undefined) return;
    const whole = new Uint8Array(operand.buffer, operand.byteOffset, operand.byteLength);
    expect(Buffer.compare(bytes.subarray(at, at + sizes[part]!), whole)).toBe(0);
  });
  const result = expected.slice();
  new Uint8Array(result.buffer).set(bytes.subarray(places[2]!, places[2]! + sizes[2]!));
  return result;
}

/** Bits apart from the sign of zeros, in which orders of summation differ. */
function unsigned(values: TypedArray): TypedArray {
  return values.map((value) => value + 0);
}

function checkExact(
  kernel: ConvolutionKernel,
  options: EmitOptions = {},
  value: () => number = integer,
): void {
  const { operands, expected } = prepare(kernel, value);
  const actual = generated(kernel, operands, expected, options);
  expect(unsigned(actual), label(kernel)).toEqual(unsigned(expected));
}

function label({ windows, ...rest }: ConvolutionKernel): string {
  return JSON.stringify({ ...rest, ...windows });
}

const plane = (from: number, to: number): Plane => [between(from, to), between(from, to)];

/** Windows of which some, or all, may have elements outside the image. */
function randomWindows(): Windows {
  const window = plane(1, random() < 0.1 ? 7 : 3);
  const dilations = random() < 0.4 ? plane(1, 3) : ([1, 1] as const);
  const strides = random() < 0.5 ? plane(1, 3) : ([1, 1] as const);
  const before = [0, 0];
  const input = plane(1, 9);
  const output = [0, 0];
  for (const axis of [0, 1] as const) {
    const span = (window[axis] - 1) * dilations[axis] + 1;
    before[axis] = random() < 0.5 ? 0 : between(0, span);
    const after = random() < 0.5 ? 0 : between(0, span);
    const padded = input[axis] + before[axis] + after;
    const more = Math.max(0, span - padded);
    before[axis] += more;
    output[axis] = Math.floor((padded + more - span) / strides[axis]) + 1;
  }
  const pair = (values: number[]): Plane => values as [number, number];
  return { window, dilations, strides, before: pair(before), input, output: pair(output) };
}

/** A window of 3×3 on every pixel of images of that size. */
function same(height: number, width: number): Windows {
  return {
    input: [height, width],
    window: [3, 3],
    output: [height, width],
    strides: [1, 1],
    dilations: [1, 1],
    before: [1, 1],
  };
}

const relaxed = detectFeatures().relaxedSimd ? [false, true] : [false];

describe.each(FORMS)("%s", (form) => {
  it.each(["f32", "f64"] as const)("of %s is that of the reference", (type) => {
    for (let turn = 0; turn < 200; turn++) {
      checkExact({
        type,
        form,
        count: between(1, 2),
        batch: between(1, 3),
        channels: between(1, 9),
        resultChannels: between(1, 9),
        windows: randomWindows(),
      });
    }
  });

  it.each(relaxed)("goes over many windows in bands, with relaxed SIMD: %s", (relaxedSimd) => {
    // Bands that divide the windows, and such that leave a rest.
    for (const [batch, height, width] of [
      [4, 16, 16],
      [3, 11, 31],
    ] as const) {
      for (const type of ["f32", "f64"] as const) {
        const windows = same(height, width);
        const kernel = { type, form, count: 2, batch, channels: 3, resultChannels: 5, windows };
        checkExact(kernel, { relaxedSimd });
      }
    }
  });

  it("copies long patches in loops", () => {
    const windows: Windows = { ...same(6, 7), dilations: [1, 1] };
    const kernel = { type: "f32", form, count: 1, batch: 2, resultChannels: 3 } as const;
    checkExact({ ...kernel, channels: 133, windows });
    const dilated: Windows = { ...same(6, 7), dilations: [1, 2], before: [1, 2] };
    checkExact({ ...kernel, channels: 67, windows: dilated });
    checkExact({ ...kernel, type: "f64", channels: 70, windows: dilated });
  });

  it("takes images for their own patches only where they are", () => {
    const one: Windows = { ...same(5, 6), window: [1, 1], before: [0, 0] };
    const whole: Windows = { ...same(5, 6), window: [5, 6], output: [1, 1], before: [0, 0] };
    const steps: Windows = { ...one, output: [3, 3], strides: [2, 2] };
    const single: Windows = { ...one, input: [1, 1], output: [1, 1], strides: [2, 2] };
    // These look alike, but have elements outside the images.
    const above: Windows = { ...whole, strides: [2, 2], before: [1, 0] };
    const apart: Windows = { ...whole, input: [2, 2], window: [2, 2], dilations: [2, 1] };
    const beyond: Windows = { ...one, strides: [1, 2] };
    for (const windows of [one, whole, steps, single, above, apart, beyond]) {
      for (const batch of [1, 40]) {
        const kernel = { form, count: 2, batch, channels: 6, resultChannels: 7, windows };
        checkExact({ ...kernel, type: "f32" });
        checkExact({ ...kernel, type: "f64" });
      }
    }
  });

  it("is zero where nothing is summed", () => {
    const kernel = { type: "f32", form, count: 2, batch: 2, windows: same(4, 5) } as const;
    checkExact({ ...kernel, channels: 0, resultChannels: 3 });
    checkExact({ ...kernel, channels: 3, resultChannels: 0 });
    checkExact({ ...kernel, channels: 3, resultChannels: 3, batch: 0 });
    checkExact({ ...kernel, channels: 3, resultChannels: 3, count: 0 });
    const none: Windows = { ...same(4, 5), output: [0, 5] };
    checkExact({ ...kernel, channels: 3, resultChannels: 3, windows: none });
  });

  it.each(["f32", "f64"] as const)("of %s is accurate over long sums", (type) => {
    const windows = same(28, 28);
    const kernel = { type, form, count: 1, batch: 16, channels: 2, resultChannels: 5, windows };
    for (const value of [fraction, random]) {
      const { operands, expected } = prepare(kernel, value);
      const actual = generated(kernel, operands, expected);
      // Relative to the root mean square: single elements may be almost 0.
      const norm = Math.hypot(...expected) / Math.sqrt(expected.length);
      const error = Math.max(...Array.from(actual, (x, at) => Math.abs(x - expected[at]!)));
      const bound = type === "f64" ? 1e-13 : form === "filterGradient" ? 1e-6 : 2e-6;
      expect(error / norm).toBeLessThanOrEqual(bound);
    }
  });
});

it("rounds sums of many bands once", () => {
  // Sums of a band are exact in float32, those of all bands have more bits.
  const windows: Windows = { ...same(128, 128), window: [1, 1], before: [0, 0] };
  const shape = { count: 1, batch: 8, channels: 2, resultChannels: 3, windows };
  const kernel = { type: "f32", form: "filterGradient", ...shape } as const;
  checkExact(kernel, {}, () => between(0, 63));
});

/** Matrix-product kernels against sums in float64, over sizes around those of tiles and blocks and layouts of all kinds. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import type { EmitOptions } from "../../src/backends/wasm/elementwise.js";
import { detectFeatures } from "../../src/backends/wasm/features.js";
import {
  addMatmul,
  type MatmulKernel,
  type MatrixLayout,
  matmulScratch,
} from "../../src/backends/wasm/matmul.js";
import { randomNumbers } from "../harness/operands.js";

type ElementType = MatmulKernel["type"];

const ARRAYS = { f32: Float32Array, f64: Float64Array, i32: Int32Array } as const;
const TYPES = ["f32", "f64", "i32"] as const;
const PAGE = 65536;
const GUARD = 0xa5;
const memory = new WebAssembly.Memory({ initial: 1 });
const random = randomNumbers("matmul");
const relaxations: readonly EmitOptions[] = detectFeatures().relaxedSimd
  ? [{}, { relaxedSimd: true }]
  : [{}];

type Values = Float32Array | Float64Array | Int32Array;
type Element = () => number;

/** A small integer: sums of products of such are exact in every order. */
const integer: Element = () => Math.floor(9 * random()) - 4;
const fraction: Element = () => 2 * random() - 1;

/** How an operand lies in memory. */
type Placing = "rows" | "columns" | "gaps" | "backwards" | "repeated row" | "repeated column";
const PLACINGS = [
  "rows",
  "columns",
  "gaps",
  "backwards",
  "repeated row",
  "repeated column",
] as const;

/** The batch axes along which all products have the same operand. */
type Shared = "none" | "outer" | "inner" | "all";
const SHARED = ["none", "outer", "inner", "all"] as const;

/** A layout, the index of its first element, and how many elements it needs. */
interface Placed {
  readonly layout: MatrixLayout;
  readonly first: number;
  readonly length: number;
}

function place(
  rows: number,
  columns: number,
  batch: readonly number[],
  placing: Placing,
  shared: Shared,
): Placed {
  const strides: Record<Placing, readonly [number, number]> = {
    rows: [columns, 1],
    columns: [1, rows],
    gaps: [2 * columns + 3, 2],
    backwards: [-columns, -1],
    "repeated row": [0, 1],
    "repeated column": [1, 0],
  };
  const [rowStride, columnStride] = strides[placing];
  const span = (size: number, stride: number): number => Math.max(0, size - 1) * Math.abs(stride);
  let length = span(rows, rowStride) + span(columns, columnStride) + 1;
  const first = placing === "backwards" ? length - 1 : 0;
  // Densely one after the other: batch axes may then become rows.
  const step = placing === "rows" || placing === "columns" ? rows * columns : length;
  const batchStrides = batch.map((_size, axis) => {
    const isShared = {
      none: false,
      outer: axis === 0,
      inner: axis === batch.length - 1,
      all: true,
    };
    if (isShared[shared]) return 0;
    return step * batch.slice(axis + 1).reduce((product, size) => product * size, 1);
  });
  length += batch.reduce((sum, size, axis) => sum + span(size, batchStrides[axis]!), 0);
  return { layout: { batchStrides, rowStride, columnStride }, first, length };
}

interface Case {
  readonly type: ElementType;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly batch?: readonly number[];
  readonly left?: Placing;
  readonly right?: Placing;
  readonly sharedLeft?: Shared;
  readonly sharedRight?: Shared;
  readonly accumulate?: boolean;
  /** Bytes by which addresses are off multiples of 64. */
  readonly shift?: number;
}

interface Prepared {
  readonly kernel: MatmulKernel;
  readonly left: Placed;
  readonly right: Placed;
}

function prepare({
  batch = [],
  left = "rows",
  right = "rows",
  sharedLeft = "none",
  sharedRight = "none",
  accumulate = false,
  type,
  rows,
  columns,
  inner,
}: Case): Prepared {
  const placedLeft = place(rows, inner, batch, left, sharedLeft);
  const placedRight = place(inner, columns, batch, right, sharedRight);
  const layouts = { left: placedLeft.layout, right: placedRight.layout };
  const kernel = { type, batch, rows, columns, inner, accumulate, ...layouts };
  return { kernel, left: placedLeft, right: placedRight };
}

/** Sums in float64, or modulo 2³²; `visit` gets every element of the result and the sum of the sizes of its terms. */
function forEachSum(
  { kernel, left, right }: Prepared,
  leftValues: Values,
  rightValues: Values,
  visit: (index: number, sum: number, size: number) => void,
): void {
  const { batch, rows, columns, inner, type } = kernel;
  const count = batch.reduce((product, size) => product * size, 1);
  let index = 0;
  for (let number = 0; number < count; number++) {
    let rest = number;
    let [leftFirst, rightFirst] = [left.first, right.first];
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      const position = rest % batch[axis]!;
      rest = Math.floor(rest / batch[axis]!);
      leftFirst += position * left.layout.batchStrides[axis]!;
      rightFirst += position * right.layout.batchStrides[axis]!;
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let [sum, lost, size] = [0, 0, 0];
        let leftIndex = leftFirst + row * left.layout.rowStride;
        let rightIndex = rightFirst + column * right.layout.columnStride;
        for (let position = 0; position < inner; position++) {
          const [one, other] = [leftValues[leftIndex]!, rightValues[rightIndex]!];
          if (type === "i32") {
            sum = (sum + Math.imul(one, other)) | 0;
          } else {
            // With what rounding has taken away added to the next term.
            const term = one * other - lost;
            const next = sum + term;
            lost = next - sum - term;
            sum = next;
          }
          size += Math.abs(one * other);
          leftIndex += left.layout.columnStride;
          rightIndex += right.layout.rowStride;
        }
        visit(index++, sum, size);
      }
    }
  }
}

type Run = (...addresses: number[]) => void;

function compile(
  kernels: readonly MatmulKernel[],
  options: EmitOptions,
  inside = memory,
): { run: Run[]; bytes: number } {
  const module = new ModuleBuilder();
  module.importMemory({ module: "host", name: "memory" }, { minimum: 0 });
  kernels.forEach((kernel, index) => {
    module.exportFunction(`run${index}`, addMatmul(module, kernel, options));
  });
  const code = module.encode();
  if (!WebAssembly.validate(code)) throw new Error("invalid module");
  const host = { memory: inside };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { host });
  return {
    run: kernels.map((_kernel, index) => exports[`run${index}`] as Run),
    bytes: code.length,
  };
}

/** Runs a kernel; fails where anything but the result has changed, or scratch memory beyond its size. */
function call(
  run: Run,
  { kernel, left, right }: Prepared,
  parts: readonly Values[],
  shift: number,
): Values {
  const scratch = matmulScratch(kernel);
  expect(scratch % 16).toBe(0);
  const sizes = [...parts.map(({ byteLength }) => byteLength), scratch];
  let end = 64;
  const places = sizes.map((size, part) => {
    const at = end + (part < 3 ? shift : 0);
    end = Math.ceil((at + size) / 64) * 64 + 64;
    return at;
  });
  if (end > memory.buffer.byteLength) {
    memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
  }
  const bytes = new Uint8Array(memory.buffer, 0, end).fill(GUARD);
  const raw = ({ buffer, byteOffset, byteLength }: Values): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  for (const [part, values] of parts.entries()) bytes.set(raw(values), places[part]!);
  const width = parts[0]!.BYTES_PER_ELEMENT;
  const [leftAt, rightAt, resultAt, scratchAt] = places as [number, number, number, number];
  run(leftAt + left.first * width, rightAt + right.first * width, resultAt, scratchAt);
  const result = parts[2]!.slice();
  raw(result).set(bytes.subarray(resultAt, resultAt + sizes[2]!));
  let from = 0;
  [...places, end].forEach((at, part) => {
    const gap = bytes.subarray(from, at);
    if (!gap.every((byte) => byte === GUARD)) throw new Error(`wrote in front of part ${part}`);
    from = at + (sizes[part] ?? 0);
  });
  for (const part of [0, 1]) {
    const now = bytes.subarray(places[part]!, places[part]! + sizes[part]!);
    expect(Buffer.compare(now, raw(parts[part]!))).toBe(0);
  }
  return result;
}

function operands({ kernel, left, right }: Prepared, element: Element): Values[] {
  const { type, batch, rows, columns } = kernel;
  const results = batch.reduce((product, size) => product * size, rows * columns);
  return [left.length, right.length, results].map((length) => {
    const values = new ARRAYS[type](length);
    for (let index = 0; index < length; index++) values[index] = element();
    return values;
  });
}

/** Products of small integers, which are exact; the sign of zeros is that of some order of summation. */
function checkExact(one: Case, options: EmitOptions): void {
  const prepared = prepare(one);
  const element = one.type === "i32" ? () => Math.floor(random() * 2 ** 32) | 0 : integer;
  const parts = operands(prepared, element);
  const result = call(compile([prepared.kernel], options).run[0]!, prepared, parts, one.shift ?? 0);
  forEachSum(prepared, parts[0]!, parts[1]!, (index, sum) => {
    const start = one.accumulate ? parts[2]![index]! : 0;
    const expected = one.type === "i32" ? (start + sum) | 0 : start + sum;
    if (result[index]! === expected) return;
    const label = JSON.stringify({ ...one, ...options });
    expect.fail(`element ${index} of ${label} is ${result[index]} instead of ${expected}`);
  });
}

const describeRelaxed = describe.each(relaxations);

describeRelaxed("a product with %o", (options) => {
  it.each(TYPES)("of %s has every size", (type) => {
    const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33];
    let turn = 0;
    for (const rows of sizes) {
      for (const columns of sizes) {
        const inner = sizes[turn++ % sizes.length]!;
        const left = turn % 3 === 0 ? "columns" : "rows";
        const right = turn % 2 === 0 ? "columns" : "rows";
        checkExact({ type, rows, columns, inner, left, right, accumulate: turn % 5 < 2 }, options);
      }
    }
    for (const inner of sizes) {
      for (const [rows, columns] of [
        [1, 20],
        [20, 1],
        [1, 1],
        [3, 18],
        [18, 3],
        [21, 34],
      ] as const) {
        for (const right of ["rows", "columns"] as const) {
          checkExact({ type, rows, columns, inner, right, accumulate: inner % 2 === 0 }, options);
        }
      }
    }
  });

  it.each(TYPES)("of %s has operands of every layout", (type) => {
    for (const left of PLACINGS) {
      for (const right of PLACINGS) {
        for (const [rows, columns, inner] of [
          [5, 7, 6],
          [21, 35, 18],
          [1, 37, 19],
          [37, 1, 19],
          [6, 37, 21],
          [1, 1, 23],
        ] as const) {
          checkExact(
            { type, rows, columns, inner, left, right, shift: type === "f64" ? 3 : 1 },
            options,
          );
        }
      }
    }
  });

  it.each(TYPES)("of %s is taken for each of a batch", (type) => {
    for (const [rows, columns, inner] of [
      [3, 4, 5],
      [1, 18, 20],
      [18, 1, 20],
      [1, 1, 20],
      [17, 18, 9],
    ] as const) {
      for (const batch of [[3], [2, 3], [2, 1, 2]]) {
        for (const sharedLeft of SHARED) {
          for (const sharedRight of SHARED) {
            for (const left of ["rows", "columns"] as const) {
              const shares = { sharedLeft, sharedRight };
              checkExact({ type, rows, columns, inner, batch, left, ...shares }, options);
            }
          }
        }
      }
    }
  });

  it.each(TYPES)("of %s is taken in blocks", (type) => {
    for (const [rows, columns, inner] of [
      [9, 17, 127],
      [10, 19, 129],
      [13, 11, 515],
      [10, 513, 20],
      [9, 1030, 30],
      [4, 530, 130],
      [1, 259, 300],
      [1, 1030, 150],
      [300, 1, 515],
      [1, 1, 1537],
      [7, 9, 515],
    ] as const) {
      for (const [left, right] of [
        ["rows", "rows"],
        ["columns", "rows"],
        ["rows", "columns"],
        ["columns", "columns"],
      ] as const) {
        const accumulate = left === "columns";
        checkExact({ type, rows, columns, inner, left, right, accumulate }, options);
      }
    }
  });

  it("goes through float64 where the inner axis is long", () => {
    for (const [rows, columns, inner] of [
      [1, 1, 4097],
      [1, 9, 9001],
      [9, 1, 8200],
      [5, 7, 4100],
    ] as const) {
      for (const right of ["rows", "columns"] as const) {
        for (const accumulate of [false, true]) {
          checkExact({ type: "f32", rows, columns, inner, right, accumulate }, options);
        }
      }
    }
    // Some rows at a time, of which there is a rest.
    checkExact({ type: "f32", rows: 67, columns: 130, inner: 4100, accumulate: true }, options);
    checkExact(
      { type: "f32", rows: 3, columns: 5, inner: 5000, batch: [2], right: "gaps" },
      options,
    );
  });

  it("has any sizes and layouts", () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 70 }));
    const cases = fc.record({
      type: fc.constantFrom(...TYPES),
      rows: size,
      columns: size,
      inner: size,
      batch: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
      left: fc.constantFrom(...PLACINGS),
      right: fc.constantFrom(...PLACINGS),
      sharedLeft: fc.constantFrom(...SHARED),
      sharedRight: fc.constantFrom(...SHARED),
      accumulate: fc.boolean(),
      shift: fc.integer({ min: 0, max: 15 }),
    });
    fc.assert(
      fc.property(cases, (one) => checkExact(one, options)),
      { numRuns: 200, seed: 1 },
    );
  });

  it.each(["f32", "f64"] as const)("of %s is as precise as its type", (type) => {
    const unit = type === "f32" ? 2 ** -24 : 2 ** -53;
    for (const [rows, columns, inner] of [
      [16, 16, 16],
      [33, 17, 256],
      [20, 20, 1024],
      [1, 40, 3000],
      [40, 1, 3000],
      [5, 4, type === "f32" ? 30000 : 3000],
    ] as const) {
      for (const element of [fraction, random]) {
        const prepared = prepare({ type, rows, columns, inner });
        const parts = operands(prepared, element);
        const result = call(compile([prepared.kernel], options).run[0]!, prepared, parts, 0);
        forEachSum(prepared, parts[0]!, parts[1]!, (index, sum, size) => {
          // Rounding errors of up to 128 products in a row add up like a random walk.
          expect(Math.abs(result[index]! - sum)).toBeLessThanOrEqual(16 * unit * size);
        });
      }
    }
  });

  it("of float32 sums up ten million equal terms", () => {
    for (const [rows, columns, inner, right, most] of [
      [1, 1, 1e7, "rows", 1e-6],
      [2, 3, 1e5, "rows", 1.5e-6],
      [2, 3, 1e5, "columns", 1e-6],
      [1, 5, 1e6, "rows", 1e-6],
      [1, 5, 1e6, "columns", 1e-6],
      [5, 1, 1e6, "rows", 1e-6],
      [9, 9, 1e5, "rows", 1.5e-6],
    ] as const) {
      const prepared = prepare({ type: "f32", rows, columns, inner, right });
      const parts = operands(prepared, () => 1);
      parts[0]!.fill(0.1);
      const result = call(compile([prepared.kernel], options).run[0]!, prepared, parts, 0);
      for (const value of result) {
        expect(Math.abs(value / (Math.fround(0.1) * inner) - 1)).toBeLessThanOrEqual(most);
      }
    }
  });
});

describe("a product", () => {
  it("of nothing is zero, or leaves what is there", () => {
    for (const type of TYPES) {
      for (const accumulate of [false, true]) {
        for (const batch of [[], [3], [0]]) {
          checkExact({ type, rows: 3, columns: 5, inner: 0, batch, accumulate }, {});
          checkExact({ type, rows: 0, columns: 5, inner: 4, batch, accumulate }, {});
          checkExact({ type, rows: 3, columns: 0, inner: 4, batch, accumulate }, {});
        }
      }
    }
  });

  it("reads nothing behind its operands", () => {
    const small = new WebAssembly.Memory({ initial: 2 });
    const end = small.buffer.byteLength;
    for (const [rows, columns, inner] of [
      [3, 3, 3],
      [1, 19, 18],
      [19, 1, 18],
      [1, 1, 21],
      [6, 21, 19],
      [33, 21, 19],
    ] as const) {
      for (const left of PLACINGS) {
        for (const right of PLACINGS) {
          const prepared = prepare({ type: "f32", rows, columns, inner, left, right });
          const run = compile([prepared.kernel], {}, small).run[0]!;
          const at = 16384;
          const lengths = [prepared.left.length, prepared.right.length];
          for (const [leftAt, rightAt] of [
            [end - 4 * lengths[0]!, at],
            [at, end - 4 * lengths[1]!],
          ] as const) {
            run(leftAt + 4 * prepared.left.first, rightAt + 4 * prepared.right.first, 0, 65536);
          }
        }
      }
    }
  });

  it("passes on what is not finite", () => {
    for (const [rows, columns, inner] of [
      [4, 4, 4],
      [1, 20, 20],
      [20, 20, 20],
      [20, 3, 5000],
    ] as const) {
      const prepared = prepare({ type: "f32", rows, columns, inner });
      const parts = operands(prepared, () => 1);
      parts[0]!.set([Number.NaN], 0);
      if (rows > 1) parts[0]!.set([Number.POSITIVE_INFINITY], inner);
      const result = call(compile([prepared.kernel], {}).run[0]!, prepared, parts, 0);
      const expected = Array.from({ length: rows * columns }, (_, index) => {
        const row = Math.floor(index / columns);
        return [Number.NaN, Number.POSITIVE_INFINITY][row] ?? inner;
      });
      expect(Array.from(result)).toEqual(expected);
    }
  });

  it("adds little code to a module that has others already", () => {
    const sizes = Array.from({ length: 20 }, (_, index) => 64 + 8 * index);
    const all = sizes.map((size) => prepare({ type: "f32", rows: 64, columns: size, inner: size }));
    const kernels = all.map(({ kernel }) => kernel);
    const { run, bytes } = compile(kernels, {});
    const first = compile(kernels.slice(0, 1), {}).bytes;
    expect(bytes - first).toBeLessThan(19 * 200);
    all.forEach((prepared, index) => {
      const parts = operands(prepared, integer);
      const result = call(run[index]!, prepared, parts, 0);
      forEachSum(prepared, parts[0]!, parts[1]!, (at, sum) => {
        if (result[at]! !== sum) expect.fail(`element ${at} of product ${index}`);
      });
    });
  });
});

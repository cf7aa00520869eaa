/** Pooling against plain loops, where gradients go among equal elements, and errors. */
import fc from "fast-check";
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectClose, float64, gradientOf, numbers, partial, uniformTensor } from "./programs.js";

type Pair = readonly [number, number];

interface Case {
  readonly image: Pair;
  readonly ksize: Pair;
  readonly strides: Pair;
  readonly padding: "SAME" | "VALID";
}

/** Padding before an axis and the number of windows along it. */
function layout({ image, ksize, strides, padding }: Case, axis: 0 | 1): Pair {
  const free = image[axis] - ksize[axis];
  if (padding === "VALID") return [0, Math.floor(free / strides[axis]) + 1];
  const count = Math.ceil(image[axis] / strides[axis]);
  return [Math.floor(Math.max(0, (count - 1) * strides[axis] - free) / 2), count];
}

/** For every window of a batch of two images with two channels: the row-major positions of its elements. */
function windowsOf(one: Case): number[][] {
  const [top, down] = layout(one, 0);
  const [left, across] = layout(one, 1);
  const [height, width] = one.image;
  const windows: number[][] = [];
  for (let n = 0; n < 2; n++)
    for (let i = 0; i < down; i++)
      for (let j = 0; j < across; j++)
        for (let c = 0; c < 2; c++) {
          const elements: number[] = [];
          for (let k = 0; k < one.ksize[0]; k++)
            for (let l = 0; l < one.ksize[1]; l++) {
              const row = i * one.strides[0] + k - top;
              const column = j * one.strides[1] + l - left;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              elements.push(((n * height + row) * width + column) * 2 + c);
            }
          windows.push(elements);
        }
  return windows;
}

const pair = (most: number): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));

const cases: fc.Arbitrary<Case> = fc
  .record({
    image: pair(8),
    ksize: pair(4),
    strides: pair(3),
    padding: fc.constantFrom("SAME", "VALID"),
  })
  .filter((one) => layout(one, 0)[1] > 0 && layout(one, 1)[1] > 0);

describe("pooling agrees with plain loops", () => {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  it("in values and gradients", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const x = uniformTensor([2, ...one.image, 2]);
        const values = numbers(x);
        const windows = windowsOf(one);
        const at = (position: number): number => values[position] ?? Number.NaN;
        const largest = windows.map((window) => window.reduce((a, b) => (at(b) > at(a) ? b : a)));
        const { ksize, strides, padding } = one;
        const options = { ksize, strides, padding };
        const maxima = tf.nn.maxPool2d(x, options);
        const means = tf.nn.avgPool2d(x, options);
        expectClose(maxima, largest.map(at));
        expectClose(
          means,
          windows.map((window) => sum(window.map(at)) / window.length),
        );
        const cotangent = uniformTensor(maxima.shape, 7);
        const cotangents = numbers(cotangent);
        const weighted = (f: typeof tf.nn.maxPool2d): tf.Tensor =>
          gradientOf((y) => tf.multiply(f(y, options), cotangent))(x);
        const byMax = values.map((_, position) =>
          sum(cotangents.filter((_, window) => largest[window] === position)),
        );
        const byMean = values.map((_, position) =>
          sum(
            windows.map((window, k) =>
              window.includes(position) ? (cotangents[k] ?? 0) / window.length : 0,
            ),
          ),
        );
        expectClose(weighted(tf.nn.maxPool2d), byMax);
        expectClose(weighted(tf.nn.avgPool2d), byMean);
      }),
      { numRuns: 80 },
    );
  });
});

describe("maxPool2d", () => {
  const options = { ksize: 2, strides: 2, padding: "VALID" } as const;

  it("gives the whole gradient to the first of equal elements", () => {
    const x = tf.fill([1, 2, 2, 1], 3);
    expect(numbers(gradientOf((y) => tf.nn.maxPool2d(y, options))(x))).toEqual([1, 0, 0, 0]);
  });

  it("keeps NaN, takes int32, and never sees the padding", () => {
    const nan = float64([1, Number.NaN, 5, 2], [1, 2, 2, 1]);
    expect(tf.nn.maxPool2d(nan, options).item()).toBeNaN();
    const integers = tf.constant(Int32Array.of(-5, -7, -9, -3), { shape: [1, 2, 2, 1] });
    const same = { ksize: 2, strides: 1, padding: "SAME" } as const;
    expect(numbers(tf.nn.maxPool2d(integers, same))).toEqual([-3, -3, -3, -3]);
  });

  it("has second derivatives through the chosen elements", () => {
    const x = float64([1, 2, 4, 3], [1, 2, 2, 1]);
    const f = (y: tf.Tensor): tf.Tensor => tf.square(tf.nn.maxPool2d(y, options));
    expect(partial(f, x, [2, 2])).toBe(2);
    expect(partial(f, x, [2, 1])).toBe(0);
  });
});

describe("pooling along one axis", () => {
  const x = uniformTensor([2, 7, 3]);

  it("is that of images of height 1", () => {
    for (const padding of ["SAME", "VALID"] as const) {
      const line = { ksize: 3, strides: 2, padding };
      const plane = { ksize: [1, 3], strides: [1, 2], padding } as const;
      const images = tf.expandDims(x, 1);
      expectClose(tf.nn.maxPool1d(x, line), numbers(tf.nn.maxPool2d(images, plane)));
      expectClose(tf.nn.avgPool1d(x, line), numbers(tf.nn.avgPool2d(images, plane)));
    }
    expect(tf.nn.maxPool1d(x, { ksize: 3, strides: 2, padding: "VALID" }).shape).toEqual([2, 3, 3]);
  });
});

describe("errors of pooling", () => {
  const x = tf.zeros([1, 3, 3, 1]);
  const options = { ksize: 2, strides: 1, padding: "VALID" } as const;

  it("name the operation and the shape", () => {
    expect(() => tf.nn.maxPool2d(tf.zeros([3, 3]), options)).toThrow(
      /maxPool2d: .*float32\[3, 3\]/,
    );
    expect(() => tf.nn.avgPool1d(x, options)).toThrow(/avgPool1d: .*\[1, 3, 3, 1\]/);
    expect(() => tf.nn.maxPool2d(x, { ...options, ksize: 4 })).toThrow(
      /window of height 4 does not fit an image of height 3/,
    );
    expect(() => tf.nn.avgPool2d(x, { ...options, strides: 0 })).toThrow(/avgPool2d: strides/);
    expect(() => Reflect.apply(tf.nn.maxPool2d, undefined, [x, {}])).toThrow(/ksize must be/);
    expect(() => Reflect.apply(tf.nn.maxPool2d, undefined, [x])).toThrow(tf.ArgumentError);
    expect(() =>
      Reflect.apply(tf.nn.maxPool2d, undefined, [x, { ...options, padding: 1 }]),
    ).toThrow(/padding must be "SAME" or "VALID"/);
    expect(() => Reflect.apply(tf.nn.maxPool2d, undefined, [x, { ...options, pad: 1 }])).toThrow(
      /"pad"/,
    );
    expect(() => tf.nn.avgPool2d(tf.zeros([1, 3, 3, 1], { dtype: "int32" }), options)).toThrow(
      tf.DTypeError,
    );
  });
});

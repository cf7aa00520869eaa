/** Convolution and its gradients of both orders against plain loops, for random strides, dilations and padding. */
import fc from "fast-check";
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectClose, float64, gradientOf, numbers, uniformTensor } from "./programs.js";

type Pair = readonly [number, number];

interface Case {
  readonly batch: number;
  readonly image: Pair;
  readonly window: Pair;
  readonly channels: number;
  readonly results: number;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly padding: "SAME" | "VALID" | readonly [Pair, Pair];
}

/** Padding before an axis and the number of windows along it. */
function layout(one: Case, axis: 0 | 1): Pair {
  const span = (one.window[axis] - 1) * one.dilations[axis] + 1;
  const length = one.image[axis];
  const stride = one.strides[axis];
  if (one.padding === "SAME") {
    const count = Math.ceil(length / stride);
    return [Math.floor(Math.max(0, (count - 1) * stride + span - length) / 2), count];
  }
  const [before, after] = one.padding === "VALID" ? [0, 0] : one.padding[axis];
  return [before, Math.floor((length + before + after - span) / stride) + 1];
}

/** Calls `visit` for every product x · w that is added to an element of y, by row-major positions. */
function eachProduct(one: Case, visit: (x: number, w: number, y: number) => void): void {
  const [height, width] = one.image;
  const [top, down] = layout(one, 0);
  const [left, across] = layout(one, 1);
  for (let n = 0; n < one.batch; n++)
    for (let i = 0; i < down; i++)
      for (let j = 0; j < across; j++)
        for (let k = 0; k < one.window[0]; k++)
          for (let l = 0; l < one.window[1]; l++) {
            const row = i * one.strides[0] + k * one.dilations[0] - top;
            const column = j * one.strides[1] + l * one.dilations[1] - left;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let c = 0; c < one.channels; c++)
              for (let o = 0; o < one.results; o++) {
                visit(
                  ((n * height + row) * width + column) * one.channels + c,
                  ((k * one.window[1] + l) * one.channels + c) * one.results + o,
                  ((n * down + i) * across + j) * one.results + o,
                );
              }
          }
}

const pair = (most: number): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));
const pad: fc.Arbitrary<Pair> = fc.tuple(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 3 }),
);

const cases: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    image: pair(9),
    window: pair(4),
    channels: fc.integer({ min: 1, max: 5 }),
    results: fc.integer({ min: 1, max: 6 }),
    strides: pair(3),
    dilations: pair(3),
    padding: fc.oneof(
      fc.constant("SAME" as const),
      fc.constant("VALID" as const),
      fc.tuple(pad, pad),
    ),
  })
  .filter((one) => layout(one, 0)[1] > 0 && layout(one, 1)[1] > 0);

describe("conv2d", () => {
  it("and its gradients agree with plain loops", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { strides, dilations, padding } = one;
        const options = { strides, dilations, padding };
        const x = uniformTensor([one.batch, ...one.image, one.channels], 1);
        const w = uniformTensor([...one.window, one.channels, one.results], 2);
        const y = tf.nn.conv2d(x, w, options);
        expect(y.shape).toEqual([one.batch, layout(one, 0)[1], layout(one, 1)[1], one.results]);
        const cotangent = uniformTensor(y.shape, 3);
        const expected = [x, w, y].map(({ size }) => new Array<number>(size).fill(0));
        const [xs, ws, cs] = [numbers(x), numbers(w), numbers(cotangent)];
        const add = (list: number[] | undefined, position: number, value: number): void => {
          if (list !== undefined) list[position] = (list[position] ?? 0) + value;
        };
        eachProduct(one, (p, q, r) => {
          add(expected[2], r, (xs[p] ?? 0) * (ws[q] ?? 0));
          add(expected[0], p, (cs[r] ?? 0) * (ws[q] ?? 0));
          add(expected[1], q, (cs[r] ?? 0) * (xs[p] ?? 0));
        });
        const tape = new tf.GradientTape();
        tape.watch([x, w]);
        const weighted = tf.multiply(tf.nn.conv2d(x, w, options), cotangent);
        const [byX, byW] = tape.gradient(weighted, [x, w]);
        expectClose(y, expected[2] ?? []);
        expectClose(byX, expected[0] ?? []);
        expectClose(byW, expected[1] ?? []);
      }),
      { numRuns: 120 },
    );
  });

  it("has the second derivatives of a bilinear function", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { strides, dilations, padding } = one;
        const conv = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.nn.conv2d(x, w, { strides, dilations, padding });
        const x = uniformTensor([one.batch, ...one.image, one.channels], 1);
        const w = uniformTensor([...one.window, one.channels, one.results], 2);
        const u = uniformTensor(x.shape, 4);
        const v = uniformTensor(w.shape, 5);
        const dot = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.reduceSum(tf.multiply(a, b));
        // f = Σ conv(x, w)²; ⟨u, ∂f/∂x⟩ = 2 Σ conv(x, w) · conv(u, w), which is differentiated again.
        const square = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
          tf.reduceSum(tf.square(conv(a, b)));
        const byX = (b: tf.Tensor): tf.Tensor => dot(u, gradientOf((a) => square(a, b))(x));
        const byW = (a: tf.Tensor): tf.Tensor => dot(v, gradientOf((b) => square(a, b))(w));
        const expectedByW = gradientOf((b) => tf.multiply(2, dot(conv(x, b), conv(u, b))))(w);
        const expectedByX = gradientOf((a) => tf.multiply(2, dot(conv(a, w), conv(a, v))))(x);
        expectClose(gradientOf(byX)(w), numbers(expectedByW));
        expectClose(gradientOf(byW)(x), numbers(expectedByX));
      }),
      { numRuns: 30 },
    );
  });

  it("adds float32 up in float64", () => {
    const x = tf.fill([1, 50, 50, 40], 0.1);
    const w = tf.ones([50, 50, 40, 1]);
    const y = tf.nn.conv2d(x, w, { padding: "VALID" }).item();
    expect(Math.abs(y / 1e4 - 1)).toBeLessThan(1e-6);
  });

  it("takes images without rows in a batch, and images in other layouts", () => {
    const w = uniformTensor([2, 2, 3, 4]);
    expect(
      tf.nn.conv2d(tf.zeros([0, 4, 4, 3], { dtype: "float64" }), w, { padding: "SAME" }).shape,
    ).toEqual([0, 4, 4, 4]);
    const channelsFirst = uniformTensor([2, 3, 5, 4]);
    const x = tf.transpose(channelsFirst, [0, 2, 3, 1]);
    const copy = float64(numbers(x), x.shape);
    expectClose(
      tf.nn.conv2d(x, w, { padding: "SAME" }),
      numbers(tf.nn.conv2d(copy, w, { padding: "SAME" })),
    );
  });

  it("refuses what does not match, naming both shapes", () => {
    const x = tf.zeros([1, 4, 4, 3]);
    const w = tf.zeros([2, 2, 3, 1]);
    const options = { padding: "VALID" } as const;
    expect(() => tf.nn.conv2d(x, tf.zeros([2, 2, 4, 1]), options)).toThrow(
      "conv2d: x [1, 4, 4, 3] has 3 channels, but w [2, 2, 4, 1] takes 4",
    );
    expect(() => tf.nn.conv2d(tf.zeros([4, 4, 3]), w, options)).toThrow(
      /conv2d: x must be .* got x float32\[4, 4, 3\] and w float32\[2, 2, 3, 1\]/,
    );
    expect(() => tf.nn.conv2d(x, tf.zeros([5, 1, 3, 1]), options)).toThrow(
      /window of height 5 does not fit an image of height 4/,
    );
    expect(() => tf.nn.conv2d(x, w, { ...options, dilations: [1, 4] })).toThrow(/width 5/);
    expect(() => tf.nn.conv2d(x, tf.zeros([0, 2, 3, 1]), options)).toThrow(tf.ShapeError);
    expect(() => tf.nn.conv2d(x, w, { ...options, strides: 0 })).toThrow(/strides must be/);
    expect(() => tf.nn.conv2d(x, w, { ...options, dilations: [1, 1.5] })).toThrow(tf.ArgumentError);
    expect(() => Reflect.apply(tf.nn.conv2d, undefined, [x, w])).toThrow(/padding must be/);
    expect(() => Reflect.apply(tf.nn.conv2d, undefined, [x, w, { padding: "valid" }])).toThrow(
      /padding must be "SAME", "VALID" or \[\[top, bottom\], \[left, right\]\], got valid/,
    );
    expect(() => Reflect.apply(tf.nn.conv2d, undefined, [x, w, { padding: [[1, 1]] }])).toThrow(
      tf.ArgumentError,
    );
    expect(() => tf.nn.conv2d(x, tf.zeros([2, 2, 3, 1], { dtype: "float64" }), options)).toThrow(
      tf.DTypeError,
    );
    const integers = tf.zeros([1, 4, 4, 3], { dtype: "int32" });
    expect(() => tf.nn.conv2d(integers, integers, options)).toThrow(tf.DTypeError);
  });
});

describe("conv1d", () => {
  it("is conv2d of images of height 1", () => {
    const x = uniformTensor([2, 9, 3], 1);
    const w = uniformTensor([3, 3, 4], 2);
    for (const padding of ["SAME", "VALID"] as const) {
      for (const [strides, dilations] of [
        [1, 1],
        [2, 1],
        [1, 3],
      ] as const) {
        const y = tf.nn.conv1d(x, w, { strides, dilations, padding });
        const plane = tf.nn.conv2d(tf.expandDims(x, 1), tf.expandDims(w, 0), {
          strides: [1, strides],
          dilations: [1, dilations],
          padding,
        });
        expect(y.shape).toEqual([2, plane.shape[2], 4]);
        expectClose(y, numbers(plane));
      }
    }
    expect(tf.nn.conv1d(x, w, { padding: [[2, 1]] }).shape).toEqual([2, 10, 4]);
  });

  it("refuses what does not match", () => {
    const x = tf.zeros([2, 9, 3]);
    expect(() => tf.nn.conv1d(x, tf.zeros([3, 2, 4]), { padding: "SAME" })).toThrow(
      "conv1d: x [2, 9, 3] has 3 channels, but w [3, 2, 4] takes 2",
    );
    expect(() => tf.nn.conv1d(tf.zeros([9, 3]), tf.zeros([3, 3, 4]), { padding: "SAME" })).toThrow(
      tf.ShapeError,
    );
    const options: unknown = { padding: "SAME", strides: [1, 2] };
    expect(() => Reflect.apply(tf.nn.conv1d, undefined, [x, tf.zeros([3, 3, 4]), options])).toThrow(
      /strides must be a positive integer/,
    );
  });
});

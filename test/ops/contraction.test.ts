/** Products of matrices and tensors against plain loops, in every layout, with their gradients and errors. */
import fc from "fast-check";
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectClose, float64, gradientOf, numbers, uniform, uniformTensor } from "./programs.js";

/** The product of two row-major matrices. */
function naiveProduct(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [rows, depth, columns]: readonly [number, number, number],
): number[] {
  return Array.from({ length: rows * columns }, (_, position) => {
    const row = Math.floor(position / columns);
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      sum +=
        (a[row * depth + k] ?? Number.NaN) * (b[k * columns + (position % columns)] ?? Number.NaN);
    }
    return sum;
  });
}

describe("matmul", () => {
  it("agrees with a plain loop for all small and odd sizes and both transposes", () => {
    const length = fc.integer({ min: 1, max: 21 });
    fc.assert(
      fc.property(length, length, length, fc.boolean(), fc.boolean(), (m, k, n, first, second) => {
        const a = uniform(m * k, 3);
        const b = uniform(k * n, 5);
        const expected = naiveProduct(a, b, [m, k, n]);
        const left = float64(a, [m, k]);
        const right = float64(b, [k, n]);
        const transposed = { transposeA: first, transposeB: second };
        const product = tf.matmul(
          first ? tf.constant(tf.transpose(left).data(), { shape: [k, m] }) : left,
          second ? tf.constant(tf.transpose(right).data(), { shape: [n, k] }) : right,
          transposed,
        );
        expect(product.shape).toEqual([m, n]);
        expectClose(product, expected);
        // The same through views, which are not row-major.
        const views = tf.matmul(
          first ? tf.transpose(left) : left,
          second ? tf.transpose(right) : right,
          transposed,
        );
        expectClose(views, expected);
      }),
      { numRuns: 150 },
    );
  });

  it("agrees with a plain loop where operands take several blocks", () => {
    for (const [m, k, n] of [
      [5, 4000, 37],
      [3, 70_000, 6],
      [130, 33, 1],
      [1, 33, 130],
      [1, 5000, 1],
    ] as const) {
      const a = uniform(m * k, 3);
      const b = uniform(k * n, 5);
      expectClose(
        tf.matmul(float64(a, [m, k]), float64(b, [k, n])),
        naiveProduct(a, b, [m, k, n]),
        1e-9,
      );
    }
  });

  it("broadcasts batches, and sums their gradients", () => {
    const a = uniformTensor([2, 1, 2, 3], 1);
    const b = uniformTensor([4, 3, 2], 2);
    const product = tf.matmul(a, b);
    expect(product.shape).toEqual([2, 4, 2, 2]);
    const one = tf.matmul(
      tf.reshape(tf.slice(a, [1, 0, 0, 0], [1, 1, 2, 3]), [2, 3]),
      tf.gather(b, 2),
    );
    expectClose(tf.gather(tf.gather(product, 1), 2), numbers(one));
    const gradient = gradientOf((x) => tf.matmul(x, b))(a);
    const row = numbers(tf.reduceSum(b, { axis: [0, 2] }));
    expectClose(gradient, [...row, ...row, ...row, ...row]);
  });

  it("takes a batch times one matrix, and the gradient of that matrix, in one product", () => {
    const a = uniformTensor([2, 5, 3], 1);
    const b = uniformTensor([3, 4], 2);
    const rows = tf.reshape(a, [10, 3]);
    expectClose(tf.matmul(a, b), numbers(tf.matmul(rows, b)));
    const ones = tf.ones([10, 4], { dtype: "float64" });
    const expected = tf.matmul(rows, ones, { transposeA: true });
    expectClose(gradientOf((x) => tf.matmul(a, x))(b), numbers(expected));
  });

  it("is exact modulo 2³² in int32", () => {
    const a = Int32Array.of(2 ** 31 - 1, -(2 ** 31), 123_456_789, 987_654_321);
    const b = Int32Array.of(2 ** 30 + 7, 31, -987_654_321, 65_537);
    const wrap = (x: bigint): number => Number(BigInt.asIntN(32, x));
    const at = (values: Int32Array, position: number): bigint => BigInt(values[position] ?? 0);
    const expected = [0, 1, 2, 3].map((position) => {
      const row = position < 2 ? 0 : 2;
      const column = position % 2;
      return wrap(at(a, row) * at(b, column) + at(a, row + 1) * at(b, column + 2));
    });
    const product = tf.matmul(tf.constant(a, { shape: [2, 2] }), tf.constant(b, { shape: [2, 2] }));
    expect(product.dtype).toBe("int32");
    expect(numbers(product)).toEqual(expected);
  });

  it("adds float32 up in float64", () => {
    const a = tf.constant(new Float32Array(1_000_000).fill(0.1), { shape: [1, 1_000_000] });
    const ones = tf.ones([1_000_000, 1]);
    expect(Math.abs(tf.matmul(a, ones).item() / 1e5 - 1)).toBeLessThan(1e-6);
  });

  it("takes empty matrices", () => {
    expect(tf.matmul(tf.zeros([2, 0]), tf.zeros([0, 3])).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(tf.matmul(tf.zeros([0, 2, 3]), tf.zeros([3, 4])).shape).toEqual([0, 2, 4]);
  });

  it("refuses what does not match, naming both shapes", () => {
    const a = tf.zeros([2, 3]);
    expect(() => tf.matmul(a, tf.zeros([2, 3]))).toThrow(
      "matmul: a [2, 3] has rows of 3 elements, but b [2, 3] has columns of 2",
    );
    expect(() => tf.matmul(a, tf.zeros([2, 3]), { transposeA: true, transposeB: true })).toThrow(
      "a [2, 3] transposed has rows of 2 elements, but b [2, 3] transposed has columns of 3",
    );
    expect(() => tf.matmul(a, tf.zeros([3]))).toThrow(tf.ShapeError);
    expect(() => tf.matmul(tf.zeros([2, 2, 3]), tf.zeros([3, 3, 2]))).toThrow(/do not broadcast/);
    expect(() => tf.matmul(a, tf.zeros([3, 2], { dtype: "float64" }))).toThrow(tf.DTypeError);
    expect(() => tf.matmul([[true]], [[true]])).toThrow(tf.DTypeError);
    expect(() => Reflect.apply(tf.matmul, undefined, [a, a, { transpose: true }])).toThrow(
      /unknown option "transpose"/,
    );
  });
});

describe("matvec", () => {
  it("multiplies batches of matrices with vectors", () => {
    const a = uniformTensor([2, 3, 4]);
    const b = uniformTensor([4], 9);
    const product = tf.linalg.matvec(a, b);
    expect(product.shape).toEqual([2, 3]);
    expectClose(product, numbers(tf.reduceSum(tf.multiply(a, b), { axis: -1 })));
  });

  it("refuses what does not match", () => {
    expect(() => tf.linalg.matvec(tf.zeros([2, 3]), tf.zeros([2]))).toThrow(
      /float32\[2, 3\].*float32\[2\]/,
    );
    expect(() => tf.linalg.matvec(tf.zeros([3]), tf.zeros([3]))).toThrow(tf.ShapeError);
    expect(() => tf.linalg.matvec(tf.zeros([3, 3]), 1)).toThrow(tf.ShapeError);
  });
});

describe("tensordot", () => {
  const a = uniformTensor([2, 3, 4], 1);
  const b = uniformTensor([4, 3, 5], 2);

  it("agrees with einsum", () => {
    expectClose(tf.tensordot(a, b, 1), numbers(tf.einsum("abc,cde->abde", a, b)));
    expectClose(
      tf.tensordot(a, b, [
        [2, 1],
        [0, 1],
      ]),
      numbers(tf.einsum("abc,cbe->ae", a, b)),
    );
    expectClose(tf.tensordot(a, b, [-1, 0]), numbers(tf.tensordot(a, b, 1)));
    expect(tf.tensordot(a, b, 0).shape).toEqual([2, 3, 4, 4, 3, 5]);
  });

  it("refuses what does not match", () => {
    expect(() => tf.tensordot(a, b, 2)).toThrow(
      /axis 1 of a \[2, 3, 4\] and axis 0 of b \[4, 3, 5\]/,
    );
    expect(() => tf.tensordot(a, b, 4)).toThrow(tf.ShapeError);
    expect(() => tf.tensordot(a, b, [3, 0])).toThrow(tf.IndexError);
    expect(() => tf.tensordot(a, b, [[2, 1], [0]])).toThrow(tf.ArgumentError);
    expect(() =>
      tf.tensordot(a, b, [
        [1, 1],
        [1, 1],
      ]),
    ).toThrow(tf.ArgumentError);
    expect(() => tf.tensordot(a, b, 1.5)).toThrow(tf.ArgumentError);
  });
});

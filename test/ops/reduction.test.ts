/** Reductions: conventions at ties, zeros and empty axes, accuracy, extremes, errors. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { float64, gradientOf, numbers, partial } from "./programs.js";

/** The product of the elements at all positions but the given ones. */
function productWithout(values: readonly number[], left: readonly number[]): number {
  return values.reduce(
    (product, value, position) => (left.includes(position) ? product : product * value),
    1,
  );
}

/** A derivative of a product: 0 once an element is differentiated twice. */
function expectedDerivative(values: readonly number[], positions: readonly number[]): number {
  return new Set(positions).size < positions.length ? 0 : productWithout(values, positions) + 0;
}

describe("reduceProd with any number of zeros", () => {
  for (const values of [
    [2, 3, 4, 5],
    [0, 3, 4, 5],
    [0, 3, 0, 5],
    [0, 0, 0, 5],
    [0, 0, 0, 0],
  ]) {
    const x = float64(values);
    const positions = [0, 1, 2, 3];

    it(`of ${values} has the exact first two derivatives`, () => {
      for (const p of positions) {
        expect(partial(tf.reduceProd, x, [p])).toBe(expectedDerivative(values, [p]));
        for (const q of positions) {
          expect(partial(tf.reduceProd, x, [p, q])).toBe(expectedDerivative(values, [p, q]));
        }
      }
    });

    it(`of ${values} has the exact third derivatives`, () => {
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [3, 0, 2],
        [1, 1, 2],
      ]) {
        expect(partial(tf.reduceProd, x, order)).toBe(expectedDerivative(values, order));
      }
    });
  }

  it("takes several axes that are not neighbours", () => {
    const x = float64([1, 2, 0, 4, 5, 6, 7, 8], [2, 2, 2]);
    const gradient = gradientOf((y) => tf.reduceProd(y, { axis: [0, 2] }))(x);
    expect(gradient.toArray()).toEqual([
      [
        [60, 30],
        [224, 0],
      ],
      [
        [12, 10],
        [0, 0],
      ],
    ]);
  });
});

describe("reduceMax and reduceMin", () => {
  it("share the gradient evenly among equal elements", () => {
    const x = float64([1, 3, 3, 3, 2, 2], [2, 3]);
    expect(numbers(gradientOf((y) => tf.reduceMax(y, { axis: 1 }))(x))).toEqual([
      0, 0.5, 0.5, 1, 0, 0,
    ]);
    expect(numbers(gradientOf((y) => tf.reduceMin(y, { axis: 1 }))(x))).toEqual([
      1, 0, 0, 0, 0.5, 0.5,
    ]);
  });

  it("keep NaN, and keep it out of what where does not take", () => {
    expect(tf.reduceMax([1, Number.NaN, 2]).item()).toBeNaN();
    const f = (y: tf.Tensor): tf.Tensor =>
      tf.where([true, false], tf.constant([1, 1]), tf.reduceMax(y, { axis: 1 }));
    const x = tf.constant([
      [Number.NaN, 1],
      [2, 3],
    ]);
    expect(numbers(gradientOf(f)(x))).toEqual([0, 0, 0, 1]);
  });
});

describe("reductions over an empty axis give the identity", () => {
  const empty = tf.zeros([2, 0]);
  const integers = tf.zeros([2, 0], { dtype: "int32" });
  const axis = { axis: 1 };

  it("in float32", () => {
    expect(tf.reduceSum(empty, axis).toArray()).toEqual([0, 0]);
    expect(tf.reduceProd(empty, axis).toArray()).toEqual([1, 1]);
    expect(tf.reduceMax(empty, axis).toArray()).toEqual([-Infinity, -Infinity]);
    expect(tf.reduceMin(empty, axis).toArray()).toEqual([Infinity, Infinity]);
    expect(tf.reduceMean(empty, axis).toArray()).toEqual([Number.NaN, Number.NaN]);
    expect(tf.reduceLogsumexp(empty, axis).toArray()).toEqual([-Infinity, -Infinity]);
    expect(tf.norm(empty, { axis: 1 }).toArray()).toEqual([0, 0]);
    expect(tf.norm(empty, { axis: 1, ord: Infinity }).toArray()).toEqual([0, 0]);
  });

  it("in int32", () => {
    expect(tf.reduceMax(integers, axis).toArray()).toEqual([-(2 ** 31), -(2 ** 31)]);
    expect(tf.reduceMin(integers, axis).toArray()).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
  });

  it("and of bools", () => {
    const bools = tf.cast(empty, "bool");
    expect(tf.reduceAny(bools).item()).toBe(0);
    expect(tf.reduceAll(bools).item()).toBe(1);
  });

  it("with empty gradients", () => {
    for (const f of [tf.reduceProd, tf.reduceMax, tf.reduceLogsumexp, tf.math.reduceVariance]) {
      expect(gradientOf((y) => f(y, axis))(empty).shape).toEqual([2, 0]);
    }
  });
});

describe("accuracy", () => {
  it("sums ten million times 0.1 in float32 within 1e-6", () => {
    const values = tf.constant(new Float32Array(10_000_000).fill(0.1));
    for (const sum of [
      tf.reduceSum(values),
      tf.reduceSum(tf.reshape(values, [10, 1_000_000]), { axis: 1 }),
      tf.reduceSum(tf.reshape(values, [1_000_000, 10]), { axis: 0 }),
    ]) {
      const total = numbers(sum).reduce((a, b) => a + b, 0);
      expect(Math.abs(total / 1e6 - 1)).toBeLessThan(1e-6);
    }
    expect(Math.abs(tf.reduceMean(values).item() / 0.1 - 1)).toBeLessThan(1e-6);
    expect(Math.abs(tf.norm(values).item() / Math.sqrt(1e5) - 1)).toBeLessThan(1e-6);
    const last = tf.gather(tf.cumsum(values), 9_999_999).item();
    expect(Math.abs(last / 1e6 - 1)).toBeLessThan(1e-6);
  });

  it("truncates the mean of int32 and wraps its sum", () => {
    const x = tf.constant(Int32Array.of(-3, -4));
    expect(tf.reduceMean(x).item()).toBe(-3);
    expect(tf.reduceMean(x).dtype).toBe("int32");
    expect(tf.reduceSum(tf.constant(Int32Array.of(2 ** 31 - 1, 1))).item()).toBe(-(2 ** 31));
    expect(tf.cumsum(tf.constant(Int32Array.of(2 ** 31 - 1, 1))).toArray()).toEqual([
      2 ** 31 - 1,
      -(2 ** 31),
    ]);
  });
});

describe("reduceLogsumexp", () => {
  for (const scale of [1e-300, 1, 700, 1e4, 1e300]) {
    it(`has finite first two derivatives at ±${scale}`, () => {
      const x = float64([scale, scale, -scale]);
      const gradient = numbers(gradientOf(tf.reduceLogsumexp)(x));
      const powers = [1, 1, Math.exp(-2 * scale)];
      const sum = powers.reduce((a, b) => a + b);
      powers.forEach((power, p) => {
        expect(gradient[p]).toBeCloseTo(power / sum, 14);
        powers.forEach((other, q) => {
          const second = (p === q ? power / sum : 0) - (power * other) / sum ** 2;
          expect(partial(tf.reduceLogsumexp, x, [p, q])).toBeCloseTo(second, 14);
        });
      });
    });
  }

  it("of minus infinities is minus infinity with gradient 0", () => {
    const x = float64([-Infinity, -Infinity]);
    expect(tf.reduceLogsumexp(x).item()).toBe(-Infinity);
    expect(numbers(gradientOf(tf.reduceLogsumexp)(x))).toEqual([0, 0]);
  });
});

describe("argmax and argmin", () => {
  it("take axis 0 by default, the first of equals, and give int32", () => {
    const x = tf.constant([
      [1, 5, 2],
      [7, 5, 0],
    ]);
    expect(tf.argmax(x).toArray()).toEqual([1, 0, 0]);
    expect(tf.argmin(x, { axis: -1 }).toArray()).toEqual([0, 2]);
    expect(tf.argmax(x).dtype).toBe("int32");
    expect(tf.argmax([1, Number.NaN, 3]).item()).toBe(1);
  });

  it("refuse an empty axis and a scalar", () => {
    expect(() => tf.argmax(tf.zeros([0, 2]))).toThrow(/argmax: axis 0 of shape \[0, 2\] is empty/);
    expect(() => tf.argmax(1)).toThrow(tf.IndexError);
  });
});

describe("errors of reductions", () => {
  const x = tf.zeros([2, 3]);

  it("name the operation and the axis", () => {
    expect(() => tf.reduceMax(x, { axis: 2 })).toThrow(tf.IndexError);
    expect(() => tf.reduceMean(x, { axis: -3 })).toThrow(/reduceMean: axis -3/);
    expect(() => tf.reduceProd(x, { axis: [0, 0] })).toThrow(tf.ArgumentError);
    expect(() => tf.reduceSum(x, { axis: 0.5 })).toThrow(tf.ArgumentError);
    expect(() => tf.cumsum(x, { axis: 2 })).toThrow(tf.IndexError);
    expect(() => tf.math.cumprod(1)).toThrow(tf.IndexError);
  });

  it("refuse unknown options and wrong kinds of options", () => {
    expect(() => Reflect.apply(tf.reduceSum, undefined, [x, { axes: 0 }])).toThrow(/"axes"/);
    expect(() => Reflect.apply(tf.reduceSum, undefined, [x, { keepdims: 1 }])).toThrow(/keepdims/);
    expect(() => Reflect.apply(tf.reduceMean, undefined, [x, 0])).toThrow(tf.ArgumentError);
    expect(() => Reflect.apply(tf.cumsum, undefined, [x, { reverse: 1 }])).toThrow(/reverse/);
  });

  it("refuse dtypes that make no sense", () => {
    expect(() => tf.reduceSum([true])).toThrow(tf.DTypeError);
    expect(() => tf.reduceMean([true])).toThrow(tf.DTypeError);
    expect(() => tf.reduceAny([1])).toThrow(tf.DTypeError);
    expect(() => tf.reduceLogsumexp(tf.constant(Int32Array.of(1)))).toThrow(tf.DTypeError);
    expect(() => tf.math.reduceStd(tf.constant(Int32Array.of(1)))).toThrow(tf.DTypeError);
  });
});

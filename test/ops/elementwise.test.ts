/** What elementwise operations do with dtypes, integers, shapes, identity and bad input. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { gradients, nthDerivative, numbers } from "./derivatives.js";

const int32 = (values: readonly number[]): tf.Tensor => tf.constant(values, { dtype: "int32" });

describe("int32", () => {
  const LARGEST = 2 ** 31 - 1;
  const SMALLEST = -(2 ** 31);

  it("wraps", () => {
    expect(numbers(tf.add(int32([LARGEST]), 1))).toEqual([SMALLEST]);
    expect(numbers(tf.subtract(int32([SMALLEST]), 1))).toEqual([LARGEST]);
    expect(numbers(tf.multiply(int32([LARGEST]), LARGEST))).toEqual([1]);
    expect(numbers(tf.negative(int32([SMALLEST])))).toEqual([SMALLEST]);
    expect(numbers(tf.abs(int32([SMALLEST])))).toEqual([SMALLEST]);
    expect(numbers(tf.square(int32([LARGEST])))).toEqual([1]);
    expect(numbers(tf.math.squaredDifference(int32([LARGEST]), SMALLEST))).toEqual([1]);
    expect(numbers(tf.pow(int32([3]), 21))).toEqual([1870418611]);
    expect(numbers(tf.math.floordiv(int32([SMALLEST]), -1))).toEqual([SMALLEST]);
    expect(numbers(tf.addN([int32([LARGEST]), int32([1])]))).toEqual([SMALLEST]);
  });

  it("is divided into float64", () => {
    const quotient = tf.divide(int32([7, -1, 1]), int32([2, 3, 0]));
    expect(quotient.dtype).toBe("float64");
    expect(numbers(quotient)).toEqual([3.5, -1 / 3, Number.POSITIVE_INFINITY]);
  });

  it("is not divided by 0 with an integer result, nor raised to a negative power", () => {
    expect(() => tf.math.floordiv(int32([1]), int32([0]))).toThrow(tf.ArgumentError);
    expect(() => tf.math.floordiv(int32([1]), int32([0]))).toThrow(/^floordiv: /);
    expect(() => tf.math.floormod(int32([1, 2]), int32([3, 0]))).toThrow(/^floormod: /);
    expect(() => tf.pow(int32([2]), int32([-1]))).toThrow(/^pow: .*-1/);
    expect(() => tf.pow(int32([2]), int32([-1]))).toThrow(tf.ArgumentError);
  });

  it("rounds quotients towards −∞, and remainders have the sign of the divisor", () => {
    expect(numbers(tf.math.floordiv(int32([7, -7, 7, -7]), int32([2, 2, -2, -2])))).toEqual([
      3, -4, -4, 3,
    ]);
    expect(numbers(tf.math.floormod([7.5, -7.5], [2, 2]))).toEqual([1.5, 0.5]);
    expect(gradients(tf.math.floormod, [7.5, -7.5], [2, 2])).toEqual([
      [1, 1],
      [-3, 4],
    ]);
  });
});

describe("dtypes", () => {
  it("bool has no arithmetic and no order", () => {
    const truth = tf.constant([true, false]);
    for (const f of [tf.add, tf.subtract, tf.multiply, tf.divide, tf.maximum, tf.pow, tf.less]) {
      expect(() => f(truth, truth)).toThrow(tf.DTypeError);
    }
    expect(() => tf.addN([truth, truth])).toThrow(tf.DTypeError);
    expect(() => tf.negative(truth)).toThrow(/^negative: x is bool\[2\]; expected float32/);
    expect(numbers(tf.equal(truth, truth))).toEqual([1, 1]);
  });

  it("integers have no transcendental functions", () => {
    for (const f of [tf.exp, tf.sqrt, tf.sin, tf.sigmoid, tf.floor, tf.math.log, tf.nn.elu]) {
      expect(() => f(int32([1]))).toThrow(tf.DTypeError);
    }
    expect(() => tf.nn.leakyRelu(int32([1]))).toThrow(/^leakyRelu: x is int32\[1\]/);
    expect(numbers(tf.nn.relu(int32([-1, 2])))).toEqual([0, 2]);
  });

  it("operands of two dtypes are a DTypeError that names both", () => {
    expect(() => tf.add(int32([1]), tf.constant([1]))).toThrow(/^add: a is int32.*b is float32/);
    expect(() => tf.where([true], int32([1]), tf.constant([1]))).toThrow(tf.DTypeError);
  });

  it("where takes bool alone for a condition", () => {
    expect(() => tf.where(tf.constant([1, 0]), 1, 2)).toThrow(/^where: condition is float32\[2\]/);
    expect(() => tf.where(tf.constant([1, 0]), 1, 2)).toThrow(tf.DTypeError);
    expect(() => tf.where([true, false], [1, 2, 3], 0)).toThrow(tf.ShapeError);
  });

  it("logical operations take bool alone", () => {
    for (const f of [tf.logicalAnd, tf.logicalOr, tf.math.logicalXor]) {
      expect(() => f(tf.constant([1]), tf.constant([1]))).toThrow(tf.DTypeError);
    }
    expect(() => tf.logicalNot(tf.constant([1]))).toThrow(tf.DTypeError);
  });
});

describe("cast", () => {
  it("truncates towards int32, saturates, and sends NaN to 0", () => {
    const x = [-2.7, 0.9, 1e10, -1e10, Number.NaN, Number.NEGATIVE_INFINITY];
    const expected = [-2, 0, 2147483647, -2147483648, 0, -2147483648];
    expect(numbers(tf.cast(x, "int32"))).toEqual(expected);
    expect(x.map((value) => tf.cast(value, "int32").item() + 0)).toEqual(expected);
  });

  it("sends to true whatever is not 0, NaN included", () => {
    expect(numbers(tf.cast([0, -0, 0.1, Number.NaN], "bool"))).toEqual([0, 0, 1, 1]);
  });

  it("gives the operand itself where it has the dtype, and keeps the digits of bare numbers", () => {
    const x = tf.constant([1]);
    expect(tf.cast(x, "float32") === x).toBe(true);
    expect(tf.cast(0.1, "float64").item()).toBe(0.1);
    expect(tf.cast(16777217, "int32").item()).toBe(16777217);
  });

  it("passes gradients between floats in the dtype of the source, and is cut at integers", () => {
    const x = tf.constant([2]);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const wide = tf.square(tf.cast(x, "float64"));
    const whole = tf.cast(tf.cast(x, "int32"), "float32");
    tape.stop();
    expect(tape.gradient(wide, x).dtype).toBe("float32");
    expect(numbers(tape.gradient(wide, x))).toEqual([4]);
    expect(() => tape.gradient(whole, x)).toThrow(/cut by cast/);
  });

  it("refuses unknown dtypes", () => {
    expect(() => Reflect.apply(tf.cast, undefined, [[1], "float16"])).toThrow(tf.DTypeError);
  });
});

describe("identity", () => {
  it("identity(x), x + 0 and x · 1 give new tensors that are watched apart", () => {
    const x = tf.constant([2, 3]);
    for (const same of [tf.identity(x), tf.add(x, 0), tf.multiply(x, 1)]) {
      expect(same === x).toBe(false);
      const tape = new tf.GradientTape();
      tape.watch(same);
      const y = tf.square(same);
      const z = tf.multiply(y, x);
      expect(tape.gradient(z, [same, x], { unconnectedGradients: "none" })[1]).toBeNull();
    }
  });

  it("stopGradient cuts the path and is named as the cause", () => {
    const f = (x: tf.Tensor) => tf.multiply(x, tf.stopGradient(x));
    expect(nthDerivative(f, [3], 1)).toEqual([3]);
    const x = tf.constant(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    expect(() => tape.gradient(tf.stopGradient(x), x)).toThrow(/cut by stopGradient/);
  });

  it("floor, ceil, round and comparisons cut the path", () => {
    for (const f of [tf.floor, tf.math.ceil, tf.round]) {
      const x = tf.constant(3);
      const tape = new tf.GradientTape();
      tape.watch(x);
      expect(() => tape.gradient(f(x), x)).toThrow(tf.UnconnectedGradientError);
    }
  });
});

describe("checkNumerics", () => {
  it("passes values and gradients on", () => {
    const f = (x: tf.Tensor) => tf.debugging.checkNumerics(tf.square(x), "square");
    expect(nthDerivative(f, [3], 0)).toEqual([9]);
    expect(nthDerivative(f, [3], 1)).toEqual([6]);
    expect(nthDerivative(f, [3], 2)).toEqual([2]);
  });

  it("names its message, the first bad element and where it is", () => {
    const x = tf.constant([
      [1, 2],
      [Number.POSITIVE_INFINITY, Number.NaN],
    ]);
    const check = () => tf.debugging.checkNumerics(x, "loss");
    expect(check).toThrow(tf.NumericsError);
    expect(check).toThrow("checkNumerics: loss: element [1, 0] of float32[2, 2] is Infinity");
    expect(() => tf.debugging.checkNumerics(Number.NaN, "loss")).toThrow(/element \[\] of .* NaN/);
    expect(() => Reflect.apply(tf.debugging.checkNumerics, undefined, [1])).toThrow(
      tf.ArgumentError,
    );
  });
});

describe("bad input", () => {
  it("unknown options, wrong kinds and shapes are typed errors that name the operation", () => {
    const call = (f: object, ...values: readonly unknown[]) =>
      Reflect.apply(f as (...parameters: unknown[]) => unknown, undefined, values);
    expect(() => call(tf.nn.gelu, [1], { approximated: true })).toThrow(/^gelu: unknown option/);
    expect(() => call(tf.nn.leakyRelu, [1], { alpha: "0.1" })).toThrow(/^leakyRelu: alpha must be/);
    expect(() => call(tf.exp, null)).toThrow(/^exp: x must be a tensor.*null/);
    expect(() => call(tf.where, [true])).toThrow(tf.ArgumentError);
    expect(() => tf.addN([])).toThrow(tf.ArgumentError);
    expect(() => tf.addN([[1], [1, 2]])).toThrow(/^addN: .*\[1\].*inputs\[1\].*\[2\]/);
    expect(() => tf.add([1, 2], [1, 2, 3])).toThrow(/^add: shapes \[2\] and \[3\]/);
    expect(() => tf.clipByValue(1, [0, 0], 2)).toThrow(/^clipByValue: .*shape \[\]/);
  });
});

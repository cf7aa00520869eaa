/** Tensors made of values, shapes and ranges. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

describe("constant", () => {
  it("makes float32 of numbers and bool of booleans", () => {
    expect(tf.constant(3).dtype).toBe("float32");
    expect(tf.constant([[1, 2, 3]]).shape).toEqual([1, 3]);
    expect(tf.constant([true, false]).dtype).toBe("bool");
    expect(tf.constant([]).shape).toEqual([0]);
  });

  it("rounds numbers to the dtype", () => {
    expect(tf.constant(0.1).item()).toBe(Math.fround(0.1));
    expect(tf.constant(0.1, { dtype: "float64" }).item()).toBe(0.1);
    expect(tf.constant([true, false], { dtype: "float32" }).toArray()).toEqual([1, 0]);
  });

  it("keeps the dtype of typed arrays", () => {
    const dtypes = [new Float32Array(2), new Float64Array(2), new Int32Array(2), new Uint8Array(2)];
    expect(dtypes.map((values) => tf.constant(values).dtype)).toEqual([
      "float32",
      "float64",
      "int32",
      "bool",
    ]);
    expect(tf.constant(new Uint8Array([0, 1, 7])).toArray()).toEqual([0, 1, 1]);
  });

  it("converts a typed array to another dtype: truncated, saturated, NaN as 0", () => {
    const values = new Float64Array([2.7, -2.7, 1e12, Number.NaN]);
    const converted = tf.constant(values, { dtype: "int32" });
    expect(converted.toArray()).toEqual([2, -2, 2 ** 31 - 1, 0]);
  });

  it("copies a typed array unless told not to", () => {
    const values = new Float32Array([1, 2]);
    const copied = tf.constant(values);
    const shared = tf.constant(values, { copy: false });
    values[0] = 9;
    expect(copied.toArray()).toEqual([1, 2]);
    expect(shared.toArray()).toEqual([9, 2]);
  });

  it("takes a shape, which one value fills", () => {
    expect(tf.constant([1, 2, 3, 4], { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tf.constant(new Float32Array(6), { shape: [3, 2] }).shape).toEqual([3, 2]);
    expect(tf.constant(7, { shape: [2, 2], dtype: "int32" }).toArray()).toEqual([
      [7, 7],
      [7, 7],
    ]);
    expect(tf.constant([7], { shape: [3] }).toArray()).toEqual([7, 7, 7]);
    expect(tf.constant(new Float64Array([5]), { shape: [2] }).toArray()).toEqual([5, 5]);
    expect(tf.constant([], { shape: [0, 3] }).shape).toEqual([0, 3]);
  });

  it("refuses values that do not fill the shape", () => {
    expect(() => tf.constant([1, 2, 3], { shape: [2, 2] })).toThrow(tf.ShapeError);
    expect(() => tf.constant(new Float32Array(3), { shape: [2] })).toThrow(/3 values.*\[2\]/);
    expect(() => tf.constant(1, { shape: [1.5] })).toThrow(tf.ShapeError);
    expect(() => tf.constant(1, { shape: [-1] })).toThrow(tf.ShapeError);
  });

  it("refuses ragged arrays, naming the shape of the first entries and the depth", () => {
    expect(() => tf.constant([[1, 2], [3]])).toThrow(tf.ShapeError);
    expect(() => tf.constant([[1, 2], [3]])).toThrow(/constant: .*ragged.*\[2, 2\].*depth 1/);
    expect(() => tf.constant([1, [2]])).toThrow(tf.ShapeError);
    expect(() => tf.constant([[1], 2])).toThrow(tf.ShapeError);
  });

  it("refuses values that the dtype cannot hold", () => {
    expect(() => tf.constant(1.5, { dtype: "int32" })).toThrow(tf.DTypeError);
    expect(() => tf.constant(2 ** 31, { dtype: "int32" })).toThrow(tf.DTypeError);
    expect(() => tf.constant([true, 2], { dtype: "bool" })).toThrow(tf.DTypeError);
  });

  it("refuses what is no value", () => {
    // @ts-expect-error null is no value
    expect(() => tf.constant(null)).toThrow(/constant: .*got null/);
    // @ts-expect-error a string is no value
    expect(() => tf.constant(["a"])).toThrow(tf.ArgumentError);
    // @ts-expect-error undefined is no value
    expect(() => tf.constant([1, undefined])).toThrow(tf.ArgumentError);
    // @ts-expect-error tensors have convertToTensor
    expect(() => tf.constant(tf.ones([2]))).toThrow(/convertToTensor/);
    // @ts-expect-error arrays of tensors have stack
    expect(() => tf.constant([tf.ones([2])])).toThrow(/stack/);
    // @ts-expect-error no dtype
    expect(() => tf.constant(1, { dtype: "float16" })).toThrow(tf.DTypeError);
    // @ts-expect-error no option
    expect(() => tf.constant(1, { type: "int32" })).toThrow(/unknown option "type"/);
  });
});

describe("convertToTensor", () => {
  it("gives a tensor itself and everything else as constant does", () => {
    const x = tf.ones([2]);
    expect(tf.convertToTensor(x)).toBe(x);
    expect(tf.convertToTensor([1, 2], { dtype: "int32" }).dtype).toBe("int32");
    expect(tf.convertToTensor(new Float32Array(2), { dtype: "float64" }).dtype).toBe("float64");
    expect(tf.convertToTensor(new tf.Variable([1, 2])).toArray()).toEqual([1, 2]);
  });

  it("refuses a tensor of another dtype than is asked for", () => {
    expect(() => tf.convertToTensor(tf.ones([2]), { dtype: "int32" })).toThrow(tf.DTypeError);
  });
});

describe("zeros, ones and fill", () => {
  it("store one element whatever the shape", () => {
    expect(tf.zeros([2, 3]).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const large = tf.ones([1000, 1000, 1000], { dtype: "float64" });
    expect(large.size).toBe(1e9);
    expect(large.at(999, 999, 999).item()).toBe(1);
  });

  it("refuse what cannot be read into memory before it is tried", () => {
    expect(() => tf.ones([1e5, 1e5]).data()).toThrow(tf.AllocationError);
    expect(() => tf.zeros([1e200, 1e200])).toThrow(tf.AllocationError);
  });

  it("follow shape and dtype of another tensor", () => {
    const x = tf.constant([1, 2], { dtype: "int32" });
    expect(tf.zerosLike(x).dtype).toBe("int32");
    expect(tf.onesLike(x, { dtype: "bool" }).toArray()).toEqual([1, 1]);
  });

  it("fill passes a gradient to its value", () => {
    const value = tf.constant(2);
    const tape = new tf.GradientTape();
    tape.watch(value);
    const sum = tf.reduceSum(tf.fill([2, 3], value));
    expect(tape.gradient(sum, value).item()).toBe(6);
    expect(() => tf.fill([2], [1, 2])).toThrow(tf.ShapeError);
  });
});

describe("range and linspace", () => {
  it("range is int32 when all numbers are integers", () => {
    expect(tf.range(3).dtype).toBe("int32");
    expect(tf.range(3).toArray()).toEqual([0, 1, 2]);
    expect(tf.range(1, 2.5).toArray()).toEqual([1, 2]);
    expect(tf.range(1, 2.5).dtype).toBe("float32");
    expect(tf.range(3, { dtype: "float64" }).dtype).toBe("float64");
    expect(tf.range(0, -3, -1).toArray()).toEqual([0, -1, -2]);
    expect(tf.range(0).shape).toEqual([0]);
  });

  it("range refuses what does not end or is no number", () => {
    expect(() => tf.range(0, 5, 0)).toThrow(tf.ArgumentError);
    expect(() => tf.range(Number.POSITIVE_INFINITY)).toThrow(tf.ArgumentError);
    expect(() => tf.range(Number.NaN)).toThrow(tf.ArgumentError);
    expect(() => tf.range(0, 1, 0.5, { dtype: "int32" })).toThrow(tf.DTypeError);
    expect(() => tf.range(2 ** 33, 2 ** 33 + 2)).toThrow(tf.DTypeError);
  });

  it("linspace hits both ends and is differentiable", () => {
    expect(tf.linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const ends = tf.constant([0.1, 0.7], { dtype: "float64" });
    const line = tf.linspace(ends.at(0), ends.at(1), 11);
    expect(line.at(0).item()).toBe(0.1);
    expect(line.at(-1).item()).toBe(0.7);
    const tape = new tf.GradientTape();
    tape.watch(ends);
    const sum = tf.reduceSum(tf.linspace(ends.at(0), ends.at(1), 5));
    expect(tape.gradient(sum, ends).toArray()).toEqual([2.5, 2.5]);
    expect(tf.linspace([0, 10], [1, 20], 3).toArray()).toEqual([
      [0, 10],
      [0.5, 15],
      [1, 20],
    ]);
    expect(() => tf.linspace(0, 1, 0)).toThrow(tf.ArgumentError);
    expect(() => tf.linspace(0, 1, 2.5)).toThrow(tf.ArgumentError);
  });
});

describe("eye", () => {
  it("is the same function in tf and tf.linalg", () => {
    expect(tf.linalg.eye).toBe(tf.eye);
    expect(tf.eye(2, { numColumns: 3, dtype: "int32" }).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(tf.eye(2, { batchShape: [4] }).shape).toEqual([4, 2, 2]);
    expect(() => tf.eye(-1)).toThrow(tf.ArgumentError);
    expect(() => tf.eye(1.5)).toThrow(tf.ArgumentError);
  });
});

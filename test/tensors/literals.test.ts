/** Bare numbers, booleans and arrays beside tensors: which dtype they take, and what is refused. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const doubles = tf.constant([1, 2], { dtype: "float64" });
const integers = tf.constant([1, 2], { dtype: "int32" });

describe("literals", () => {
  it("adopt the dtype of the tensor beside them, on either side", () => {
    expect(doubles.mul(0.1).toArray()).toEqual([0.1, 0.2]);
    expect(tf.add(1, integers).dtype).toBe("int32");
    expect(tf.concat([[0.1], doubles], 0).toArray()).toEqual([0.1, 1, 2]);
    expect(tf.stack([integers, [3, 4]]).dtype).toBe("int32");
    expect(doubles.add([0.1, 0.2]).dtype).toBe("float64");
  });

  it("adopt the dtype of variables and typed arrays too", () => {
    expect(tf.add(new tf.Variable([1], { dtype: "float64" }), 1).dtype).toBe("float64");
    expect(tf.add(new Float64Array(2), 1).dtype).toBe("float64");
  });

  it("are float32 alone, and bool if all are booleans", () => {
    expect(tf.add(1, 2).dtype).toBe("float32");
    expect(tf.concat([[true], [false]], 0).dtype).toBe("bool");
  });

  it("are int32 where indices are due", () => {
    expect(tf.gather(doubles, [1, 0]).toArray()).toEqual([2, 1]);
    expect(tf.gatherNd(doubles, [[1]]).toArray()).toEqual([2]);
    expect(tf.scatterNd([[1]], [5], [3]).toArray()).toEqual([0, 5, 0]);
    expect(tf.oneHot(1, 2).toArray()).toEqual([0, 1]);
  });

  it("must fit the dtype that they adopt", () => {
    expect(() => integers.add(0.5)).toThrow(tf.DTypeError);
    expect(() => tf.logicalAnd([true], 1)).toThrow(tf.DTypeError);
    expect(() => tf.gather(doubles, [0.5])).toThrow(tf.DTypeError);
    expect(() => tf.pad(integers, [[1, 1]], { constantValues: 0.5 })).toThrow(tf.DTypeError);
  });
});

describe("tensors of different dtypes", () => {
  it("do not mix, and the message names both", () => {
    expect(() => doubles.add(integers)).toThrow(tf.DTypeError);
    expect(() => doubles.add(integers)).toThrow(/add: a is float64\[2\] and b is int32\[2\]/);
    expect(() => tf.concat([doubles, integers], 0)).toThrow(/xs\[0\].*xs\[1\]/);
    expect(() => tf.tensorScatterNdUpdate(doubles, [[0]], new Float32Array(1))).toThrow(
      tf.DTypeError,
    );
  });
});

describe("what is no operand", () => {
  it("is named with the operation and the argument", () => {
    // @ts-expect-error null is no tensor
    expect(() => tf.add(null, 1)).toThrow(/add: a must be a tensor.*got null/);
    // @ts-expect-error undefined is no tensor
    expect(() => doubles.mul(undefined)).toThrow(tf.ArgumentError);
    // @ts-expect-error an object is no tensor
    expect(() => tf.reshape({}, [1])).toThrow(/reshape: x must be .*got a Object/);
    // @ts-expect-error a string is no tensor
    expect(() => tf.gather(doubles, "0")).toThrow(/gather: indices .*string 0/);
    // @ts-expect-error undefined is no tensor
    expect(() => tf.concat([doubles, undefined], 0)).toThrow(/concat: xs\[1\]/);
    expect(() => tf.concat([], 0)).toThrow(tf.ArgumentError);
    // @ts-expect-error a tensor is no list of tensors
    expect(() => tf.stack(doubles)).toThrow(tf.ArgumentError);
  });

  it("is recognised as a tensor of another copy of the library", () => {
    const foreign: tf.Tensor = Object.create({ [Symbol.for("gradtape.Tensor")]: true });
    expect(() => tf.add(foreign, 1)).toThrow(tf.ArgumentError);
    expect(() => tf.add(foreign, 1)).toThrow(/add: a is a tensor of another installed copy/);
    expect(() => doubles.mul(foreign)).toThrow(/another installed copy/);
    expect(() => new tf.Variable(foreign)).toThrow(/another installed copy/);
    expect(() => new tf.Variable([1]).assign(foreign)).toThrow(/another installed copy/);
  });
});

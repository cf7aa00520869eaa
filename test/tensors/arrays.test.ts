/** Operations on shapes and borders: what golden values leave open, and what they refuse. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const matrix = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);

/** The gradient of Σ weights · f(x), where the weights are 1, 2, 3 … */
function weightedGradient(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): unknown {
  const tape = new tf.GradientTape();
  tape.watch(x);
  const y = f(x);
  const weights = tf.reshape(tf.range(1, y.size + 1, { dtype: "float32" }), y.shape);
  return tape.gradient(tf.reduceSum(tf.multiply(y, weights)), x).toArray();
}

describe("reading shapes", () => {
  it("gives int32 tensors", () => {
    expect(tf.shape(matrix).toArray()).toEqual([2, 3]);
    expect(tf.size(matrix).item()).toBe(6);
    expect(tf.rank(matrix).item()).toBe(2);
    expect(tf.shape(1).shape).toEqual([0]);
    expect(tf.shape(matrix).dtype).toBe("int32");
  });

  it("cuts the path of gradients", () => {
    const tape = new tf.GradientTape();
    tape.watch(matrix);
    const count = tf.cast(tf.size(matrix), "float32");
    expect(() => tape.gradient(count, matrix)).toThrow(/size/);
  });
});

describe("reshape", () => {
  it("refuses what does not fill the shape", () => {
    expect(() => tf.reshape(matrix, [4])).toThrow(tf.ShapeError);
    expect(() => tf.reshape(matrix, [4, -1])).toThrow(/reshape: .*\[2, 3\].*\[4, -1\]/);
    expect(() => tf.reshape(matrix, [-1, -1])).toThrow(tf.ShapeError);
    expect(() => tf.reshape(matrix, [-1, -1])).toThrow(/at most one length of \[-1, -1\]/);
    expect(() => tf.reshape(matrix, [-2, 3])).toThrow(tf.ShapeError);
    expect(() => tf.reshape(matrix, [1.5, 4])).toThrow(tf.ShapeError);
    expect(() => tf.reshape(tf.zeros([0]), [0, -1])).toThrow(tf.ShapeError);
    // @ts-expect-error a shape is an array
    expect(() => tf.reshape(matrix, 6)).toThrow(tf.ShapeError);
  });
});

describe("transpose", () => {
  it("refuses what is no permutation", () => {
    expect(() => tf.transpose(matrix, [0])).toThrow(tf.ArgumentError);
    expect(() => tf.transpose(matrix, [0, 0])).toThrow(tf.ArgumentError);
    expect(() => tf.transpose(matrix, [0, 2])).toThrow(tf.IndexError);
    expect(tf.transpose(matrix, [-1, -2]).shape).toEqual([3, 2]);
  });
});

describe("expandDims and squeeze", () => {
  it("refuse axes that are not there or have another length", () => {
    expect(() => tf.expandDims(matrix, 3)).toThrow(tf.IndexError);
    expect(tf.expandDims(matrix, -3).shape).toEqual([1, 2, 3]);
    expect(() => tf.squeeze(matrix, 0)).toThrow(/squeeze: axis 0 .*\[2, 3\]/);
    expect(() => tf.squeeze(matrix, 2)).toThrow(tf.IndexError);
  });
});

describe("concat and stack", () => {
  it("refuse shapes and axes that do not fit", () => {
    expect(() => tf.concat([matrix, tf.ones([2, 2])], 0)).toThrow(
      /concat: xs\[0\] .*\[2, 3\].*xs\[1\] \[2, 2\]/,
    );
    expect(() => tf.concat([matrix, tf.ones([2])], 0)).toThrow(tf.ShapeError);
    expect(() => tf.concat([1, 2], 0)).toThrow(tf.ShapeError);
    expect(() => tf.concat([matrix], 2)).toThrow(tf.IndexError);
    expect(() => tf.concat([matrix], 0.5)).toThrow(tf.ArgumentError);
    expect(() => tf.stack([matrix, tf.ones([2])])).toThrow(/stack: .*\[2, 3\].*\[2\]/);
    expect(() => tf.stack([matrix], 3)).toThrow(tf.IndexError);
  });

  it("join filled, scalar and strided operands of any dtype", () => {
    const columns = [tf.ones([2, 1]), matrix.transpose().slice([0, 0], [2, 2]), [[7], [8]]];
    expect(tf.concat(columns, 1).toArray()).toEqual([
      [1, 1, 4, 7],
      [1, 2, 5, 8],
    ]);
    expect(tf.stack([1, 2, 3]).toArray()).toEqual([1, 2, 3]);
    expect(tf.concat([[true], [false, true]], 0).dtype).toBe("bool");
    const wide = tf.range(40, { dtype: "float32" }).reshape([2, 20]);
    expect(tf.concat([wide, wide], 1).at(1, 25).item()).toBe(25);
  });

  it("joins a thousand operands with gradients in linear time", () => {
    const x = tf.ones([1000]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.stack(tf.unstack(x));
    expect(
      tape
        .gradient(y.mul(tf.range(1000, { dtype: "float32" })), x)
        .at(999)
        .item(),
    ).toBe(999);
  });
});

describe("unstack and split", () => {
  it("refuse parts that do not make up the axis", () => {
    expect(() => tf.split(matrix, 2, 1)).toThrow(tf.ShapeError);
    expect(() => tf.split(matrix, [1, 1], 1)).toThrow(/split: sizes \[1, 1\] .*axis 1.*\[2, 3\]/);
    expect(() => tf.split(matrix, [4, -1], 1)).toThrow(tf.ShapeError);
    expect(() => tf.split(matrix, [-2, 5], 1)).toThrow(tf.ShapeError);
    expect(() => tf.split(matrix, 0)).toThrow(tf.ShapeError);
    expect(() => tf.split(matrix, 1.5)).toThrow(tf.ArgumentError);
    expect(() => tf.split(matrix, 1, 2)).toThrow(tf.IndexError);
    expect(() => tf.unstack(1)).toThrow(tf.IndexError);
  });

  it("fill in one open size", () => {
    expect(tf.split(matrix, [-1, 2], 1).map((part) => part.shape)).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(tf.unstack(tf.zeros([0, 3]))).toEqual([]);
  });
});

describe("slice and stridedSlice", () => {
  it("slice refuses blocks that leave the tensor", () => {
    expect(() => tf.slice(matrix, [0, 2], [1, 2])).toThrow(tf.IndexError);
    expect(() => tf.slice(matrix, [-1, 0], [1, 1])).toThrow(tf.IndexError);
    expect(() => tf.slice(matrix, [0, 4], [1, -1])).toThrow(/slice: .*axis 1.*\[2, 3\]/);
    expect(() => tf.slice(matrix, [0, 0], [1, -2])).toThrow(tf.IndexError);
    expect(() => tf.slice(matrix, [0], [1])).toThrow(tf.ShapeError);
    expect(() => tf.slice(matrix, [0, 0.5], [1, 1])).toThrow(tf.ArgumentError);
    // @ts-expect-error begin is an array
    expect(() => tf.slice(matrix, 0, 1)).toThrow(tf.ArgumentError);
  });

  it("slice keeps its own begin", () => {
    const begin = [1, 0];
    const tape = new tf.GradientTape();
    tape.watch(matrix);
    const part = tf.slice(matrix, begin, [1, 3]);
    begin[0] = 0;
    expect(tape.gradient(part, matrix).toArray()).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  it("stridedSlice follows Python's bounds and takes axes that are not named whole", () => {
    const x = tf.range(5);
    const pick = (begin: number, end: number, stride?: number): unknown =>
      tf.stridedSlice(x, [begin], [end], ...(stride === undefined ? [] : [[stride]])).toArray();
    expect(pick(1, 100)).toEqual([1, 2, 3, 4]);
    expect(pick(-2, 5)).toEqual([3, 4]);
    expect(pick(100, -100, -2)).toEqual([4, 2, 0]);
    expect(pick(-100, 2)).toEqual([0, 1]);
    expect(pick(3, 1)).toEqual([]);
    expect(pick(100, 200)).toEqual([]);
    expect(tf.stridedSlice(matrix, [1], [2]).toArray()).toEqual([[4, 5, 6]]);
  });

  it("stridedSlice refuses a stride of 0 and too many numbers", () => {
    expect(() => tf.stridedSlice(matrix, [0], [1], [0])).toThrow(tf.ArgumentError);
    expect(() => tf.stridedSlice(matrix, [0, 0, 0], [1, 1, 1])).toThrow(tf.ShapeError);
    expect(() => tf.stridedSlice(matrix, [0, 0], [1])).toThrow(tf.ShapeError);
  });

  it("reverse refuses axes that are not there or come twice", () => {
    expect(() => tf.reverse(matrix, [2])).toThrow(tf.IndexError);
    expect(() => tf.reverse(matrix, [0, -2])).toThrow(tf.ArgumentError);
    expect(tf.reverse(tf.zeros([0, 2]), [0]).shape).toEqual([0, 2]);
  });
});

describe("tile and broadcastTo", () => {
  it("refuse what does not fit", () => {
    expect(() => tf.tile(matrix, [2])).toThrow(/tile: .*2 axes/);
    expect(() => tf.tile(matrix, [1, -1])).toThrow(tf.ArgumentError);
    expect(() => tf.tile(matrix, [1, 1.5])).toThrow(tf.ArgumentError);
    expect(() => tf.broadcastTo(matrix, [3, 3])).toThrow(/broadcastTo: .*\[2, 3\].*\[3, 3\]/);
    expect(() => tf.broadcastTo(matrix, [3])).toThrow(tf.ShapeError);
  });
});

describe("pad", () => {
  it("keeps signed zeros, NaN and bool", () => {
    const padded = tf.pad([-0, Number.NaN], [[1, 0]]).data();
    expect(Object.is(padded[1], -0)).toBe(true);
    expect(padded[2]).toBeNaN();
    expect(tf.pad([true], [[1, 1]]).toString()).toBe("Tensor bool [3] [false, true, false]");
    expect(
      tf
        .pad(matrix, [
          [0, 0],
          [0, 0],
        ])
        .toArray(),
    ).toEqual(matrix.toArray());
  });

  it("passes gradients to the tensor and to the constant", () => {
    expect(weightedGradient((x) => tf.pad(x, [[1, 1]]), tf.constant([5, 6]))).toEqual([2, 3]);
    const constant = (x: tf.Tensor): tf.Tensor => tf.pad([5, 6], [[1, 2]], { constantValues: x });
    expect(weightedGradient(constant, tf.constant(7))).toBe(1 + 4 + 5);
    const mirrored = (x: tf.Tensor): tf.Tensor => tf.pad(x, [[2, 1]], { mode: "REFLECT" });
    expect(weightedGradient(mirrored, tf.constant([5, 6, 7]))).toEqual([3, 2 + 4 + 6, 1 + 5]);
  });

  it("refuses paddings that do not fit", () => {
    expect(() => tf.pad(matrix, [[1, 1]])).toThrow(tf.ShapeError);
    expect(() => tf.pad([1], [[1]])).toThrow(tf.ShapeError);
    expect(() => tf.pad([1], [[-1, 0]])).toThrow(tf.ArgumentError);
    expect(() => tf.pad([1, 2], [[2, 0]], { mode: "REFLECT" })).toThrow(/at most 1/);
    expect(() => tf.pad([1, 2], [[0, 3]], { mode: "SYMMETRIC" })).toThrow(tf.ShapeError);
    expect(() => tf.pad([1], [[1, 1]], { constantValues: [1] })).toThrow(tf.ShapeError);
    // @ts-expect-error no such mode
    expect(() => tf.pad([1], [[1, 1]], { mode: "reflect" })).toThrow(tf.ArgumentError);
  });
});

describe("roll", () => {
  it("goes around in both directions, any number of times", () => {
    const x = tf.range(4);
    expect(tf.roll(x, 5, 0).toArray()).toEqual([3, 0, 1, 2]);
    expect(tf.roll(x, -9, 0).toArray()).toEqual([1, 2, 3, 0]);
    expect(tf.roll(x, 0, 0).toArray()).toEqual([0, 1, 2, 3]);
    expect(tf.roll(x, [1, 1], [0, 0]).toArray()).toEqual([2, 3, 0, 1]);
    expect(tf.roll(tf.zeros([0]), 1, 0).shape).toEqual([0]);
    expect(weightedGradient((y) => tf.roll(y, 1, 0), tf.constant([1, 2, 3]))).toEqual([2, 3, 1]);
  });

  it("refuses what does not fit", () => {
    expect(() => tf.roll(matrix, [1, 1], 0)).toThrow(tf.ShapeError);
    expect(() => tf.roll(matrix, 1, 2)).toThrow(tf.IndexError);
    expect(() => tf.roll(matrix, 0.5, 0)).toThrow(tf.ArgumentError);
  });
});

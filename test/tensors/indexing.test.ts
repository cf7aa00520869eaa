/** Gathers, scatters, masks and one-hot codes: what golden values leave open, and what they refuse. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const matrix = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("indices out of range", () => {
  it("are named with their place and the allowed range", () => {
    expect(() => tf.gather(matrix, [0, 2])).toThrow(tf.IndexError);
    expect(() => tf.gather(matrix, [0, 2])).toThrow(
      "gather: index 2 at [1] of indices is out of range for axis 0 of shape [2, 3] (0 … 1)",
    );
    expect(() => tf.gather(matrix, [[0], [-1]], { axis: 1 })).toThrow(
      "gather: index -1 at [1, 0] of indices is out of range for axis 1 of shape [2, 3] (0 … 2)",
    );
    expect(() => tf.gather(matrix, 5)).toThrow(/index 5 of indices/);
    expect(() => tf.gather(tf.zeros([0]), [0])).toThrow(/empty/);
  });

  it("are found in every batch, also where the next batch has room", () => {
    expect(() => tf.gather(matrix, [[3], [0]], { batchDims: 1 })).toThrow(
      /gather: index 3 at \[0, 0, 0\].*axis 1/,
    );
    expect(() => tf.gather(matrix, [[0], [-1]], { batchDims: 1 })).toThrow(tf.IndexError);
  });

  it("are found by gatherNd and the scatters", () => {
    expect(() => tf.gatherNd(matrix, [[0, 3]])).toThrow(/gatherNd: index 3 at \[0, 1\].*axis 1/);
    expect(() => tf.scatterNd([[3]], [1], [3])).toThrow(/scatterNd: index 3 at \[0, 0\]/);
    expect(() => tf.tensorScatterNdUpdate([1, 2], [[2]], [1])).toThrow(tf.IndexError);
    expect(() => tf.tensorScatterNdAdd([1, 2], [[-1]], [1])).toThrow(tf.IndexError);
  });

  it("leave a recording tape as it was", () => {
    const tape = new tf.GradientTape();
    tape.watch(matrix);
    expect(() => tf.gather(matrix, [9])).toThrow(tf.IndexError);
    const y = tf.gather(matrix, [1]).sum();
    expect(tape.gradient(y, matrix).toArray()).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });
});

describe("indices of another dtype", () => {
  it("are refused", () => {
    expect(() => tf.gather(matrix, tf.constant([0]))).toThrow(/gather: indices is float32\[1\]/);
    expect(() => tf.gatherNd(matrix, new Float64Array(1))).toThrow(tf.DTypeError);
    expect(() => tf.scatterNd(tf.constant([[0]]), [1], [3])).toThrow(tf.DTypeError);
    expect(() => tf.oneHot(tf.constant([true]), 2)).toThrow(tf.DTypeError);
    expect(() => tf.gather(matrix, [1.5])).toThrow(tf.DTypeError);
  });
});

describe("gather", () => {
  it("takes batches and later axes at once", () => {
    const x = tf.reshape(tf.range(2 * 3 * 4 * 2), [2, 3, 4, 2]);
    const indices = tf.constant(
      [
        [3, 0, 0],
        [1, 2, 1],
      ],
      { dtype: "int32" },
    );
    const picked = tf.gather(x, indices, { axis: 2, batchDims: 1 });
    expect(picked.shape).toEqual([2, 3, 3, 2]);
    for (const [b, d, i] of [
      [0, 0, 0],
      [0, 2, 1],
      [1, 1, 2],
      [1, 0, 1],
    ] as const) {
      const from = indices.at(b, i).item();
      expect(picked.at(b, d, i).toArray()).toEqual(x.at(b, d, from).toArray());
    }
  });

  it("refuses batches that differ and axes before them", () => {
    expect(() => tf.gather(matrix, [[0]], { batchDims: 1 })).toThrow(tf.ShapeError);
    expect(() => tf.gather(matrix, [[0], [0]], { axis: 0, batchDims: 1 })).toThrow(
      tf.ArgumentError,
    );
    expect(() => tf.gather(matrix, [0], { axis: 2 })).toThrow(tf.IndexError);
    expect(() => tf.gather(matrix, [0], { axis: 0.5 })).toThrow(tf.ArgumentError);
    // @ts-expect-error options come in an object
    expect(() => tf.gather(matrix, [0], 1)).toThrow(tf.ArgumentError);
  });

  it("adds up the gradient of a slice that is taken twice", () => {
    const tape = new tf.GradientTape();
    tape.watch(matrix);
    const y = tf.gather(matrix, [1, 1, 0], { axis: 1 }).sum();
    expect(tape.gradient(y, matrix).toArray()).toEqual([
      [1, 2, 0],
      [1, 2, 0],
    ]);
  });
});

describe("gatherNd", () => {
  it("takes points without indices as the whole tensor", () => {
    expect(tf.gatherNd(matrix, tf.zeros([2, 0], { dtype: "int32" })).shape).toEqual([2, 2, 3]);
  });

  it("refuses points of more axes than there are", () => {
    expect(() => tf.gatherNd(matrix, [[0, 0, 0]])).toThrow(/gatherNd: .*\[1, 3\].*at most 2/);
    expect(() => tf.gatherNd(matrix, 0)).toThrow(tf.ShapeError);
  });
});

describe("scatters", () => {
  it("refuse updates that do not fit", () => {
    expect(() => tf.scatterNd([[0], [1]], [1], [3])).toThrow(
      /scatterNd: updates has shape \[1\].*must be \[2\]/,
    );
    expect(() => tf.scatterNd([[0, 0]], [1], [3])).toThrow(tf.ShapeError);
    expect(() => tf.tensorScatterNdUpdate(matrix, [[0]], [1])).toThrow(/tensorScatterNdUpdate: /);
    expect(() => tf.tensorScatterNdAdd(matrix, [[0]], [1])).toThrow(/tensorScatterNdAdd: /);
    expect(() => tf.scatterNd([[0]], [true], [3])).toThrow(tf.DTypeError);
    expect(() => tf.scatterNd([[0]], [1], [1e6, 1e6])).toThrow(tf.ShapeError);
    expect(() => tf.scatterNd([[0, 0]], [1], [1e6, 1e6])).toThrow(/scatterNd: .*bytes/);
  });

  it("the last of several updates of one place counts, and only it has a gradient", () => {
    const x = tf.constant([1, 2, 3]);
    const updates = tf.constant([10, 20, 30]);
    const tape = new tf.GradientTape();
    tape.watch([x, updates]);
    const y = tf.tensorScatterNdUpdate(x, [[1], [0], [1]], updates);
    expect(y.toArray()).toEqual([20, 30, 3]);
    const [dx, dUpdates] = tape.gradient(y.mul([1, 2, 3]), [x, updates]);
    expect(dx.toArray()).toEqual([0, 0, 3]);
    expect(dUpdates.toArray()).toEqual([0, 1, 2]);
  });

  it("update bool tensors", () => {
    const flags = tf.tensorScatterNdUpdate([false, false], [[1]], [true]);
    expect(flags.toString()).toBe("Tensor bool [2] [false, true]");
  });
});

describe("booleanMask", () => {
  it("lies over neighbouring axes and passes gradients to what it keeps", () => {
    const x = tf.reshape(tf.range(12, { dtype: "float32" }), [2, 3, 2]);
    const mask = [
      [true, false],
      [false, true],
      [true, true],
    ];
    expect(tf.booleanMask(x, mask, { axis: 1 }).toArray()).toEqual([
      [0, 3, 4, 5],
      [6, 9, 10, 11],
    ]);
    const tape = new tf.GradientTape();
    tape.watch(matrix);
    const kept = tf.booleanMask(matrix, tf.greater(matrix, 4));
    expect(tape.gradient(kept.square(), matrix).toArray()).toEqual([
      [0, 0, 0],
      [0, 10, 12],
    ]);
  });

  it("refuses masks that do not lie over the axes", () => {
    expect(() => tf.booleanMask(matrix, [true])).toThrow(/booleanMask: mask has shape \[1\]/);
    expect(() => tf.booleanMask(matrix, true)).toThrow(tf.ShapeError);
    expect(() => tf.booleanMask(matrix, tf.ones([2]))).toThrow(tf.DTypeError);
    expect(() => tf.booleanMask(matrix, [true, true], { axis: 2 })).toThrow(tf.IndexError);
  });
});

describe("oneHot", () => {
  it("takes values of any dtype", () => {
    expect(tf.oneHot([1], 2, { dtype: "bool" }).toString()).toBe(
      "Tensor bool [1, 2] [[false, true]]",
    );
    expect(tf.oneHot([0], 2, { onValue: false, offValue: true }).dtype).toBe("bool");
    expect(tf.oneHot([0], 2, { onValue: tf.constant(2, { dtype: "float64" }) }).dtype).toBe(
      "float64",
    );
    expect(tf.oneHot([0, 1], 0).shape).toEqual([2, 0]);
    expect(tf.oneHot([0, 2], 3, { axis: 0 }).toArray()).toEqual([
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
  });

  it("refuses what does not fit", () => {
    expect(() => tf.oneHot([0], -1)).toThrow(tf.ArgumentError);
    expect(() => tf.oneHot([0], 1.5)).toThrow(tf.ArgumentError);
    expect(() => tf.oneHot([0], 2, { axis: 2 })).toThrow(tf.IndexError);
    expect(() => tf.oneHot([0], 2, { onValue: [1, 2] })).toThrow(tf.ShapeError);
    expect(() => tf.oneHot([0], 2, { onValue: tf.constant(1), dtype: "float64" })).toThrow(
      tf.DTypeError,
    );
  });
});

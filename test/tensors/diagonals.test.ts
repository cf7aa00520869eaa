/** Diagonals and bands of matrices beyond the main ones, and what they refuse. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const { diag, diagPart, setDiag, bandPart, trace } = tf.linalg;
const matrix = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("other diagonals", () => {
  it("are put, taken and replaced", () => {
    expect(diag([1, 2], { k: 1 }).toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ]);
    expect(diag([1], { k: -1 }).toArray()).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(diagPart(matrix, { k: 1 }).toArray()).toEqual([2, 6]);
    expect(diagPart(matrix, { k: 2 }).toArray()).toEqual([3]);
    expect(diagPart(matrix, { k: -1 }).toArray()).toEqual([4]);
    expect(setDiag(matrix, [7, 8], { k: 1 }).toArray()).toEqual([
      [1, 7, 3],
      [4, 5, 8],
    ]);
    expect(setDiag(matrix.transpose(), [7, 8], { k: -1 }).toArray()).toEqual([
      [1, 4],
      [7, 5],
      [3, 8],
    ]);
  });

  it("undo one another", () => {
    for (const k of [-2, -1, 0, 1, 3]) {
      const x = tf.constant([
        [1, 2],
        [3, 4],
      ]);
      expect(diagPart(diag(x, { k }), { k }).toArray()).toEqual(x.toArray());
    }
  });

  it("must be in the matrix", () => {
    expect(() => diagPart(matrix, { k: 3 })).toThrow(tf.IndexError);
    expect(() => diagPart(matrix, { k: -2 })).toThrow(/diagPart: diagonal -2/);
    expect(() => diagPart(matrix, { k: 0.5 })).toThrow(tf.ArgumentError);
  });
});

describe("special matrices", () => {
  it("may be empty, bool, int32 or views", () => {
    expect(diagPart(tf.zeros([0, 3])).shape).toEqual([0]);
    expect(diag(tf.zeros([2, 0])).shape).toEqual([2, 0, 0]);
    expect(trace(tf.zeros([2, 0, 3])).toArray()).toEqual([0, 0]);
    expect(diag([true]).toString()).toBe("Tensor bool [1, 1] [[true]]");
    expect(bandPart(tf.ones([2, 2], { dtype: "bool" }), 0, 0).dtype).toBe("bool");
    expect(trace(tf.cast(matrix, "int32")).item()).toBe(6);
    expect(diagPart(matrix.transpose()).toArray()).toEqual([1, 5]);
  });

  it("keep NaN out of what they leave away", () => {
    const nan = tf.fill([2, 2], Number.NaN);
    expect(bandPart(nan, 0, 0).at(0, 1).item()).toBe(0);
    expect(setDiag(nan, [1, 2]).at(1, 1).item()).toBe(2);
  });
});

describe("what does not fit", () => {
  it("is refused with the shapes", () => {
    expect(() => diag(1)).toThrow(tf.ShapeError);
    expect(() => diagPart([1, 2])).toThrow(/diagPart: x has shape \[2\]/);
    expect(() => setDiag(matrix, [1, 2, 3])).toThrow(/setDiag: .*\[3\].*\[2, 3\].*\[2\]/);
    expect(() => setDiag(matrix, tf.ones([2], { dtype: "float64" }))).toThrow(tf.DTypeError);
    expect(() => bandPart(matrix, 0.5, 0)).toThrow(tf.ArgumentError);
    expect(() => trace(tf.ones([2]))).toThrow(/trace: /);
    expect(() => diag(tf.ones([100000]))).toThrow(tf.AllocationError);
  });
});

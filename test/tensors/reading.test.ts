/** How values leave tensors and variables. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const matrix = tf.constant([
  [1, 2],
  [3, 4],
]);

describe("item", () => {
  it("gives the element of any tensor that has one", () => {
    expect(tf.constant(2.5).item()).toBe(2.5);
    expect(tf.constant([[7]]).item()).toBe(7);
    expect(matrix.at(1, 0).item()).toBe(3);
  });

  it("gives 0 or 1 for bool", () => {
    expect(tf.constant(true).item()).toBe(1);
    expect(tf.greater(1, 2).item()).toBe(0);
  });

  it("refuses more or less than one element", () => {
    expect(() => matrix.item()).toThrow(tf.ShapeError);
    expect(() => matrix.item()).toThrow(/item: .*\[2, 2\]/);
    expect(() => tf.zeros([0]).item()).toThrow(tf.ShapeError);
  });
});

describe("toArray", () => {
  it("nests as deep as the rank", () => {
    expect(tf.constant(5).toArray()).toBe(5);
    expect(matrix.transpose().toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(tf.zeros([2, 0]).toArray()).toEqual([[], []]);
    expect(tf.constant([true, false]).toArray()).toEqual([1, 0]);
  });
});

describe("data", () => {
  it("gives the typed array of the dtype in row-major order", () => {
    expect(matrix.transpose().data()).toEqual(new Float32Array([1, 3, 2, 4]));
    expect(tf.constant(1, { dtype: "float64" }).data()).toEqual(new Float64Array([1]));
    expect(tf.constant([3], { dtype: "int32" }).data()).toEqual(new Int32Array([3]));
    expect(tf.constant([true]).data()).toEqual(new Uint8Array([1]));
  });

  it("copies, so that writing to the result changes nothing", () => {
    const values = matrix.data();
    values.fill(0);
    expect(matrix.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("shares the buffer with copy: false where elements lie in order", () => {
    const x = tf.constant([1, 2, 3, 4]);
    expect(x.data({ copy: false }).buffer).toBe(x.data({ copy: false }).buffer);
    const part = x.slice([1], [2]);
    expect(part.data({ copy: false }).buffer).toBe(x.data({ copy: false }).buffer);
    expect(part.data({ copy: false })).toEqual(new Float32Array([2, 3]));
    expect(tf.zeros([3]).data({ copy: false })).toEqual(new Float32Array(3));
  });

  it("refuses unknown options", () => {
    // @ts-expect-error no option
    expect(() => matrix.data({ clone: true })).toThrow(/unknown option "clone"/);
  });
});

describe("read", () => {
  it("promises a copy of the data", async () => {
    const values = await matrix.read();
    expect(values).toEqual(new Float32Array([1, 2, 3, 4]));
    values.fill(0);
    expect(matrix.at(0, 0).item()).toBe(1);
  });
});

describe("iteration", () => {
  it("goes through the rows", () => {
    expect([...matrix].map((row) => row.toArray())).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const [first, second] = tf.constant([5, 6]);
    expect([first?.item(), second?.item()]).toEqual([5, 6]);
    expect([...tf.zeros([0, 3])]).toEqual([]);
  });

  it("refuses scalars", () => {
    expect(() => [...tf.constant(1)]).toThrow(tf.ShapeError);
  });

  it("is differentiable row by row", () => {
    const tape = new tf.GradientTape();
    tape.watch(matrix);
    let sum = tf.constant(0);
    for (const [index, row] of [...matrix].entries()) sum = sum.add(row.sum().mul(index + 1));
    expect(tape.gradient(sum, matrix).toArray()).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});

describe("conversion to primitives", () => {
  it("gives the number where one is due", () => {
    const x = tf.constant(2.5);
    expect(+x).toBe(2.5);
    expect(Number(x)).toBe(2.5);
    expect(Math.max(Number(x), 1)).toBe(2.5);
    expect(+new tf.Variable(4)).toBe(4);
    expect(() => +matrix).toThrow(tf.ShapeError);
    expect(() => +matrix).toThrow(/conversion to a number/);
  });

  it("gives the text in templates", () => {
    expect(`${tf.constant([1, 2])}`).toBe("Tensor float32 [2] [1, 2]");
    expect(String(tf.constant(1))).toBe("Tensor float32 [] 1");
  });
});

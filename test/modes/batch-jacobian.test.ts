/** `GradientTape.batchJacobian`: the Jacobian of every row by its own row. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { untyped, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const PERSISTENT = { persistent: true } as const;

describe("rule 30: batchJacobian", () => {
  it("rule 30: of x·x·y by x (BatchJacobianTest)", () => {
    const x = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    const y = tf.constant([
      [3, 4],
      [5, 6],
    ]);
    const tape = watching(x);
    const z = x.mul(x).mul(y);
    expect(tape.batchJacobian(z, x).toArray()).toEqual([
      [
        [6, 0],
        [0, 16],
      ],
      [
        [30, 0],
        [0, 48],
      ],
    ]);
  });

  it("rule 30: [rows, …target's row, …source's row]", () => {
    const x = tf.random.normal([4, 2, 3], { seed: 1, dtype: "float64" });
    const w = tf.random.normal([3, 5], { seed: 2, dtype: "float64" });
    const tape = watching(x);
    const y = tf.tanh(tf.matmul(x, w));
    const found = tape.batchJacobian(y, x);
    expect(found.shape).toEqual([4, 2, 5, 2, 3]);
    const row = (own: tf.Tensor): tf.Tensor => tf.tanh(tf.matmul(own, w));
    for (let index = 0; index < 4; index++) {
      expectClose(found.at(index), tf.jacobian(row)(x.at(index)), 1e-12);
    }
  });

  it("rule 30: it is the diagonal of the Jacobian", () => {
    const x = double([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = tf.matmul(x.mul(x), [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    tape.stop();
    const whole = tape.jacobian(y, x);
    const rows = tape.batchJacobian(y, x);
    expect(rows.shape).toEqual([3, 4, 2]);
    for (let index = 0; index < 3; index++) {
      expect(rows.at(index).toArray()).toEqual(
        tf
          .stack(Array.from({ length: 4 }, (_, column) => whole.at(index, column, index)))
          .toArray(),
      );
    }
  });

  it("rule 30: zeros where target and source are not connected, of the source's dtype", () => {
    const x = double([
      [1, 2],
      [3, 4],
    ]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const floor = tf.floor(x);
    const single = tf.cast(x, "float32");
    tape.stop();
    expect(tape.batchJacobian(floor, x).toArray()).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    expect(tape.batchJacobian(tf.ones([2, 3]), x).shape).toEqual([2, 3, 2]);
    expect(tape.batchJacobian(single, x).dtype).toBe("float64");
    expect(tape.batchJacobian(tf.ones([2, 3]), x).dtype).toBe("float64");
  });

  it("rule 30: a target that is the source has unit matrices, watched or not", () => {
    const x = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    const unit = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ];
    expect(watching(x).batchJacobian(x, x).toArray()).toEqual(unit);
    expect(new tf.GradientTape().batchJacobian(x, x).toArray()).toEqual(unit);
  });

  it("rule 30: no rows, and rows of no elements", () => {
    const none = tf.zeros([0, 2]);
    expect(watching(none).batchJacobian(none, none).shape).toEqual([0, 2, 2]);
    const tape = watching(none);
    expect(tape.batchJacobian(none.mul(none), none).shape).toEqual([0, 2, 2]);
    const empty = tf.zeros([3, 0]);
    const other = watching(empty);
    expect(other.batchJacobian(empty.mul(2), empty).shape).toEqual([3, 0, 0]);
  });

  it("rule 30: an outer tape differentiates it again", () => {
    const x = double([
      [1, 2],
      [3, 4],
    ]);
    const outer = watching(x);
    const inner = watching(x);
    const rows = inner.batchJacobian(x.mul(x).mul(x), x);
    expect(rows.toArray()).toEqual([
      [
        [3, 0],
        [0, 12],
      ],
      [
        [27, 0],
        [0, 48],
      ],
    ]);
    expect(outer.gradient(rows, x).toArray()).toEqual([
      [6, 12],
      [18, 24],
    ]);
  });

  it("rule 30: a non-persistent tape is used up afterwards, a persistent one is not", () => {
    const x = tf.constant([[1, 2]]);
    const once = watching(x);
    const y = x.mul(x);
    once.batchJacobian(y, x);
    expect(() => once.batchJacobian(y, x)).toThrow(tf.TapeError);
    expect(() => once.batchJacobian(y, x)).toThrow(/batchJacobian: the tape is used up/);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const z = x.mul(x);
    tape.stop();
    expect(tape.batchJacobian(z, x).toArray()).toEqual(tape.batchJacobian(z, x).toArray());
  });
});

describe("rule 30: ranks and rows", () => {
  const matrix = tf.ones([2, 2]);
  const vector = tf.ones([2]);

  it("rule 30: a source or target of rank below 2 is a ShapeError that names it (testBadInputRank, testBadOutputRank)", () => {
    using tape = watching(matrix, vector);
    expect(() => tape.batchJacobian(matrix, vector)).toThrow(tf.ShapeError);
    expect(() => tape.batchJacobian(matrix, vector)).toThrow(
      /batchJacobian: source is float32\[2\]/,
    );
    expect(() => tape.batchJacobian(vector, matrix)).toThrow(
      /batchJacobian: target is float32\[2\]/,
    );
    expect(() => tape.batchJacobian(tf.constant(1), matrix)).toThrow(tf.ShapeError);
  });

  it("rule 30: different numbers of rows are a ShapeError (testBadShape)", () => {
    using tape = watching(matrix);
    const y = tf.concat([matrix, matrix], 0);
    expect(() => tape.batchJacobian(y, matrix)).toThrow(tf.ShapeError);
    expect(() => tape.batchJacobian(y, matrix)).toThrow(/target has 4 rows and source 2/);
  });

  it("rule 30: integers are a DTypeError, and nests an ArgumentError", () => {
    using tape = watching(matrix);
    const integers = tf.cast(matrix, "int32");
    expect(() => tape.batchJacobian(integers, matrix)).toThrow(tf.DTypeError);
    expect(() => tape.batchJacobian(matrix, integers)).toThrow(/source is int32\[2, 2\]/);
    const batchJacobian = tape.batchJacobian.bind(tape);
    expect(() => untyped(batchJacobian, [matrix], matrix)).toThrow(tf.ArgumentError);
    expect(() => untyped(batchJacobian, matrix, { matrix })).toThrow(tf.ArgumentError);
    expect(() => untyped(batchJacobian, matrix, undefined)).toThrow(tf.ArgumentError);
  });

  it("rule 30: none of these uses the tape up", () => {
    using tape = watching(matrix);
    const y = matrix.mul(matrix);
    expect(() => tape.batchJacobian(y, vector)).toThrow();
    expect(() => tape.batchJacobian(tf.cast(y, "int32"), matrix)).toThrow();
    expect(tape.recording).toBe(true);
    expect(tape.batchJacobian(y, matrix).shape).toEqual([2, 2, 2]);
  });
});

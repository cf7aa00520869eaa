/** What loops in compiled functions carry and read: in locals, in memory, and from one to the other. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectEqual, expectSame } from "./comparing.js";
import { integer, some, times } from "./loops.js";
import { loopsOf, touchesMemory } from "./wat.js";

describe("what is carried", () => {
  it("swaps and turns, scalars and vectors", () => {
    for (const shape of [[], [2], [16]]) {
      const wat = expectEqual(
        (n, a, b, c) => times(n, (_, x, y, z) => [y, z, x], a, b, c),
        integer(5),
        some("a", ...shape),
        some("b", ...shape),
        some("c", ...shape),
      );
      expect(loopsOf(wat).flat().filter(touchesMemory)).toEqual([]);
    }
    expectEqual(
      (n, a, b) => times(n, (_, x, y) => [y, x.add(y)], a, b),
      integer(31),
      integer(1),
      integer(1),
    );
  });

  it("is parts of others", () => {
    expectEqual(
      (n, a, b) =>
        times(n, (_, x, y) => [tf.reverse(y, 0), tf.stack([x.at(1), x.at(1), y.at(0)])], a, b),
      integer(4),
      some("a", 3),
      some("b", 3),
    );
  });

  it("stays as it was, or is twice the same", () => {
    expectEqual(
      (n, a, b, c) =>
        times(n, (_, x, y, z) => [x, x.add(y), z.mul(x), x.add(y)], a, b, c, b.mul(2)),
      integer(6),
      some("a", 2),
      some("b", 2),
      some("c", 2),
    );
  });

  it("keeps zeros' signs, infinities and NaN", () => {
    for (const dtype of ["float32", "float64"] as const) {
      const values = [-0, Number.NaN, Number.POSITIVE_INFINITY, -1e-40];
      expectEqual(
        (n, a) => times(n, (_, x, y) => [y, x.neg()], a, a.mul(-1)),
        integer(3),
        tf.constant(values, { dtype }),
      );
    }
  });

  it("lies in memory where it is more than locals are for", () => {
    const names = ["a", "b", "c", "d", "e"];
    const wat = expectEqual(
      (n, ...own) => times(n, (_, ...xs) => xs.map((x) => x.mul(0.5).add(1)), ...own),
      integer(4),
      ...names.map((name) => some(name, 16)),
    );
    const memory = loopsOf(wat).flat().filter(touchesMemory);
    expect(memory.length).toBeGreaterThan(0);
    const long = expectEqual(
      (n, a) => times(n, (_, x) => [x.mul(0.5).add(1)], a),
      integer(4),
      some("a", 17),
    );
    expect(loopsOf(long).some((loop) => loop.some((one) => one.startsWith("call ")))).toBe(true);
  });

  it("lies in memory where an operation needs it there, beside a count in locals", () => {
    expectSame(
      (n, a, m) =>
        times(
          n,
          (index, x, s) => {
            const wide = tf.reduceSum(tf.matmul(m, x.reshape([3, 1])));
            return [tf.sin(x).mul(wide.mul(0.01)), s.add(tf.cast(index, "float64"))];
          },
          a,
          tf.reduceSum(a),
        ),
      integer(4),
      some("a", 3),
      some("m", 40, 3),
    );
    expectSame(
      (n, a) => times(n, (_, x) => [tf.cumsum(x).mul(0.5).add(x.at(1))], a),
      integer(4),
      some("a", 5),
    );
  });
});

describe("what is read", () => {
  it("lies in memory where one reader needs it there", () => {
    expectSame(
      (n, x, a) =>
        tf.whileLoop(
          (index: tf.Tensor) => tf.less(tf.cast(index, "float64"), a.at(1).add(4)),
          (index: tf.Tensor, own: tf.Tensor) => [
            index.add(n),
            own
              .mul(tf.gather(a, tf.minimum(index, 2)))
              .mul(a)
              .add(1),
          ],
          [integer(0), x],
        )[1] as tf.Tensor,
      integer(1),
      some("x", 3),
      some("a", 3).mul(0.25),
    );
  });

  it("is a part of something larger, a column, or spread out", () => {
    expectSame(
      (n, m) => {
        const column = tf.slice(m, [0, 1], [4, 1]).reshape([4]);
        const spread = tf.broadcastTo(m.at(5, 2), [4]);
        return times(n, (_, x) => [x.mul(column).add(spread)], m.at(0).slice([0], [4]));
      },
      integer(5),
      some("m", 9, 7),
    );
  });

  it("is more than locals are for", () => {
    const names = Array.from({ length: 9 }, (_, place) => `w${place}`);
    expectSame(
      (n, x, ...ws) => times(n, (_, own) => [ws.reduce((sum, w) => sum.add(w.mul(own)), own)], x),
      integer(3),
      some("x", 10),
      ...names.map((name) => some(name, 10)),
    );
  });
});

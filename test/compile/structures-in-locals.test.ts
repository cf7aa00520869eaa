/** Loops in loops and conditions in loops: scalars and small arrays stay in locals from one to the other. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectEqual, expectSame } from "./comparing.js";
import { double, integer, repeat, some, times } from "./loops.js";
import { loopsOf, pureLoopsOf, touchesMemory } from "./wat.js";

/** How many steps of Collatz's rule lead from a number to 1. */
function collatz(start: tf.Tensor): tf.Tensor {
  const half = (x: tf.Tensor) => tf.cast(tf.floor(tf.cast(x, "float64").mul(0.5)), "int32");
  const [, steps] = tf.whileLoop(
    (x: tf.Tensor) => tf.greater(x, 1),
    (x: tf.Tensor, count: tf.Tensor) => {
      const isEven = tf.equal(half(x).mul(2), x);
      return [tf.where(isEven, half(x), x.mul(3).add(1)), count.add(1)];
    },
    [start, integer(0)],
  ) as [tf.Tensor, tf.Tensor];
  return steps;
}

describe("loops in loops", () => {
  it("of unknown length, the inner one on what the outer one carries", () => {
    const wat = expectEqual(
      (n) => times(n, (index, most) => [tf.maximum(most, collatz(index.add(1)))], integer(0)),
      integer(30),
    );
    // The two loops, and that which calls the function of each.
    expect(loopsOf(wat)).toHaveLength(4);
    expect(loopsOf(wat).flat().filter(touchesMemory)).toEqual([]);
    expect(pureLoopsOf(wat)).toHaveLength(1);
  });

  it("of known length in such of unknown length", () => {
    const wat = expectEqual(
      (n, x, xs) =>
        times(
          n,
          (_, own) => [tf.scan((y, e) => y.mul(e).add(0.5), xs, { initializer: own }).at(-1)],
          x,
        ),
      integer(7),
      double(0.1),
      some("xs", 12),
    );
    expect(loopsOf(wat).flat().some(touchesMemory)).toBe(true);
  });

  it("three deep, with what each of them reads of all around", () => {
    const f = (n: tf.Tensor, a: tf.Tensor, b: tf.Tensor): readonly tf.Tensor[] =>
      times(
        n,
        (i, x, y) =>
          times(
            i.add(1),
            (j, own, other) => {
              const [inner] = times(
                j.add(i),
                (k, z) => [
                  z
                    .mul(0.5)
                    .add(own.mul(tf.cast(k, "float64")))
                    .sub(x.at(0)),
                ],
                other,
              );
              return [own.add(inner!).mul(a), other.sub(b)];
            },
            x,
            y,
          ),
        a,
        b,
      );
    const inputs = [some("a", 2).mul(0.3), some("b", 2).mul(0.3)] as const;
    expectEqual((n, a, b) => f(n, a, b), integer(4), ...inputs);
    expectSame((n, a, b) => f(n, a, b), integer(3), ...inputs);
  });

  it("with a long loop inside of which every call does a part", () => {
    const f = tf.compile((n: tf.Tensor) => [
      ...times(3, (i, sum) => times(n.add(i), (k, own) => [own.add(k)], sum), integer(0)),
    ]);
    let expected = 0;
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 70_000 + i; k++) expected = (expected + k) | 0;
    }
    expect(f(integer(70_000))[0]!.item()).toBe(expected);
  });

  it("that keep what they were for the way back", () => {
    expectSame(
      (n, x, xs) =>
        tf.scan((y: tf.Tensor, e: tf.Tensor) => repeat(n, (z) => tf.sin(z.mul(e)).add(x), y), xs, {
          initializer: x,
        }),
      integer(3),
      some("x", 2),
      some("xs", 5),
    );
  });

  it("whose random numbers differ by all iterations", () => {
    const f = tf.compile(
      (n: tf.Tensor) =>
        tf.scan(
          (y: tf.Tensor, e: tf.Tensor) =>
            tf.stack([
              repeat(n, (z) => z.mul(0).add(tf.random.uniform([])), e.mul(0)),
              times(n, (_, z, __) => [tf.random.uniform([]), z], y.at(0), y.at(1))[1]!,
            ]),
          tf.zeros([4]),
          { initializer: tf.zeros([2]) },
        ) as tf.Tensor,
    );
    tf.random.setSeed(3);
    const first = [...f(integer(3)).data()];
    tf.random.setSeed(3);
    expect([...f(integer(3)).data()]).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });
});

describe("conditions in loops", () => {
  it("leave in locals what both sides compute, or pass on", () => {
    const wat = expectEqual(
      (n, x, y) =>
        times(
          n,
          (index, a, b) =>
            tf.cond(
              tf.less(a, b),
              () => [a.add(b), b],
              () => [b, a.sub(tf.cast(index, "float64"))],
            ) as tf.Tensor[],
          x,
          y,
        ),
      integer(23),
      double(-3),
      double(11),
    );
    expect(pureLoopsOf(wat)).toHaveLength(1);
  });

  it("in conditions, around loops, on vectors", () => {
    const f = (n: tf.Tensor, x: tf.Tensor): readonly tf.Tensor[] =>
      times(
        n,
        (index, a, isLate) => {
          const next = tf.cond(
            isLate,
            () =>
              tf.cond(
                tf.greater(a.at(0), 0),
                () => repeat(index, (z) => z.mul(0.9), a),
                () => tf.reverse(a, 0).neg(),
              ),
            () => a.add(1.25),
          ) as tf.Tensor;
          return [next, tf.math.logicalOr(isLate, tf.greater(index, 3))];
        },
        x,
        tf.constant(false),
      );
    const wat = expectEqual(f, integer(9), some("x", 3));
    expect(loopsOf(wat).flat().filter(touchesMemory)).toEqual([]);
    expectSame((n, x) => [f(n, x)[0]!], integer(9), some("x", 3));
  });

  it("one side of which needs in memory what the other does not", () => {
    expectSame(
      (n, x) =>
        times(
          n,
          (index, a, b) =>
            tf.cond(
              tf.equal(index, 2),
              () => [tf.cumsum(a), tf.reduceSum(tf.tensorScatterNdAdd(b, [[1]], [2.5])).add(b)],
              () => [a.mul(0.5).add(b), b.add(1)],
            ) as tf.Tensor[],
          x,
          x.mul(2),
        ),
      integer(5),
      some("x", 4),
    );
  });

  it("with results that are constants, and operands that are parts", () => {
    expectEqual(
      (n, x) =>
        times(
          n,
          (index, a, flag, rest) =>
            tf
              .cond(
                flag,
                () => [a.at(1).add(rest), tf.constant(false), rest],
                () => [a.at(2), tf.greater(index, 1), tf.constant(7, { dtype: "float64" })],
              )
              .map((one, place) => (place === 0 ? tf.stack([a.at(1), one, a.at(0)]) : one)),
          x,
          tf.constant(true),
          double(3),
        ),
      integer(6),
      some("x", 3),
    );
  });
});

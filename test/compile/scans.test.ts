/** Scans, and loops and conditions in others, in compiled functions: values and derivatives are those of the same outside. */

import * as tf from "gradtape";
import { describe, it } from "vitest";
import { expectSame } from "./comparing.js";
import { integer, repeat, some } from "./loops.js";

describe("scans", () => {
  it.each([false, true])("with stacked results, in reverse: %s", (reverse) => {
    for (const length of [1, 2, 33]) {
      expectSame(
        (xs, h, w) =>
          tf.scan(
            ({ h: own }: { h: tf.Tensor; out: tf.Tensor }, x: tf.Tensor) => {
              const next = tf.tanh(tf.linalg.matvec(w, own).add(x));
              return { h: next, out: tf.reduceSum(next.mul(x)) };
            },
            xs,
            { initializer: { h, out: tf.zeros([], { dtype: "float64" }) }, reverse },
          ).out,
        some("xs", length, 4),
        some("h", 4),
        some("w", 4, 4),
      );
    }
  });

  it("of views: reversed, transposed, parts of rows", () => {
    expectSame(
      (x) =>
        tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s).add(e), tf.reverse(tf.transpose(x), 0)),
      some("x", 17, 5),
    );
    expectSame(
      (x) =>
        tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s).add(e), tf.slice(x, [1, 3], [15, 9])),
      some("x", 17, 13),
    );
  });

  it("with what is around them: constants, views, and values of the function", () => {
    const around = some("around", 33);
    expectSame(
      (x) => {
        const inside = tf.sin(x).mul(2);
        const view = tf.reverse(inside, 0);
        return tf.mapFn(
          (e: tf.Tensor) =>
            e
              .mul(around)
              .add(inside)
              .add(tf.slice(view, [30], [1]))
              .add(tf.slice(view, [0], [33])),
          tf.slice(view, [1], [4]),
        );
      },
      some("x", 33),
    );
  });

  it("with segments that are run again", () => {
    expectSame(
      (x) =>
        tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(1.3)).add(e), x, { checkpoint: 4 }),
      some("x", 19, 3),
    );
  });
});

describe("loops in others", () => {
  it("a loop of unknown length in each iteration of one", () => {
    expectSame(
      (n, x) =>
        repeat(n, (y, index) => repeat(index.add(1), (z) => tf.sin(z).add(x), y).mul(0.9), x),
      integer(6),
      some("x", 33),
    );
  });

  it("histories of inner loops that grow in every iteration of the outer one", () => {
    expectSame(
      (x) =>
        tf.scan(
          (state: tf.Tensor, entry: tf.Tensor) =>
            repeat(tf.cast(entry, "int32"), (z) => tf.tanh(z.mul(1.2)).add(x), state),
          tf.constant([3, 150, 0, 400, 7], { dtype: "float64" }),
          { initializer: x },
        ),
      some("x", 20),
    );
  });

  it("loops in conditions in loops", () => {
    const f = (n: tf.Tensor, x: tf.Tensor): tf.Tensor =>
      repeat(
        n,
        (y, index) =>
          tf.cond(
            tf.equal(tf.math.floormod(index, integer(3)), 0),
            () => repeat(index, (z) => tf.sin(z).mul(x), y),
            () =>
              tf.cond(
                tf.greater(tf.reduceSum(y), 0),
                () => tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.tanh(s.add(e)), y),
                () => y.mul(-1.5),
              ),
          ),
        x,
      );
    expectSame(f, integer(8), some("x", 9));
    expectSame(f, integer(5), some("y", 17));
  });

  it("a scan of scans with everything stacked", () => {
    expectSame(
      (x, w) =>
        tf.scan(
          (state: tf.Tensor, row: tf.Tensor) =>
            tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e)).add(w), row.add(state)),
          x,
        ),
      some("x", 5, 9),
      some("w"),
    );
  });
});

/** Loops of unknown length in compiled functions: their values and derivatives are those of the same loops outside. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectSame, expectSameValues } from "./comparing.js";
import { integer, repeat, some } from "./loops.js";

describe("while loops", () => {
  it.each([0, 1, 2, 9, 500])("of %d iterations", (count) => {
    // 33 float64 an iteration: 62 of them fill the first 16 KiB of the history, which then grows several times.
    expectSame(
      (n, x, w) => repeat(n, (y) => tf.tanh(y.mul(w)).add(x), x),
      integer(count),
      some("x", 33),
      some("w", 33),
    );
  });

  it("of other lengths at each call, short ones after long ones", () => {
    const f = tf.compile((n: tf.Tensor, x: tf.Tensor) =>
      tf.grad((own: tf.Tensor) => tf.reduceSum(repeat(n, (y) => tf.sin(y).mul(own), own)))(x),
    );
    const g = (n: tf.Tensor, x: tf.Tensor): tf.Tensor =>
      tf.grad((own: tf.Tensor) => tf.reduceSum(repeat(n, (y) => tf.sin(y).mul(own), own)))(x);
    const x = some("x", 40);
    for (const count of [3, 800, 0, 60, 3000, 1]) {
      const wanted = g(integer(count), x).data();
      f(integer(count), x)
        .data()
        .forEach((value, place) => {
          expect(value).toBeCloseTo(wanted[place]!, 10);
        });
    }
  });

  it("two in one function, and one that uses what the other gave", () => {
    expectSame(
      (n, x) => {
        const y = repeat(n, (one) => tf.tanh(one).mul(1.1), x);
        const z = repeat(n.mul(40), (one, index) => tf.sin(one.add(tf.cast(index, "float64"))), y);
        return [z, y.mul(z)];
      },
      integer(9),
      some("x", 5, 7),
    );
  });

  it("of scalars, which a condition on the state ends", () => {
    const newton = (a: tf.Tensor): tf.Tensor =>
      tf.whileLoop(
        (x: tf.Tensor) => tf.greater(tf.abs(x.mul(x).sub(a)), 1e-12),
        (x: tf.Tensor) => [x.add(a.div(x)).mul(0.5)],
        [a],
      )[0] as tf.Tensor;
    expectSame(newton, tf.constant(2, { dtype: "float64" }));
    expectSame(newton, tf.constant(1e6, { dtype: "float64" }));
  });

  it("whose variables swap and turn", () => {
    expectSameValues(
      (a, b, c) =>
        tf.whileLoop(
          (n: tf.Tensor) => tf.less(n, 5),
          (n: tf.Tensor, x: tf.Tensor, y: tf.Tensor, z: tf.Tensor) => [n.add(1), y, z, x],
          [integer(0), a, b, c],
        ) as tf.Tensor[],
      some("a", 3),
      some("b", 3),
      some("c", 3),
    );
    expectSame(
      (a, b) =>
        (
          tf.whileLoop(
            (n: tf.Tensor) => tf.less(n, 7),
            (n: tf.Tensor, x: tf.Tensor, y: tf.Tensor) => [n.add(1), y, x.mul(y).add(x)],
            [integer(0), a, b],
          ) as tf.Tensor[]
        ).slice(1),
      some("a", 17),
      some("b", 17),
    );
  });

  it("whose variable is carried on as a view of another", () => {
    expectSame(
      (a) =>
        (
          tf.whileLoop(
            (n: tf.Tensor) => tf.less(n, 3),
            (n: tf.Tensor, x: tf.Tensor, y: tf.Tensor) => [
              n.add(1),
              tf.transpose(y),
              tf.reverse(x, 0).mul(1.5),
            ],
            [integer(0), a, a.mul(2)],
          ) as tf.Tensor[]
        ).slice(1),
      some("a", 5, 5),
    );
  });

  it("that take too many iterations are errors, and the function goes on", () => {
    const f = tf.compile(
      (n: tf.Tensor) =>
        tf.whileLoop(
          (x: tf.Tensor) => tf.less(x, n),
          (x: tf.Tensor) => [x.add(1)],
          [integer(0)],
          { maximumIterations: 20 },
        )[0] as tf.Tensor,
    );
    expect(f(integer(20)).item()).toBe(20);
    expect(() => f(integer(21))).toThrow(tf.GradtapeError);
    expect(() => f(integer(21))).toThrow(/whileLoop.*20/);
    expect(f(integer(3)).item()).toBe(3);
  });
});

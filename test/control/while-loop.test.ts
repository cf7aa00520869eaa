/** `whileLoop`: values and gradients, on values, in a graph and in rows. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import {
  double,
  expectValues,
  gradient,
  integer,
  leavesNothingActive,
  type TensorFunction,
  WAYS,
} from "./control.js";

leavesNothingActive();

/** x squared until it is no longer below a bound. */
function squaresBelow(bound: number): TensorFunction {
  return (x) =>
    tf.whileLoop(
      (v) => tf.less(v, bound),
      (v) => [v.mul(v)],
      [x],
    )[0];
}

/** x ← x · y and y ← x + y, as long as x is below 45. */
const both = (x: tf.Tensor, y: tf.Tensor): readonly [tf.Tensor, tf.Tensor] =>
  tf.whileLoop(
    (v) => tf.less(v, 45),
    (v, w) => [v.mul(w), v.add(w)],
    [x, y],
  );

describe.each(WAYS)("whileLoop %s", (_, run) => {
  it("with one variable: 2 → 4 → 16, with gradient 4 x³", () => {
    expectValues(run(squaresBelow(8), double(2)), 16);
    expectValues(run(gradient(squaresBelow(8)), double(2)), 32);
  });

  it("takes what body gives for one variable with a list around it or without", () => {
    const f: TensorFunction = (x) =>
      tf.whileLoop(
        (v) => tf.less(v, 8),
        (v) => v.mul(v),
        [x],
      )[0];
    expectValues(run(f, double(2)), 16);
  });

  it("with two variables, of which one stays as it is", () => {
    const f: TensorFunction = (x, y) => {
      const [v, w] = tf.whileLoop(
        (own) => tf.less(own, 45),
        (own, other) => [own.mul(other), other],
        [x, y],
      );
      return tf.stack([v, w]);
    };
    expectValues(run(f, double(5), double(3)), [45, 3]);
    expectValues(run(gradient(f, 0), double(5), double(3)), 9);
    expectValues(run(gradient(f, 1), double(5), double(3)), 31);
  });

  it("with two variables that depend on each other", () => {
    const first: TensorFunction = (x, y) => both(x, y)[0];
    const second: TensorFunction = (x, y) => both(x, y)[1];
    const [x, y] = [double(5), double(3)];
    expectValues(run(first, x, y), 120);
    expectValues(run(second, x, y), 23);
    expectValues(run(gradient(first, 0), x, y), 39);
    expectValues(run(gradient(second, 0), x, y), 4);
    expectValues(run(gradient(first, 1), x, y), 55);
    expectValues(run(gradient(second, 1), x, y), 6);
  });

  it("with one loop behind another", () => {
    const f: TensorFunction = (x) => squaresBelow(16)(squaresBelow(4)(x));
    expectValues(run(f, double(2)), 16);
    expectValues(run(gradient(f), double(2)), 32);
    expectValues(run(gradient(gradient(f)), double(2)), 48);
  });

  it("with two loops over the same value", () => {
    const f: TensorFunction = (x) => squaresBelow(4)(x).add(squaresBelow(16)(x));
    expectValues(run(gradient(f), double(2)), 36);
  });

  it("with no iteration gives the variables as they are, with gradient 1", () => {
    const f: TensorFunction = (x) => squaresBelow(0)(x).mul(3);
    expectValues(run(f, double([[2]])), [[6]]);
    expectValues(run(gradient(f), double([[2]])), [[3]]);
    expectValues(run(gradient(gradient((x) => f(x).mul(x))), double([[2]])), [[6]]);
  });

  it("with an int32 counter beside, which has no gradient", () => {
    const f: TensorFunction = (x) => {
      const [count, power] = tf.whileLoop(
        (i) => tf.less(i, 5),
        (i, own) => [i.add(1), own.mul(x)],
        [integer(0), tf.ones([], { dtype: "float64" })],
      );
      expect(count.dtype).toBe("int32");
      return power.mul(tf.cast(count, "float64"));
    };
    expectValues(run(f, double(2)), 160);
    expectValues(run(gradient(f), double(2)), 400);
  });

  it("with variables in a nest of lists and records", () => {
    const f: TensorFunction = (x) => {
      const [{ i, pair }] = tf.whileLoop(
        (own) => tf.less(own.i, 3),
        (own) => [{ i: own.i.add(1), pair: [own.pair[1], own.pair[0].mul(own.pair[1])] as const }],
        [{ i: integer(0), pair: [x, x.add(1)] as const }],
      );
      expect(i.shape).toEqual([]);
      return pair[0].add(pair[1].mul(10));
    };
    // (a, b) → (b, ab) → (ab, ab²) → (ab², a²b³) with b = a + 1
    expectValues(run(f, double(2)), 18 + 10 * 108);
    expectValues(run(gradient(f), double(2)), 9 + 12 + 10 * (4 * 27 + 12 * 9));
  });

  it("with a condition that has one element and some axes", () => {
    const f = squaresBelow(8);
    expectValues(run(f, double([[2]])), [[16]]);
    expectValues(run(gradient(f), double([[2]])), [[32]]);
  });

  it("with a condition that closes over values, which have no gradient there", () => {
    const f: TensorFunction = (x, bound) =>
      tf.whileLoop(
        (v) => tf.less(v, bound),
        (v) => [v.mul(3)],
        [x],
      )[0];
    expectValues(run(f, double(1), double(20)), 27);
    expectValues(run(gradient(f, 0), double(1), double(20)), 27);
    expectValues(run(gradient(f, 1), double(1), double(20)), 0);
  });

  it("with a body that forgets its variable", () => {
    const f: TensorFunction = (x, y) => {
      const [, v] = tf.whileLoop(
        (i) => tf.less(i, 2),
        (i) => [i.add(1), y.mul(tf.cast(i, "float64").add(1))],
        [integer(0), x],
      );
      return v;
    };
    expectValues(run(f, double(7), double(3)), 6);
    expectValues(run(gradient(f, 0), double(7), double(3)), 0);
    expectValues(run(gradient(f, 1), double(7), double(3)), 2);
  });

  it("may have as many iterations as maximumIterations", () => {
    const f: TensorFunction = (x) =>
      tf.whileLoop(
        (v) => tf.less(v, 8),
        (v) => [v.mul(v)],
        [x],
        { maximumIterations: 2 },
      )[0];
    expectValues(run(f, double(2)), 16);
    expectValues(run(gradient(f), double(2)), 32);
  });

  it("finds √2 by Newton's method, with the derivative of the root", () => {
    const root: TensorFunction = (a) =>
      tf.whileLoop(
        (x) => tf.greater(tf.abs(x.mul(x).sub(a)), 1e-12),
        (x) => [x.add(a.div(x)).mul(0.5)],
        [tf.ones([], { dtype: "float64" })],
      )[0];
    expectValues(run(root, double(2)), Math.SQRT2, 1e-12);
    expectValues(run(gradient(root), double(2)), 1 / (2 * Math.SQRT2), 1e-8);
  });
});

describe("whileLoop on values", () => {
  it("lets its functions read values", () => {
    const f: TensorFunction = (x) =>
      tf.whileLoop(
        (v) => v.item() < 8,
        (v) => (v.item() > 3 ? [v.mul(4)] : [v.mul(2)]),
        [x],
      )[0];
    expectValues(f(double(1)), 16);
    expectValues(gradient(f)(double(1)), 16);
  });

  it("reads variables among the loop variables once", () => {
    const variable = new tf.Variable(double(3));
    const tape = new tf.GradientTape();
    const [power] = tf.whileLoop(
      (v) => tf.less(v, 50),
      (v) => [v.mul(v)],
      [variable],
    );
    variable.assign(100);
    expect(power.item()).toBe(81);
    expect(tape.gradient(power, variable).item()).toBe(108);
  });

  it("takes an empty list of variables and a condition that is false", () => {
    expect(
      tf.whileLoop(
        () => false,
        () => [],
        [],
      ),
    ).toEqual([]);
  });
});

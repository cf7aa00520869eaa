/** `cond`: values and gradients of both branches, on values, in a graph and in rows. */
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

/** 2x where x is above y, else 3y. */
const either: TensorFunction = (x, y) =>
  tf.cond(
    tf.greater(x, y),
    () => x.mul(2),
    () => y.mul(3),
  );

describe.each(WAYS)("cond %s", (_, run) => {
  it("gives what the branch gives that is taken, and gradients through that one", () => {
    const [one, two] = [double(1), double(2)];
    expectValues(run(either, two, one), 4);
    expectValues(run(either, one, two), 6);
    expectValues(run(gradient(either, 0), two, one), 2);
    expectValues(run(gradient(either, 1), two, one), 0);
    expectValues(run(gradient(either, 0), one, two), 0);
    expectValues(run(gradient(either, 1), one, two), 3);
  });

  it("with several results in a nest", () => {
    const f: TensorFunction = (x, y) => {
      const { product, rest } = tf.cond(
        tf.greater(x, 0),
        () => ({ product: x.mul(y), rest: [y] }),
        () => ({ product: x, rest: [y.mul(3)] }),
      );
      return product.add(rest[0]!.mul(10));
    };
    expectValues(run(f, double(2), double(3)), 36);
    expectValues(run(f, double(-2), double(3)), 88);
    expectValues(run(gradient(f, 1), double(2), double(3)), 12);
    expectValues(run(gradient(f, 1), double(-2), double(3)), 30);
  });

  it("with a branch of constants", () => {
    const f: TensorFunction = (x, y) =>
      tf.cond(
        tf.greater(x, 0),
        () => x.mul(y).mul(2),
        () => double(2),
      );
    expectValues(run(f, double(1), double(3)), 6);
    expectValues(run(f, double(-1), double(3)), 2);
    expectValues(run(gradient(f, 0), double(1), double(3)), 6);
    expectValues(run(gradient(f, 0), double(-1), double(3)), 0);
  });

  it("with branches that give what is there", () => {
    const f: TensorFunction = (x, y) => {
      const [a, b] = tf.cond(
        tf.greater(x, y),
        () => [x, y],
        () => [y, y],
      );
      return a!.mul(b!).mul(x);
    };
    expectValues(run(gradient(f, 0), double(3), double(2)), 12);
    expectValues(run(gradient(f, 1), double(3), double(2)), 9);
    expectValues(run(gradient(f, 0), double(2), double(3)), 9);
    expectValues(run(gradient(f, 1), double(2), double(3)), 12);
  });

  it("in a branch of another one", () => {
    const f: TensorFunction = (x) =>
      tf.cond(
        tf.greater(x, 0),
        () =>
          tf.cond(
            tf.greater(x, 2),
            () => x.mul(x),
            () => x.mul(5),
          ),
        () => x.neg(),
      );
    expectValues(tf.stack([3, 1, -1].map((x) => run(f, double(x)))), [9, 5, 1]);
    expectValues(tf.stack([3, 1, -1].map((x) => run(gradient(f), double(x)))), [6, 5, -1]);
  });

  it("with a condition of one element and some axes", () => {
    const f: TensorFunction = (x) =>
      tf.cond(
        tf.greater(x.reshape([1, 1]), 0),
        () => tf.stack([x, x.mul(x)]),
        () => tf.stack([x, x]),
      );
    expectValues(run(f, double(3)), [3, 9]);
    expectValues(run(f, double(-3)), [-3, -3]);
    expectValues(run(gradient(f), double(3)), 7);
  });

  it("with a result that is int32, and one that is bool", () => {
    const f: TensorFunction = (x) => {
      const [count, flag] = tf.cond(
        tf.greater(x, 0),
        () => [integer(2), tf.greater(x, 1)] as const,
        () => [integer(3), tf.less(x, -1)] as const,
      );
      return tf.where(flag, x.mul(tf.cast(count, "float64")), x);
    };
    const points = [4, 0.5, -4, -0.5];
    expectValues(tf.stack(points.map((x) => run(f, double(x)))), [8, 0.5, -12, -0.5]);
    expectValues(tf.stack(points.map((x) => run(gradient(f), double(x)))), [2, 1, 3, 1]);
  });

  it("takes a condition that is known from the start", () => {
    const f: TensorFunction = (x) =>
      tf
        .cond(
          true,
          () => x.mul(2),
          () => x.mul(3),
        )
        .add(
          tf.cond(
            tf.constant(false),
            () => x,
            () => x.mul(10),
          ),
        );
    expectValues(run(f, double(1)), 12);
    expectValues(run(gradient(f), double(1)), 12);
  });

  it("lets no NaN or ∞ of the branch that is not taken through, to second order", () => {
    const f: TensorFunction = (x) =>
      tf.cond(
        tf.greater(x, 0),
        () => tf.sqrt(x).add(tf.math.log(x)),
        () => x.mul(x),
      );
    expectValues(run(f, double(-3)), 9);
    expectValues(run(gradient(f), double(-3)), -6);
    expectValues(run(gradient(gradient(f)), double(-3)), 2);
    expectValues(run(gradient(f), double(0)), 0);
    expectValues(run(gradient(gradient(f)), double(0)), 2);
  });
});

describe("cond on values", () => {
  it("runs one of its functions", () => {
    const called: string[] = [];
    const branch = (name: string) => () => {
      called.push(name);
      return double(1);
    };
    tf.cond(tf.constant(true), branch("true"), branch("false"));
    tf.cond(false, branch("true"), branch("false"));
    expect(called).toEqual(["true", "false"]);
  });

  it("may give results of different types, since one is run", () => {
    const f = (flag: boolean): tf.Tensor =>
      tf.cond(
        flag,
        () => double([1, 2]),
        () => integer(1),
      );
    expect(f(true).shape).toEqual([2]);
    expect(f(false).dtype).toBe("int32");
  });

  it("takes its condition from a value on a tape, and says nothing of it in gradients", () => {
    const x = double(3);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.cond(
      tf.greater(x, 1),
      () => x.mul(x),
      () => x,
    );
    expect(tape.gradient(y, x).item()).toBe(6);
  });

  it("reads variables that a branch gives", () => {
    const v = new tf.Variable(double(2));
    const tape = new tf.GradientTape();
    const y = tf.cond<tf.Variable | tf.Tensor>(
      true,
      () => v,
      () => double(1),
    );
    expect(tape.gradient(y.mul(3), v).item()).toBe(3);
  });
});

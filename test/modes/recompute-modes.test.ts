/** `recomputeGrad` in all modes and orders, in itself, and around and inside of other transformations. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const scale = double([1, 2, 3]);
const plain = (x: tf.Tensor): tf.Tensor => tf.reduceSum(tf.sin(x.mul(scale)).mul(tf.exp(x)));
const again = tf.recomputeGrad(plain);
const x = double([0.1, 0.5, 0.9]);
const v = double([1, -2, 0.5]);

/** Branches and loops by value. */
const branching = (own: tf.Tensor): tf.Tensor => {
  let y = own;
  while (tf.reduceSum(tf.abs(y)).item() < 10) y = y.mul(2);
  return y.at(0).item() > 0 ? tf.sin(y) : y.mul(y);
};

describe("rule 33: modes and orders", () => {
  const transformations: readonly (readonly [string, (f: typeof plain) => tf.Tensor])[] = [
    ["grad", (f) => tf.grad(f)(x)],
    ["jvp", (f) => tf.jvp(f, [x], [v])[1]],
    ["vjp", (f) => tf.vjp(f, x)[1](3)[0]],
    ["hvp", (f) => tf.hvp(f, [x], [v])[0]],
    ["hessian", (f) => tf.hessian(f)(x)],
    ["jacobian, forward", (f) => tf.jacobian(f, { mode: "forward" })(x)],
    ["jacobian, reverse", (f) => tf.jacobian(f, { mode: "reverse" })(x)],
    ["jvp of jvp", (f) => tf.jvp((own: tf.Tensor) => tf.jvp(f, [own], [v])[1], [x], [v])[1]],
    ["grad of jvp", (f) => tf.grad((own: tf.Tensor) => tf.jvp(f, [own], [v])[1])(x)],
    ["jacobian of grad, forward", (f) => tf.jacobian(tf.grad(f), { mode: "forward" })(x)],
    ["jacobian of grad, reverse", (f) => tf.jacobian(tf.grad(f), { mode: "reverse" })(x)],
    [
      "third order",
      (f) => tf.grad((own: tf.Tensor) => tf.reduceSum(tf.hvp(f, [own], [v])[0].mul(v)))(x),
    ],
    ["jacobian of hessian", (f) => tf.jacobian(tf.hessian(f))(x)],
    ["in recomputation", (f) => tf.grad(tf.recomputeGrad((own: tf.Tensor) => f(own).mul(2)))(x)],
    [
      "twice in recomputation, to second order",
      (f) => tf.hessian(tf.recomputeGrad(tf.recomputeGrad((own: tf.Tensor) => f(own))))(x),
    ],
    [
      "a gradient inside recomputation",
      (f) => tf.grad(tf.recomputeGrad((own: tf.Tensor) => tf.reduceSum(tf.grad(f)(own))))(x),
    ],
    [
      "in a map",
      (f) =>
        tf.grad((own: tf.Tensor) =>
          tf.reduceSum(tf.vectorizedMap((row: tf.Tensor) => f(row), own)),
        )(tf.stack([x, v])),
    ],
    [
      "a gradient in a map",
      (f) => tf.vectorizedMap((row: tf.Tensor) => tf.grad(f)(row), tf.stack([x, v])),
    ],
    [
      "a tangent in a map",
      (f) => tf.vectorizedMap((row: tf.Tensor) => tf.jvp(f, [row], [v])[1], tf.stack([x, v])),
    ],
    [
      "a Hessian in a map",
      (f) => tf.vectorizedMap((row: tf.Tensor) => tf.hessian(f)(row), tf.stack([x, v])),
    ],
    [
      "a map inside",
      (f) =>
        tf.grad(
          tf.recomputeGrad((own: tf.Tensor) =>
            f(tf.vectorizedMap((one: tf.Tensor) => one.mul(one), own)),
          ),
        )(x),
    ],
  ];

  it.each(transformations)("rule 33: %s gives the same", (_, transformed) => {
    expectClose(transformed(again), transformed(plain), 1e-12);
  });

  it("rule 33: a closure has its share in forward mode and in Jacobians", () => {
    const v = new tf.Variable(2, { dtype: "float64" });
    const f = tf.recomputeGrad((own: tf.Tensor) => own.mul(scale).mul(v));
    using accumulator = new tf.ForwardAccumulator([scale, v], [[1, 0, 0], 10]);
    const tape = watching(scale);
    const y = f(x);
    expectClose(accumulator.jvp(y), [0.1 * 2 + 0.1 * 10, 0.5 * 2 * 10, 0.9 * 3 * 10], 1e-12);
    const found = tape.jacobian(y, { scale, v });
    expectClose(found.scale, tf.linalg.diag(x.mul(2)), 1e-12);
    expectClose(found.v, x.mul(scale), 1e-12);
  });

  it("rule 33: host control flow inside works in every mode, also in Jacobians", () => {
    const f = tf.recomputeGrad(branching);
    const sum = (g: typeof branching) => (own: tf.Tensor) => tf.reduceSum(g(own));
    for (const at of [double([1, 2]), double([-1, 2])]) {
      for (const mode of ["forward", "reverse"] as const) {
        expectClose(tf.jacobian(f, { mode })(at), tf.jacobian(branching, { mode })(at), 1e-12);
      }
      expectClose(tf.hessian(sum(f))(at), tf.hessian(sum(branching))(at), 1e-12);
      expectClose(
        tf.hvp(sum(f), [at], [[1, 1]])[0],
        tf.hvp(sum(branching), [at], [[1, 1]])[0],
        1e-12,
      );
      const tape = watching(at);
      expectClose(tape.jacobian(f(at), at), tf.jacobian(branching)(at), 1e-12);
    }
  });

  it("rule 33: nested recomputation with host control flow in a Jacobian of a gradient", () => {
    const inner = tf.recomputeGrad(branching);
    const outer = tf.recomputeGrad((own: tf.Tensor) => tf.reduceSum(inner(tf.sin(own))));
    const direct = (own: tf.Tensor): tf.Tensor => tf.reduceSum(branching(tf.sin(own)));
    const at = double([0.4, 0.8]);
    expectClose(tf.hessian(outer)(at), tf.hessian(direct)(at), 1e-12);
    const around = watching(at);
    const within = watching(at);
    const gradient = within.gradient(outer(at), at);
    expectClose(around.jacobian(gradient, at), tf.hessian(direct)(at), 1e-12);
  });

  it("rule 33: a Jacobian of what was run outside may be asked for inside of a map", () => {
    const at = double([1, 2]);
    const f = tf.recomputeGrad(branching);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(at);
    const y = f(at);
    tape.stop();
    const jacobian = tf.jacobian(branching)(at);
    const rows = double([[1], [10]]);
    const mapped = tf.vectorizedMap((row: tf.Tensor) => tape.jacobian(y, at).mul(row), rows);
    expectClose(mapped, tf.stack([jacobian, jacobian.mul(10)]), 1e-12);
  });

  it("rule 33: an outer tape sees through a Jacobian what the rerun did", () => {
    const at = double([0.4, 0.8]);
    const f = tf.recomputeGrad((own: tf.Tensor) => own.mul(own).mul(own).mul(scale.at(1)));
    const outer = watching(at, scale);
    const inner = watching(at);
    const jacobian = inner.jacobian(f(at), at);
    const found = outer.gradient(jacobian, [at, scale]);
    expectClose(jacobian, tf.linalg.diag(at.mul(at).mul(6)), 1e-12);
    expectClose(found[0], at.mul(12), 1e-12);
    expectClose(found[1], [0, tf.reduceSum(at.mul(at).mul(3)).item(), 0], 1e-12);
  });

  it("rule 33: f runs once in a Jacobian's trace, whatever the number of elements", () => {
    let calls = 0;
    const f = tf.recomputeGrad((own: tf.Tensor) => {
      calls++;
      return tf.tanh(own);
    });
    tf.jacobian(f, { mode: "reverse" })(tf.ones([9]));
    expect(calls).toBe(2);
    tf.jacobian(f, { mode: "forward" })(tf.ones([9]));
    expect(calls).toBe(4);
  });

  it("rule 33: in nested recomputation variables keep the values that they had", () => {
    const v = new tf.Variable(3);
    const inner = tf.recomputeGrad((own: tf.Tensor) => own.mul(v));
    const outer = tf.recomputeGrad((own: tf.Tensor) => inner(own).mul(v));
    const one = tf.constant(2);
    const tape = watching(one);
    const y = outer(one);
    v.assign(100);
    const found = tape.gradient(y, { one, v });
    expect([found.one.item(), found.v.item()]).toEqual([9, 12]);
  });

  it("rule 33: rows of a map inside draw again what they drew", () => {
    tf.random.setSeed(2);
    const f = tf.recomputeGrad((own: tf.Tensor) =>
      tf.vectorizedMap((row: tf.Tensor) => tf.nn.dropout(row, 0.5), own),
    );
    const ones = tf.ones([5, 20]);
    const tape = watching(ones);
    const y = f(ones);
    expect(tape.gradient(y, ones).toArray()).toEqual(y.toArray());
  });

  it("rule 33: random numbers are the same in Jacobians and tangents", () => {
    tf.random.setSeed(1);
    const f = tf.recomputeGrad((own: tf.Tensor) =>
      own.mul(tf.random.normal([3], { dtype: "float64" })),
    );
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, x);
    const y = f(x);
    expectClose(accumulator.jvp(y), y, 1e-12);
    expectClose(tf.linalg.matvec(tape.jacobian(y, x), x), y, 1e-12);
  });
});

/** `stopGradient`, through which no derivative passes, and `gradPassThrough`, through which it passes unchanged. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items, NONE, unconnected, watching } from "../tape/tapes.js";
import { double, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("stopGradient", () => {
  const f = (x: tf.Tensor): tf.Tensor => tf.stopGradient(x).mul(x).mul(x);

  it("is a constant in reverse and in forward mode", () => {
    const x = tf.constant(3);
    expect(f(x).item()).toBe(27);
    expect(tf.grad(f)(x).item()).toBe(18);
    expect(tf.jvp(f, [x], [1])[1].item()).toBe(18);
    expect(tf.jacobian(f, { mode: "forward" })(x).item()).toBe(18);
    expect(tf.jacobian(f, { mode: "reverse" })(x).item()).toBe(18);
  });

  it("is a constant to every order", () => {
    const x = tf.constant(3);
    // x̄·x·x: 2x̄x and then 2x̄
    expect(tf.hessian(f)(x).item()).toBe(6);
    expect(tf.grad(tf.grad(f))(x).item()).toBe(6);
    expect(items(tf.hvp(f, [x], [1]))).toEqual([6]);
  });

  it("cuts the path, and the tape says so; an accumulator has no tangent", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const y = tf.stopGradient(x.mul(2)).mul(3);
    expect(accumulator.jvp(y, NONE)).toBeNull();
    const error = unconnected(() => tape.gradient(y, x));
    expect(error.reason).toBe("cut");
    expect(error.message).toContain("stopGradient");
  });

  it("cuts an inner derivative from the outer one", () => {
    const g = (x: tf.Tensor): tf.Tensor =>
      x.mul(tf.stopGradient(tf.grad((own: tf.Tensor) => own.mul(own).mul(own))(x)));
    expect(tf.grad(g)(tf.constant(2)).item()).toBe(12);
    expect(tf.jvp(g, [tf.constant(2)], [1])[1].item()).toBe(12);
  });

  it("passes values of every dtype, also in a map", () => {
    expect(tf.stopGradient(tf.constant([1, 2], { dtype: "int32" })).dtype).toBe("int32");
    expect(tf.stopGradient([true, false]).toArray()).toEqual([1, 0]);
    const x = tf.constant([[1, 2]]);
    const tape = watching(x);
    const y = tf.vectorizedMap((row: tf.Tensor) => tf.stopGradient(row).mul(row), x);
    expect(tape.gradient(y, x).toArray()).toEqual([[1, 2]]);
  });
});

describe("gradPassThrough", () => {
  const round = tf.gradPassThrough((x: tf.Tensor) => tf.round(x));

  it("has the values of the function and the derivative of the identity", () => {
    const x = tf.constant([0.4, 1.7]);
    expectTypeOf(round).toEqualTypeOf<(x: tf.Tensor) => tf.Tensor>();
    expect(round(x).toArray()).toEqual([0, 2]);
    const tape = watching(x);
    expect(tape.gradient(round(x).mul([10, 20]), x).toArray()).toEqual([10, 20]);
    expect(tf.jvp(round, [x], [[3, 4]])[1].toArray()).toEqual([3, 4]);
    for (const mode of ["forward", "reverse"] as const) {
      expect(tf.jacobian(round, { mode })(x).toArray()).toEqual([
        [1, 0],
        [0, 1],
      ]);
    }
  });

  it("has no second derivative of its own", () => {
    const f = (x: tf.Tensor): tf.Tensor => round(x).mul(round(x)).mul(x);
    // r²·x at 1.7, where r is 2: 2r·x + r² = 10.8, and then 2x + 4r
    const x = double(1.7);
    expect(tf.grad(f)(x).item()).toBeCloseTo(4 * 1.7 + 4, 12);
    expect(tf.hessian(f)(x).item()).toBeCloseTo(2 * 1.7 + 8, 12);
  });

  it("passes through an assignment, which has no gradient otherwise (GradPassThroughTest)", () => {
    const x = new tf.Variable(1);
    const z = new tf.Variable(3);
    const direct = new tf.GradientTape();
    x.assign(z.mul(z));
    expect(direct.gradient(x.read(), z, NONE)).toBeNull();
    const tape = new tf.GradientTape();
    const y = tf.gradPassThrough((v: tf.Tensor) => x.assign(v).read())(z.mul(z));
    expect(x.item()).toBe(9);
    expect(tape.gradient(y, z).item()).toBe(6);
  });

  it("variables and tensors that the function uses get no gradients", () => {
    const x = new tf.Variable(2);
    const c = tf.constant(5);
    const z = new tf.Variable(3);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(c);
    const y = tf.gradPassThrough((v: tf.Tensor | tf.Variable) => x.mul(v).mul(c))(z);
    tape.stop();
    expect(y.item()).toBe(30);
    expect(tape.gradient(y, z).item()).toBe(1);
    expect(tape.gradient(y, x, NONE)).toBeNull();
    expect(tape.gradient(y, c, NONE)).toBeNull();
  });

  it("nests of arguments and results", () => {
    const f = tf.gradPassThrough(({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => ({
      a: tf.floor(b).mul(a),
      b: tf.sign(b),
    }));
    const nest = { a: tf.constant(2), b: tf.constant(-1.5) };
    const tape = watching(nest.a, nest.b);
    const { a, b } = f(nest);
    expect(items([a, b])).toEqual([-4, -1]);
    const found = tape.gradient([a.mul(10), b.mul(100)], nest);
    expect(items([found.a, found.b])).toEqual([10, 100]);
    const pair = tf.gradPassThrough((p: tf.Tensor, q: tf.Tensor) => [q, p] as const);
    expect(
      items(
        tf.grad((p: tf.Tensor, q: tf.Tensor) => pair(p, q)[0].mul(7), { argnums: [0, 1] })(
          tf.constant(1),
          tf.constant(2),
        ),
      ),
    ).toEqual([7, 0]);
  });

  it("works in a map", () => {
    const x = tf.constant([[0.4], [1.7]]);
    const tape = watching(x);
    const y = tf.vectorizedMap((row: tf.Tensor) => round(row).mul(row), x);
    expect(y.shape).toEqual([2, 1]);
    expect(tape.gradient(y, x).data()[1]).toBeCloseTo(3.7, 6);
  });

  it("a function whose value is unlike its argument is an error in the backward pass", () => {
    const f = tf.gradPassThrough((x: tf.Tensor) => tf.reduceSum(x));
    const g = tf.gradPassThrough((x: tf.Tensor) => tf.cast(x, "float64"));
    expect(() => tf.grad(f)(tf.ones([2]))).toThrow(tf.ShapeError);
    expect(() => tf.grad((x: tf.Tensor) => tf.reduceSum(g(x)))(tf.ones([2]))).toThrow(
      tf.DTypeError,
    );
    expect(f(tf.ones([2])).item()).toBe(2);
  });
});

/** `customGradient`: functions that bring their own derivative, in reverse mode. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items, NONE, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

/** The identity with three times its gradient. */
const triple = tf.customGradient((x: tf.Tensor) => [x, (cotangent) => cotangent.mul(3)]);

/** TensorFlow's example: log(1 + eˣ), whose gradient is finite where eˣ overflows. */
const log1pexp = tf.customGradient((x: tf.Tensor) => {
  const e = tf.exp(x);
  return [
    tf.math.log(e.add(1)),
    (cotangent) => cotangent.mul(tf.subtract(1, tf.divide(1, e.add(1)))),
  ];
});

describe("rule 32: the given rule is used", () => {
  it("rule 32: in place of the derivative of what f does (testCustomGradientTrivial)", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = triple(triple(x));
    expectTypeOf(y).toEqualTypeOf<tf.Tensor>();
    expect(y.item()).toBe(3);
    expect(tape.gradient(y, x).item()).toBe(9);
  });

  it("rule 32: a list around the cotangent of one argument makes no difference", () => {
    const f = tf.customGradient((x: tf.Tensor) => [x.mul(x), (cotangent) => [cotangent.mul(4)]]);
    expect(tf.grad(f)(tf.constant(1)).item()).toBe(4);
  });

  it("rule 32: several arguments have a list of cotangents (testCustomGradient)", () => {
    const f = tf.customGradient((a: tf.Tensor, b: tf.Tensor) => [
      a.mul(b),
      // The other way round than is right.
      (cotangent) => [cotangent.mul(a), cotangent.mul(b)],
    ]);
    const a = tf.constant(3);
    const b = tf.constant(5);
    const tape = watching(a, b);
    expect(items(tape.gradient(f(a, b), [a, b]))).toEqual([3, 5]);
    const once = watching(a);
    expect(once.gradient(f(a, b), a).item()).toBe(3);
    const same = watching(a);
    expect(same.gradient(f(a, a), a).item()).toBe(6);
  });

  it("rule 32: the gradient need not be right: 2·x + 1 for x² is taken at its word", () => {
    const square = tf.customGradient((x: tf.Tensor) => [
      x.mul(x),
      (cotangent) => cotangent.mul(2).mul(x).add(1),
    ]);
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const y = square(v as never);
    expect(tape.gradient(y, v).item()).toBe(7);
  });

  it("rule 32: it may be called any number of times, each time with its own values", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    const squares = tf.customGradient((own: tf.Tensor) => [
      own.mul(own),
      (cotangent) => cotangent.mul(own).mul(20),
    ]);
    const y = squares(x);
    const z = squares(y);
    expect(items([y, z])).toEqual([4, 16]);
    // 20·2 and 20·4
    expect(tape.gradient(z, x).item()).toBe(3200);
  });

  it("rule 32: the pullback is called once a pass, with the complete cotangent", () => {
    const seen: number[] = [];
    const f = tf.customGradient((x: tf.Tensor) => [
      x.mul(1),
      (cotangent) => {
        seen.push(cotangent.item());
        return cotangent;
      },
    ]);
    const x = tf.constant(2);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const y = f(x);
    const z = y.mul(y).add(y.mul(3));
    tape.stop();
    expect(tape.gradient(z, x).item()).toBe(7);
    expect(seen).toEqual([7]);
    tape.gradient(z, x);
    expect(seen).toEqual([7, 7]);
    expect(tape.gradient(z, y).item()).toBe(7);
    expect(seen).toEqual([7, 7]);
  });

  it("rule 32: it may read values, as it runs on the values as they are", () => {
    const clipped = tf.customGradient((x: tf.Tensor) => [
      x.mul(1),
      (cotangent) => (Math.abs(cotangent.item()) > 1 ? tf.sign(cotangent) : cotangent),
    ]);
    const slope = (scale: number): number =>
      tf
        .grad((x: tf.Tensor) => clipped(x).mul(scale))(tf.constant(1))
        .item();
    expect([slope(0.5), slope(50), slope(-50)]).toEqual([0.5, 1, -1]);
  });

  it("rule 32: without a tape it is the function", () => {
    expect(log1pexp(double(0)).item()).toBeCloseTo(Math.log(2), 12);
    const v = new tf.Variable([1, 2]);
    expect(triple(v as never).toArray()).toEqual([1, 2]);
  });
});

describe("rule 32: second order", () => {
  it("rule 32: what the rule closes over stays differentiable: log1pexp", () => {
    const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
    for (const value of [-2, 0, 0.5, 3]) {
      const s = sigmoid(value);
      const x = double(value);
      expectClose(tf.grad(log1pexp)(x), s, 1e-12);
      expectClose(tf.grad(tf.grad(log1pexp))(x), s * (1 - s), 1e-12);
      expectClose(tf.grad(tf.grad(tf.grad(log1pexp)))(x), s * (1 - s) * (1 - 2 * s), 1e-12);
      expectClose(tf.hessian(log1pexp)(x), s * (1 - s), 1e-12);
    }
  });

  it("rule 32: the gradient is finite where eˣ overflows", () => {
    const x = tf.constant(100);
    const tape = watching(x);
    expect(tape.gradient(log1pexp(x), x).item()).toBe(1);
  });

  it("rule 32: a tensor closed over in f is unconnected with the value, and connected with the gradient", () => {
    const c = tf.constant(5);
    const f = tf.customGradient((x: tf.Tensor) => {
      const scale = c.mul(c);
      return [x.mul(scale), (cotangent) => cotangent.mul(scale)];
    });
    const x = tf.constant(2);
    const tape = watching(c);
    const y = f(x);
    expect(y.item()).toBe(50);
    expect(tape.gradient(y, c, NONE)).toBeNull();
    const outer = watching(c);
    const inner = watching(x);
    const gradient = inner.gradient(f(x), x);
    expect(gradient.item()).toBe(25);
    expect(outer.gradient(gradient, c).item()).toBe(10);
  });

  it("rule 32: a value that the rule closes over is differentiated by the given rule again", () => {
    // y′ = y, as of exp; but written by way of the value that f returns.
    const exponential = tf.customGradient((x: tf.Tensor) => {
      const y = tf.exp(x);
      return [y, (cotangent) => cotangent.mul(y)];
    });
    for (const f of [
      tf.grad(exponential),
      tf.grad(tf.grad(exponential)),
      tf.hessian(exponential),
    ]) {
      expectClose(f(double(0.7)), Math.exp(0.7), 1e-12);
    }
  });

  it("rule 32: a custom gradient in the pullback of another", () => {
    const inner = tf.customGradient((x: tf.Tensor) => [
      x.mul(x),
      (cotangent) => cotangent.mul(x).mul(10),
    ]);
    const outer = tf.customGradient((x: tf.Tensor) => [
      x.mul(1),
      (cotangent) => cotangent.mul(inner(x)),
    ]);
    expect(tf.grad(outer)(tf.constant(3)).item()).toBe(9);
    expect(tf.grad(tf.grad(outer))(tf.constant(3)).item()).toBe(30);
  });

  it("rule 32: a custom gradient inside the function of another is not asked", () => {
    let asked = 0;
    const inner = tf.customGradient((x: tf.Tensor) => [
      x.mul(2),
      (cotangent) => {
        asked++;
        return cotangent.mul(100);
      },
    ]);
    const outer = tf.customGradient((x: tf.Tensor) => [inner(x), (cotangent) => cotangent.mul(7)]);
    expect(tf.grad(outer)(tf.constant(1)).item()).toBe(7);
    expect(asked).toBe(0);
    const through = tf.customGradient((x: tf.Tensor) => {
      const y = inner(x);
      return [y, (cotangent) => tf.vjp((own: tf.Tensor) => inner(own), x)[1](cotangent)[0]];
    });
    expect(tf.grad(through)(tf.constant(1)).item()).toBe(100);
    expect(asked).toBe(1);
  });
});

/** `GradientTape.jacobian`: the life of the tape, unconnected sources, and higher orders. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { NONE, unconnected, untyped, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const ZERO = { unconnectedGradients: "zero" } as const;
const PERSISTENT = { persistent: true } as const;

describe("rule 30: life of the tape", () => {
  it("rule 30: a non-persistent tape is used up afterwards", () => {
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    const y = x.mul(x);
    tape.jacobian(y, x);
    expect(tape.recording).toBe(false);
    expect(() => tape.jacobian(y, x)).toThrow(tf.TapeError);
    expect(() => tape.jacobian(y, x)).toThrow(/jacobian: the tape is used up.*persistent: true/);
    expect(() => tape.gradient(y, x)).toThrow(tf.TapeError);
  });

  it("rule 30: also where it throws", () => {
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    const y = x.mul(x);
    expect(() => tape.jacobian(y, tf.constant(1))).toThrow(tf.UnconnectedGradientError);
    expect(tape.recording).toBe(false);
    expect(() => tape.jacobian(y, x)).toThrow(tf.TapeError);
  });

  it("rule 30: wrong arguments do not use it up", () => {
    const x = tf.constant([1, 2]);
    using tape = watching(x);
    const y = x.mul(x);
    const jacobian = tape.jacobian.bind(tape);
    expect(() => untyped(jacobian, [y], x)).toThrow(/target must be a tensor or a variable/);
    expect(() => untyped(jacobian, y, 3)).toThrow(tf.ArgumentError);
    expect(() => untyped(jacobian, y, x, { mode: "forward" })).toThrow(/unknown option "mode"/);
    expect(() => untyped(jacobian, null, x)).toThrow(tf.ArgumentError);
    expect(tape.jacobian(y, x).shape).toEqual([2, 2]);
  });

  it("rule 30: a persistent tape gives as many as are asked for, and gradients between them", () => {
    const x = tf.constant([1, 2]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = x.mul(x);
    const z = y.mul(x);
    tape.stop();
    expect(tape.jacobian(y, x).toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect(tape.gradient(z, x).toArray()).toEqual([3, 12]);
    expect(tape.jacobian(z, y).toArray()).toEqual([
      [1, 0],
      [0, 2],
    ]);
    expect(tape.jacobian(z, x).toArray()).toEqual([
      [3, 0],
      [0, 12],
    ]);
  });
});

describe("rule 30: unconnected", () => {
  it("rule 30: an unconnected source is an error that says why, null or zeros", () => {
    const x = tf.constant([1, 2]);
    const other = double([[3, 4, 5]]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch([x, other]);
    const y = x.mul(x);
    tape.stop();
    expect(unconnected(() => tape.jacobian(y, { x, other })).reason).toBe("independent");
    expect(unconnected(() => tape.jacobian(y, tf.constant(1))).reason).toBe("never-watched");
    const found = tape.jacobian(y, { x, other }, NONE);
    expectTypeOf(found).toEqualTypeOf<{ x: tf.Tensor | null; other: tf.Tensor | null }>();
    expect(found.x?.shape).toEqual([2, 2]);
    expect(found.other).toBeNull();
    const zeros = tape.jacobian(y, other, ZERO);
    expect(zeros.shape).toEqual([2, 1, 3]);
    expect(zeros.dtype).toBe("float64");
    expect(tf.reduceMax(tf.abs(zeros)).item()).toBe(0);
  });

  it("rule 30: what is flat is connected, and has zeros", () => {
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    const y = tf.sign(x);
    expect(tape.jacobian(y, x).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("rule 30: an integer target has none", () => {
    const x = tf.constant([1, 2]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = tf.cast(x, "int32");
    const n = tf.constant([1, 2], { dtype: "int32" });
    tape.stop();
    expect(unconnected(() => tape.jacobian(y, x)).reason).toBe("cut");
    expect(unconnected(() => tape.jacobian(n, x)).reason).toBe("integer-dtype");
    expect(tape.jacobian(y, x, NONE)).toBeNull();
    const zeros = tape.jacobian(y, x, ZERO);
    expect(zeros.toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(zeros.dtype).toBe("float32");
  });
});

describe("rule 30: higher orders", () => {
  it("rule 30: an outer tape sees the Jacobian being computed", () => {
    const x = double([1, 2]);
    const outer = watching(x);
    const inner = watching(x);
    const y = x.mul(x).mul(x);
    const first = inner.jacobian(y, x);
    const second = outer.jacobian(first, x);
    expect(first.toArray()).toEqual([
      [3, 0],
      [0, 12],
    ]);
    expect(second.toArray()).toEqual([
      [
        [6, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 12],
      ],
    ]);
  });

  it("rule 30: the Jacobian of a gradient is the Hessian, the gradient of a Jacobian the third order", () => {
    const x = double([1, 2]);
    const third = watching(x);
    const second = watching(x);
    const first = watching(x);
    const y = tf.reduceSum(x.mul(x).mul(x).mul(x.at(0)));
    const gradient = first.gradient(y, x);
    const hessian = second.jacobian(gradient, x);
    // x₀⁴ + x₀x₁³
    expectClose(gradient, [4 + 8, 12], 1e-12);
    expectClose(
      hessian,
      [
        [12, 12],
        [12, 12],
      ],
      1e-12,
    );
    expectClose(third.gradient(hessian.at(1, 1), x), [12, 6], 1e-12);
  });

  it("rule 30: a persistent tape that is recording records its own Jacobian, and warns once", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const x = double([1, 2]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = x.mul(x).mul(x);
    const first = tape.jacobian(y, x);
    const second = tape.jacobian(tf.linalg.diagPart(first), x);
    tape.stop();
    expect(second.toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });

  it("rule 30: an accumulator around sees it too", () => {
    const x = double([1, 2]);
    using accumulator = new tf.ForwardAccumulator(x, [1, 10]);
    const tape = watching(x);
    const jacobian = tape.jacobian(x.mul(x).mul(x), x);
    expect(accumulator.jvp(jacobian).toArray()).toEqual([
      [6, 0],
      [0, 120],
    ]);
  });

  it("rule 30: a variable that the program reads is differentiated by the outer tape", () => {
    const v = new tf.Variable(3);
    const x = tf.constant([1, 2]);
    const outer = new tf.GradientTape();
    const inner = watching(x);
    const jacobian = inner.jacobian(x.mul(x).mul(v), x);
    expect(outer.gradient(jacobian, v).item()).toBe(2 + 4);
  });

  it("rule 30: a rule of the user that assigns a variable cannot be traced (testPforException)", () => {
    const v = new tf.Variable([1]);
    const op = tf.customGradient((own: tf.Tensor) => [
      own.mul(1),
      (cotangent) => {
        v.assign([2]);
        return cotangent;
      },
    ]);
    const x = tf.constant([[1, 2]]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = op(x);
    tape.stop();
    expect(() => tape.jacobian(y, x)).toThrow(tf.TraceError);
    expect(() => tape.batchJacobian(y, x)).toThrow(/assign to Variable "Variable"/);
    expect(v.toArray()).toEqual([1]);
    expect(tape.gradient(y, x).toArray()).toEqual([[1, 1]]);
    expect(v.toArray()).toEqual([2]);
  });
});

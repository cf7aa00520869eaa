/** Life of a forward accumulator: what it watches, when it is entered, and what `jvp` gives. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items, NONE, unconnected, untyped } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const ZERO = { unconnectedGradients: "zero" } as const;

describe("rule 31: watching", () => {
  it("rule 31: watching a primal twice is an error that says which, and nothing is left active", () => {
    const x = tf.constant([-2, 1]);
    expect(() => new tf.ForwardAccumulator([x, x], [tf.ones([2]), tf.ones([2])])).toThrow(
      tf.AccumulatorError,
    );
    expect(() => new tf.ForwardAccumulator({ a: x, b: [x] }, { a: [1, 2], b: [[1, 2]] })).toThrow(
      /primal 1 of shape \[2\] is watched already/,
    );
    const v = new tf.Variable(1);
    expect(() => new tf.ForwardAccumulator([v, v], [1, 1])).toThrow(tf.AccumulatorError);
  });

  it("rule 31: equal tensors are different primals", () => {
    const x = tf.constant(3);
    const other = tf.identity(x);
    using accumulator = new tf.ForwardAccumulator([x, other], [1, 10]);
    expect(items(accumulator.jvp([x.mul(2), other.mul(2), x.mul(other)]))).toEqual([2, 20, 33]);
  });

  it("rule 31: tangents may be whatever makes a tensor, and take the dtype of their primal", () => {
    const x = double([1, 2]);
    const s = double(3);
    const tangent = new tf.Variable([0.5, 0.25], { dtype: "float64" });
    using literals = new tf.ForwardAccumulator([x, s], [[1, 2], 3]);
    using typed = new tf.ForwardAccumulator(x, new Float64Array([4, 5]));
    using variable = new tf.ForwardAccumulator(x, tangent);
    const y = x.mul(s);
    expect(literals.jvp(y).dtype).toBe("float64");
    expect(literals.jvp(y).toArray()).toEqual([6, 12]);
    expect(typed.jvp(y).toArray()).toEqual([12, 15]);
    expect(variable.jvp(y).toArray()).toEqual([1.5, 0.75]);
  });

  it("rule 31: a tangent that is a variable counts with the value that it had at the beginning", () => {
    const x = tf.constant(2);
    const tangent = new tf.Variable(1);
    using accumulator = new tf.ForwardAccumulator(x, tangent);
    tangent.assign(100);
    expect(accumulator.jvp(x.mul(3)).item()).toBe(3);
  });

  it("rule 31: primals and tangents are nests of one structure", () => {
    const layer = { kernel: tf.constant([[1, 2]]), bias: tf.constant(3) };
    const primals = [layer, [tf.constant(4)]] as const;
    const tangents = [{ bias: 5, kernel: [[6, 7]] }, [8]];
    using accumulator = new tf.ForwardAccumulator(primals, tangents);
    const found = accumulator.jvp(primals);
    expectTypeOf(found).toEqualTypeOf<[{ kernel: tf.Tensor; bias: tf.Tensor }, [tf.Tensor]]>();
    expect(found[0].kernel.toArray()).toEqual([[6, 7]]);
    expect(items([found[0].bias, found[1][0]])).toEqual([5, 8]);
  });
});

describe("rule 31: entering", () => {
  it("rule 31: entering twice is an error, and harms nothing", () => {
    const x = tf.constant(-2);
    using accumulator = new tf.ForwardAccumulator(x, 1.5);
    expect(accumulator.recording).toBe(true);
    expect(() => accumulator.start()).toThrow(tf.AccumulatorError);
    expect(() => accumulator.start()).toThrow(/entered already/);
    expect(accumulator.jvp(x.mul(4)).item()).toBe(6);
  });

  it("rule 31: re-entering later is none: tangents known before are used again", () => {
    const x = tf.constant(-2);
    const accumulator = new tf.ForwardAccumulator(x, 1.5);
    const y = tf.multiply(4, x);
    accumulator.stop();
    expect(accumulator.recording).toBe(false);
    const outside = tf.multiply(4, x);
    accumulator.start();
    const inside = y.mul(y);
    accumulator.stop();
    expect(items(accumulator.jvp([y, inside]))).toEqual([6, 6 * -8 * 2]);
    expect(accumulator.jvp(outside, NONE)).toBeNull();
    accumulator.start();
    expect(accumulator.jvp(inside.mul(2)).item()).toBe(2 * 6 * -8 * 2);
    accumulator.stop();
  });

  it("rule 31: stopping twice does nothing", () => {
    const x = tf.constant(1);
    const accumulator = new tf.ForwardAccumulator(x, 1);
    accumulator.stop();
    accumulator.stop();
    accumulator[Symbol.dispose]();
    expect(accumulator.recording).toBe(false);
    accumulator.start();
    expect(accumulator.jvp(x.mul(2)).item()).toBe(2);
    accumulator.stop();
  });

  it("rule 31: `using` stops at the end of the block, also when the block throws", () => {
    const x = tf.constant(3);
    const after = (() => {
      using accumulator = new tf.ForwardAccumulator(x, 1);
      expect(accumulator.recording).toBe(true);
      return accumulator;
    })();
    expect(after.recording).toBe(false);
    const failing = (): never => {
      using accumulator = new tf.ForwardAccumulator(x, 1);
      expect(accumulator.jvp(x.mul(x)).item()).toBe(6);
      throw new Error("from the block");
    };
    expect(failing).toThrow("from the block");
  });
});

describe("rule 31: jvp", () => {
  it("rule 31: jvp looks the tangent up, also after stop, and of the primal itself", () => {
    const x = tf.constant([1, 2]);
    const accumulator = new tf.ForwardAccumulator(x, [1, 0.5]);
    const y = tf.square(x);
    accumulator.stop();
    expect(accumulator.jvp(y).toArray()).toEqual([2, 2]);
    expect(accumulator.jvp(y).toArray()).toEqual([2, 2]);
    expect(accumulator.jvp(x).toArray()).toEqual([1, 0.5]);
    expect(accumulator.jvp({ y, list: [x] }).list[0].toArray()).toEqual([1, 0.5]);
  });

  it("rule 31: an unconnected target is an error, null or zeros of its own type", () => {
    const x = tf.constant(-1);
    const v = new tf.Variable([[1]]);
    using accumulator = new tf.ForwardAccumulator(x, 0.1);
    const y = double([-2, 3]);
    expectClose(accumulator.jvp(x, ZERO), 0.1);
    expectClose(accumulator.jvp(x, NONE), 0.1);
    expect(accumulator.jvp(y, NONE)).toBeNull();
    expect(accumulator.jvp(y, ZERO).toArray()).toEqual([0, 0]);
    expect(accumulator.jvp(y, ZERO).dtype).toBe("float64");
    expect(accumulator.jvp(v, NONE)).toBeNull();
    expect(accumulator.jvp(v, ZERO).toArray()).toEqual([[0]]);
    const error = unconnected(() => accumulator.jvp([x, y]));
    expect(error.reason).toBe("independent");
    expect(error.message).toContain("shape [2]");
  });

  it("rule 31: null is typed as such", () => {
    const x = tf.constant(1);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    expectTypeOf(accumulator.jvp({ x })).toEqualTypeOf<{ x: tf.Tensor }>();
    expectTypeOf(accumulator.jvp([x, x] as const, NONE)).toEqualTypeOf<
      [tf.Tensor | null, tf.Tensor | null]
    >();
    expectTypeOf(accumulator.jvp(x, ZERO)).toEqualTypeOf<tf.Tensor>();
  });

  it("rule 31: integers have no tangents, neither as primals nor as targets", () => {
    const n = tf.constant([1, 2], { dtype: "int32" });
    const b = tf.constant([true, false]);
    expect(() => new tf.ForwardAccumulator(n, [1, 1])).toThrow(tf.DTypeError);
    expect(() => new tf.ForwardAccumulator([b], [[true, true]])).toThrow(
      /only float32 and float64/,
    );
    const x = tf.constant([1.5, -2]);
    using accumulator = new tf.ForwardAccumulator(x, [1, 1]);
    const cast = tf.cast(x, "int32");
    expect(unconnected(() => accumulator.jvp(cast)).reason).toBe("integer-dtype");
    expect(accumulator.jvp(cast, NONE)).toBeNull();
    expect(accumulator.jvp(cast, ZERO).dtype).toBe("int32");
    expect(accumulator.jvp(tf.cast(cast, "float32").mul(x)).toArray()).toEqual([1, -2]);
  });

  it("rule 31: what is cut has no tangent; what is flat has zeros", () => {
    const x = tf.constant([1.5, -2]);
    using accumulator = new tf.ForwardAccumulator(x, [1, 1]);
    expect(accumulator.jvp(tf.floor(x), NONE)).toBeNull();
    expect(accumulator.jvp(tf.stopGradient(x), NONE)).toBeNull();
    expect(accumulator.jvp(tf.sign(x)).toArray()).toEqual([0, 0]);
    expect(accumulator.jvp(tf.sign(x).mul(x)).toArray()).toEqual([1, -1]);
  });

  it("rule 31: unknown options are errors that harm nothing", () => {
    const x = tf.constant(2);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const jvp = accumulator.jvp.bind(accumulator);
    expect(() => untyped(jvp, x, { unconnectedGradients: "nil" })).toThrow(tf.ArgumentError);
    expect(() => untyped(jvp, x, { unconnected: "none" })).toThrow(/unknown option "unconnected"/);
    expect(() => untyped(jvp, 3)).toThrow(tf.ArgumentError);
    expect(accumulator.jvp(x.mul(x)).item()).toBe(4);
  });
});

/** `GradientTape.jacobian`: Jacobians of what was recorded. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const PERSISTENT = { persistent: true } as const;

describe("rule 30: jacobian", () => {
  it("rule 30: the Jacobian of x·x·y by both (JacobianTest)", () => {
    const x = tf.constant([1, 2]);
    const y = tf.constant([3, 4]);
    const tape = watching(x, y);
    const z = x.mul(x).mul(y);
    const found = tape.jacobian(z, [x, y]);
    expectTypeOf(found).toEqualTypeOf<[tf.Tensor, tf.Tensor]>();
    expect(found[0].toArray()).toEqual([
      [6, 0],
      [0, 16],
    ]);
    expect(found[1].toArray()).toEqual([
      [1, 0],
      [0, 4],
    ]);
  });

  it("rule 30: the target's shape and then the source's", () => {
    const x = double([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const s = double(2);
    const tape = watching(x, s);
    const y = tf.matmul(x, x, { transposeB: true }).mul(s).reshape([1, 2, 2]);
    const found = tape.jacobian(y, { x, s, both: [x] });
    expectTypeOf(found).toEqualTypeOf<{ x: tf.Tensor; s: tf.Tensor; both: [tf.Tensor] }>();
    expect(found.x.shape).toEqual([1, 2, 2, 2, 3]);
    expect(found.s.shape).toEqual([1, 2, 2]);
    expect(found.both[0].toArray()).toEqual(found.x.toArray());
    // ∂(2·Σ x₀ⱼ x₁ⱼ)/∂x
    expect(found.x.at(0, 0, 1).toArray()).toEqual([
      [8, 10, 12],
      [2, 4, 6],
    ]);
  });

  it("rule 30: of a scalar it is the gradient; by a scalar it has the target's shape", () => {
    const x = tf.constant([1, 2]);
    const s = tf.constant(3);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch([x, s]);
    const y = tf.reduceSum(x.mul(s));
    const z = x.mul(s);
    tape.stop();
    expect(tape.jacobian(y, x).toArray()).toEqual(tape.gradient(y, x).toArray());
    expect(tape.jacobian(z, s).toArray()).toEqual([1, 2]);
    expect(tape.jacobian(y, s).toArray()).toBe(3);
  });

  it("rule 30: its rows are the gradients of the elements of the target", () => {
    const x = tf.random.normal([1, 4, 4, 2], { seed: 1, dtype: "float64" });
    const filter = new tf.Variable(tf.random.normal([2, 2, 2, 3], { seed: 2, dtype: "float64" }));
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const convolved = tf.nn.conv2d(x, filter, { strides: 2, padding: "SAME" });
    const pooled = tf.nn.maxPool2d(tf.tanh(convolved), { ksize: 2, strides: 1, padding: "VALID" });
    const y = tf.nn.softmax(tf.gather(pooled.reshape([-1]), [2, 0, 1, 1]));
    const elements = tf.unstack(y);
    tape.stop();
    const found = tape.jacobian(y, [x, filter]);
    expect(found[0].shape).toEqual([4, 1, 4, 4, 2]);
    elements.forEach((element, index) => {
      const gradients = tape.gradient(element, [x, filter]);
      expectClose(found[0].at(index), gradients[0], 1e-12);
      expectClose(found[1].at(index), gradients[1], 1e-12);
    });
  });

  it("rule 30: all elements are computed together: rules of the user run once", () => {
    const x = tf.constant([1, 2, 3, 4, 5]);
    let runs = 0;
    const triple = tf.customGradient((own: tf.Tensor) => [
      own.mul(3),
      (cotangent) => {
        runs++;
        return cotangent.mul(3);
      },
    ]);
    const tape = watching(x);
    const y = triple(x).mul(x);
    expect(tape.jacobian(y, x).at(1).toArray()).toEqual([0, 12, 0, 0, 0]);
    expect(runs).toBe(1);
  });

  it("rule 30: a rule of the user that does not look at the cotangent gives every row the same", () => {
    const f = tf.customGradient((own: tf.Tensor) => [own.mul(2), () => tf.constant([5, 6])]);
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    expect(tape.jacobian(f(x), x).toArray()).toEqual([
      [5, 6],
      [5, 6],
    ]);
  });

  it("rule 30: host control flow was run on the values as they are", () => {
    const x = double([1, 2]);
    const tape = watching(x);
    let y = x;
    while (tf.reduceSum(y).item() < 20) y = y.mul(2);
    const z = y.at(0).item() > 5 ? y.mul(y) : y;
    expect(tape.jacobian(z, x).toArray()).toEqual([
      [128, 0],
      [0, 256],
    ]);
  });

  it("rule 30: a variable is a source that was read at any time", () => {
    const v = new tf.Variable([1, 2]);
    const tape = new tf.GradientTape();
    const early = v.read();
    v.assign([10, 20]);
    const y = early.mul(v);
    expect(tape.jacobian(y, v).toArray()).toEqual([
      [11, 0],
      [0, 22],
    ]);
  });

  it("rule 30: a target that is a source has the unit matrix, watched or not", () => {
    const x = tf.constant([[1, 2]]);
    const unit = [[[[1, 0]], [[0, 1]]]];
    expect(watching(x).jacobian(x, x).toArray()).toEqual(unit);
    expect(new tf.GradientTape().jacobian(x, x).toArray()).toEqual(unit);
    const v = new tf.Variable([1, 2]);
    expect(new tf.GradientTape().jacobian(v, v).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("rule 30: targets and sources of no elements", () => {
    const x = tf.zeros([0, 2]);
    const s = tf.constant(2);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch([x, s]);
    const y = x.mul(s);
    const sum = tf.reduceSum(y, { axis: 0 });
    tape.stop();
    expect(tape.jacobian(y, x).shape).toEqual([0, 2, 0, 2]);
    expect(tape.jacobian(y, s).shape).toEqual([0, 2]);
    expect(tape.jacobian(sum, x).shape).toEqual([2, 0, 2]);
    expect(tape.jacobian(sum, s).toArray()).toEqual([0, 0]);
  });
});

/** `jvp` and `vjp`: derivatives along directions, of functions of several nests. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const square = (x: tf.Tensor): tf.Tensor => x.mul(x);

describe("jvp", () => {
  it("gives the value and J·v, in the structure of the result", () => {
    const f = (x: tf.Tensor, y: tf.Tensor) => ({ sum: x.add(y), parts: [x.mul(y)] as const });
    const [value, tangent] = tf.jvp(
      f,
      [tf.constant([1, 2]), tf.constant([3, 4])],
      [
        [1, 0],
        [0, 1],
      ],
    );
    expectTypeOf(value).toEqualTypeOf<{ sum: tf.Tensor; parts: [tf.Tensor] }>();
    expectTypeOf(tangent).toEqualTypeOf<{ sum: tf.Tensor; parts: [tf.Tensor] }>();
    expect(value.sum.toArray()).toEqual([4, 6]);
    expect(value.parts[0].toArray()).toEqual([3, 8]);
    expect(tangent.sum.toArray()).toEqual([1, 1]);
    expect(tangent.parts[0].toArray()).toEqual([3, 2]);
  });

  it("takes nests of primals with tangents of the same structure", () => {
    const f = ({ a, b }: { a: tf.Tensor; b: readonly [tf.Tensor] }): tf.Tensor => a.mul(b[0]);
    const primal = { a: tf.constant(2), b: [tf.constant(3)] } as const;
    const [value, tangent] = tf.jvp(f, [primal], [{ a: 10, b: [100] }]);
    expectTypeOf(tangent).toEqualTypeOf<tf.Tensor>();
    expect(items([value, tangent])).toEqual([6, 230]);
  });

  it("one tensor as two primals has two tangents", () => {
    const x = tf.constant(3);
    const f = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => a.mul(a).mul(b);
    expect(items(tf.jvp(f, [x, x], [1, 0]))).toEqual([27, 18]);
    expect(items(tf.jvp(f, [x, x], [0, 1]))).toEqual([27, 9]);
  });

  it("a closure over the primal has no tangent", () => {
    const x = tf.constant(3);
    expect(tf.jvp((own: tf.Tensor) => own.mul(x), [x], [1])[1].item()).toBe(3);
  });

  it("zeros where the result does not depend on the primals, and the tangent where it is one", () => {
    const f = (x: tf.Tensor) => [x, tf.constant([1, 2, 3]), tf.floor(x)] as const;
    const [value, tangent] = tf.jvp(f, [double([1.5])], [[7]]);
    expect(value[2].toArray()).toEqual([1]);
    expect(tangent[0].toArray()).toEqual([7]);
    expect(tangent[1].toArray()).toEqual([0, 0, 0]);
    expect(tangent[2].toArray()).toEqual([0]);
    expect(tangent.map(({ dtype }) => dtype)).toEqual(["float64", "float32", "float64"]);
  });

  it("numbers and arrays of numbers may be primals, also of different lengths", () => {
    const f = (x: tf.TensorLike, y: tf.TensorLike): tf.Tensor =>
      tf.reduceSum(tf.multiply(x, x)).mul(tf.reduceSum(y));
    expect(items(tf.jvp(f, [3, 2], [1, 0]))).toEqual([18, 12]);
    expect(items(tf.jvp(f, [[1, 2], 4], [[1, 1], 0]))).toEqual([20, 24]);
    expect(
      items(
        tf.jvp(
          f,
          [
            [1, 2],
            [1, 2, 3],
          ],
          [
            [0, 1],
            [1, 0, 0],
          ],
        ),
      ),
    ).toEqual([30, 29]);
  });

  it("a variable may be a primal, and what f reads of it by closure is a constant", () => {
    const v = new tf.Variable(3);
    const f = (x: tf.Tensor | tf.Variable): tf.Tensor => tf.multiply(x, x);
    expect(items(tf.jvp(f, [v], [2]))).toEqual([9, 12]);
    const g = (x: tf.Tensor | tf.Variable): tf.Tensor => tf.multiply(x, v);
    expect(items(tf.jvp(g, [v], [2]))).toEqual([9, 6]);
  });

  it("float32 and float64 primals beside each other", () => {
    const f = (x: tf.Tensor, y: tf.Tensor) => [x.mul(2), tf.cast(x, "float64").mul(y)] as const;
    const [, tangent] = tf.jvp(
      f,
      [tf.constant([1, 2]), double([3, 4])],
      [
        [1, 1],
        [1, 1],
      ],
    );
    expect(tangent.map(({ dtype }) => dtype)).toEqual(["float32", "float64"]);
    expect(tangent[1].toArray()).toEqual([4, 6]);
  });

  it("primals of no elements", () => {
    const [value, tangent] = tf.jvp(square, [tf.zeros([0, 2])], [tf.zeros([0, 2])]);
    expect([value.shape, tangent.shape]).toEqual([
      [0, 2],
      [0, 2],
    ]);
  });

  it("a tape around differentiates value and tangent, by primal and direction", () => {
    const x = tf.constant(3);
    const v = tf.constant(5);
    const tape = watching(x, v);
    const [value, tangent] = tf.jvp(square, [x], [v]);
    const gradients = tape.gradient([value, tangent], [x, v]);
    // ∂x² + ∂(2xv)
    expect(items(gradients)).toEqual([6 + 10, 6]);
  });

  it("an accumulator around differentiates the tangent", () => {
    const x = double(2);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const [, tangent] = tf.jvp((own: tf.Tensor) => own.mul(own).mul(own), [x], [1]);
    expect(accumulator.jvp(tangent).item()).toBe(12);
  });
});

describe("vjp", () => {
  it("gives the value and a pullback with one cotangent for every primal", () => {
    const x = tf.constant([[1, 2]]);
    const w = tf.constant([[3], [4]]);
    const [y, pullback] = tf.vjp((a: tf.Tensor, b: tf.Tensor) => tf.matmul(a, b), x, w);
    expectTypeOf(y).toEqualTypeOf<tf.Tensor>();
    expectTypeOf<ReturnType<typeof pullback>>().toEqualTypeOf<[tf.Tensor, tf.Tensor]>();
    expect(y.toArray()).toEqual([[11]]);
    const [dx, dw] = pullback([[2]]);
    expect(dx.toArray()).toEqual([[6, 8]]);
    expect(dw.toArray()).toEqual([[2], [4]]);
  });

  it("the pullback can be called any number of times; a missing cotangent is ones", () => {
    const f = (x: tf.Tensor) => ({ double: x.mul(2), square: x.mul(x) });
    const [value, pullback] = tf.vjp(f, tf.constant([1, 2]));
    expectTypeOf(value).toEqualTypeOf<{ double: tf.Tensor; square: tf.Tensor }>();
    expect(pullback()[0].toArray()).toEqual([4, 6]);
    expect(pullback({ double: [1, 0], square: [0, 1] })[0].toArray()).toEqual([2, 4]);
    expect(pullback({ double: [0, 0] })[0].toArray()).toEqual([2, 4]);
    expect(pullback(null)[0].toArray()).toEqual([4, 6]);
  });

  it("nests of primals come back as nests", () => {
    const f = ({ a, b }: { a: tf.Tensor; b: readonly [tf.Tensor] }, c: tf.Tensor): tf.Tensor =>
      a.mul(b[0]).mul(c);
    const primal = { a: tf.constant(2), b: [tf.constant(3)] } as const;
    const [, pullback] = tf.vjp(f, primal, tf.constant(5));
    const [ofNest, ofTensor] = pullback(10);
    expectTypeOf(ofNest).toEqualTypeOf<{ a: tf.Tensor; b: [tf.Tensor] }>();
    expect(items([ofNest.a, ofNest.b[0], ofTensor])).toEqual([150, 100, 60]);
  });

  it("zeros where the result does not depend on a primal", () => {
    const [value, pullback] = tf.vjp(
      (x: tf.Tensor, _: tf.Tensor) => tf.floor(x),
      tf.constant(1.5),
      double([1, 2]),
    );
    expect(value.item()).toBe(1);
    const [dx, dy] = pullback();
    expect(dx.item()).toBe(0);
    expect(dy.toArray()).toEqual([0, 0]);
    expect(dy.dtype).toBe("float64");
  });

  it("a closure over the primal is a constant; one primal twice has two cotangents", () => {
    const x = tf.constant(3);
    expect(items(tf.vjp((own: tf.Tensor) => own.mul(x), x)[1]())).toEqual([3]);
    expect(items(tf.vjp((a: tf.Tensor, b: tf.Tensor) => a.mul(a).mul(b), x, x)[1]())).toEqual([
      18, 9,
    ]);
  });

  it("a function that returns its argument gives the cotangent back", () => {
    const [, pullback] = tf.vjp((x: tf.Tensor) => x, tf.constant([1, 2]));
    expect(pullback([5, 6])[0].toArray()).toEqual([5, 6]);
    const [, twice] = tf.vjp((x: tf.Tensor) => [x, x, x.mul(1)] as const, tf.constant(1));
    expect(twice([1, 10, 100])[0].item()).toBe(111);
  });

  it("value and cotangents are differentiable by what is around", () => {
    const x = tf.constant(2);
    const seed = tf.constant(5);
    const tape = watching(x, seed);
    const [, pullback] = tf.vjp((own: tf.Tensor) => own.mul(own).mul(own), x);
    const [cotangent] = pullback(seed);
    expect(cotangent.item()).toBe(60);
    expect(items(tape.gradient(cotangent, [x, seed]))).toEqual([60, 12]);
  });

  it("the pullback of a pullback is the pushforward", () => {
    const x = double([0.3, 0.7]);
    const f = (own: tf.Tensor): tf.Tensor => tf.sin(own).mul(tf.reduceSum(own));
    const [, pullback] = tf.vjp(f, x);
    const [, transposed] = tf.vjp(
      (cotangent: tf.Tensor) => pullback(cotangent)[0],
      tf.zerosLike(x),
    );
    const direction = double([2, -1]);
    expectClose(transposed(direction)[0], tf.jvp(f, [x], [direction])[1], 1e-12);
  });
});

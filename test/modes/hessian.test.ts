/** `hessian` and `hvp`: second derivatives of scalar functions, and their products with directions. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("hessian", () => {
  it("of a scalar is the second derivative", () => {
    const result = tf.hessian((x: tf.Tensor) => x.mul(x).mul(x))(tf.constant(2));
    expectTypeOf(result).toEqualTypeOf<tf.Tensor>();
    expect(result.shape).toEqual([]);
    expect(result.item()).toBe(12);
  });

  it("of a matrix has its shape twice", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.reduceSum(tf.matmul(x, x));
    const result = tf.hessian(f)(
      double([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(result.shape).toEqual([2, 2, 2, 2]);
    const flat = result.reshape([4, 4]);
    expectClose(flat, tf.transpose(flat));
    // Σ xᵢⱼxⱼₖ: ∂²/∂x₀₁∂x₁₀ = 2, once each for two sums
    expect(flat.toArray()).toEqual([
      [2, 1, 1, 0],
      [1, 0, 2, 1],
      [1, 2, 0, 1],
      [0, 1, 1, 2],
    ]);
  });

  it("of a nest is a nest of nests", () => {
    const f = ({ w, b }: { w: tf.Tensor; b: tf.Tensor }): tf.Tensor =>
      tf.reduceSum(w.mul(w).mul(b));
    const result = tf.hessian(f)({ w: tf.constant([1, 2]), b: tf.constant(3) });
    expectTypeOf(result).toEqualTypeOf<{
      w: { w: tf.Tensor; b: tf.Tensor };
      b: { w: tf.Tensor; b: tf.Tensor };
    }>();
    expect(result.w.w.toArray()).toEqual([
      [6, 0],
      [0, 6],
    ]);
    expect(result.w.b.toArray()).toEqual([2, 4]);
    expect(result.b.w.toArray()).toEqual([2, 4]);
    expect(result.b.b.item()).toBe(0);
  });

  it("argnums: a list gives all pairs", () => {
    const f = (x: tf.Tensor, y: tf.Tensor, power: number): tf.Tensor =>
      tf.pow(x, power).mul(y).mul(y);
    const second = tf.hessian(f, { argnums: 1 })(tf.constant(2), tf.constant(5), 3);
    expectTypeOf(second).toEqualTypeOf<tf.Tensor>();
    expect(second.item()).toBe(16);
    const all = tf.hessian(f, { argnums: [0, 1] })(tf.constant(2), tf.constant(5), 3);
    expectTypeOf(all).toEqualTypeOf<[[tf.Tensor, tf.Tensor], [tf.Tensor, tf.Tensor]]>();
    expect(all.map((row) => row.map((one) => one.item()))).toEqual([
      [300, 120],
      [120, 16],
    ]);
  });

  it("host control flow works, and the function runs once", () => {
    let runs = 0;
    const f = (x: tf.Tensor): tf.Tensor => {
      runs++;
      let y = x;
      let count = 0;
      while (tf.reduceMax(y).item() < 10 && count++ < 10) y = y.mul(x);
      return y.at(0).item() > 2 ? tf.reduceSum(y) : tf.reduceSum(y).mul(10);
    };
    // 3·3·3 = 27 > 10 and 2³ = 8 > 2
    expectClose(
      tf.hessian(f)(double([2, 3])),
      [
        [12, 0],
        [0, 18],
      ],
      1e-12,
    );
    expect(runs).toBe(1);
    expectClose(
      tf.hessian(f)(double([1, 3])),
      [
        [60, 0],
        [0, 180],
      ],
      1e-12,
    );
  });

  it("of a linear function, and of what does not depend on its argument, is zero", () => {
    expect(
      tf
        .hessian((x: tf.Tensor) => tf.reduceSum(x))(tf.ones([2]))
        .toArray(),
    ).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(
      tf
        .hessian((_: tf.Tensor) => tf.constant(1))(double([1]))
        .toArray(),
    ).toEqual([[0]]);
    expect(
      tf
        .hessian((x: tf.Tensor) => x)(tf.constant(1))
        .item(),
    ).toBe(0);
  });

  it("of an argument of no elements", () => {
    expect(tf.hessian((x: tf.Tensor) => tf.reduceSum(x.mul(x)))(tf.zeros([0])).shape).toEqual([
      0, 0,
    ]);
  });

  it("variables and numbers as arguments; closures over the argument are constants", () => {
    const f = (x: tf.TensorLike): tf.Tensor => tf.reduceSum(tf.multiply(tf.multiply(x, x), x));
    const v = new tf.Variable([1, 2]);
    expect(tf.hessian(f)(v).toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(tf.hessian(f)(2).item()).toBe(12);
    const x = tf.constant(3);
    expect(
      tf
        .hessian((own: tf.Tensor) => own.mul(own).mul(x))(x)
        .item(),
    ).toBe(6);
  });

  it("is the matrix whose products hvp gives", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.math.reduceLogsumexp(tf.sin(x).mul([1, 2, 3]));
    const x = double([0.3, 0.7, 1.1]);
    const hessian = tf.hessian(f)(x);
    for (const index of [0, 1, 2]) {
      const unit = tf.oneHot(index, 3, { dtype: "float64" });
      expectClose(tf.hvp(f, [x], [unit])[0], hessian.at(index), 1e-12);
    }
  });

  it("a tape around differentiates it by what the function closes over", () => {
    const w = new tf.Variable(2, { dtype: "float64" });
    const tape = new tf.GradientTape();
    const hessian = tf.hessian((x: tf.Tensor) => tf.exp(x.mul(w)))(double(0.5));
    expectClose(hessian, 4 * Math.exp(1), 1e-12);
    // d/dw of w²·exp(xw)
    expectClose(tape.gradient(hessian, w), (4 + 4 * 0.5) * Math.exp(1), 1e-12);
  });
});

const cubes = (x: tf.Tensor): tf.Tensor => tf.reduceSum(x.mul(x).mul(x));

describe("hvp", () => {
  it("is the product with the Hessian, in the structure of the primals", () => {
    const product = tf.hvp(cubes, [tf.constant([1, 2])], [[1, 10]]);
    expectTypeOf(product).toEqualTypeOf<[tf.Tensor]>();
    expect(product[0].toArray()).toEqual([6, 120]);
  });

  it("mixes several arguments and nests", () => {
    const f = ({ w, b }: { w: tf.Tensor; b: tf.Tensor }, x: tf.Tensor): tf.Tensor =>
      w.mul(w).mul(b).mul(x);
    const primal = { w: tf.constant(2), b: tf.constant(3) };
    const [ofNest, ofX] = tf.hvp(f, [primal, tf.constant(5)], [{ w: 1, b: 10 }, 100]);
    expectTypeOf(ofNest).toEqualTypeOf<{ w: tf.Tensor; b: tf.Tensor }>();
    // H in (w, b, x): [[2bx, 2wx, 2wb], [2wx, 0, w²], [2wb, w², 0]]
    expect(items([ofNest.w, ofNest.b, ofX])).toEqual([30 + 200 + 1200, 20 + 400, 12 + 40]);
  });

  it("zeros where the gradient does not depend on the primals", () => {
    const [ofX, ofY] = tf.hvp(
      (x: tf.Tensor, y: tf.Tensor) => tf.reduceSum(x.add(tf.floor(y))),
      [tf.constant([1, 2]), tf.constant([0.5])],
      [[1, 1], [1]],
    );
    expect(ofX.toArray()).toEqual([0, 0]);
    expect(ofY.toArray()).toEqual([0]);
  });

  it("takes numbers for primals, and runs the function once", () => {
    let runs = 0;
    const f = (x: tf.TensorLike, y: tf.TensorLike): tf.Tensor => {
      runs++;
      return tf.multiply(tf.multiply(x, x), y);
    };
    expect(items(tf.hvp(f, [3, 5], [1, 10]))).toEqual([10 + 60, 6]);
    expect(runs).toBe(1);
  });
});

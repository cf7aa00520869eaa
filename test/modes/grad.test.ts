/** `grad`: which arguments are differentiated, closures, and what has no dependence. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items } from "../tape/tapes.js";
import { double, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const cube = (x: tf.Tensor): tf.Tensor => x.mul(x).mul(x);
const product = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor): tf.Tensor =>
  tf.reduceSum(x.mul(x).mul(y).mul(z));

describe("grad: arguments", () => {
  it("differentiates by the first argument by default", () => {
    const gradient = tf.grad(product)(tf.constant([1, 2]), tf.constant([3, 4]), tf.constant(2));
    expectTypeOf(gradient).toEqualTypeOf<tf.Tensor>();
    expect(gradient.toArray()).toEqual([12, 32]);
  });

  it("argnums names another argument", () => {
    const gradient = tf.grad(product, { argnums: 2 })(
      tf.constant([1, 2]),
      tf.constant([3, 4]),
      tf.constant(2),
    );
    expectTypeOf(gradient).toEqualTypeOf<tf.Tensor>();
    expect(gradient.item()).toBe(3 + 16);
  });

  it("a list of argnums gives a list in its order", () => {
    const gradients = tf.grad(product, { argnums: [2, 0] })(
      tf.constant([1, 2]),
      tf.constant([3, 4]),
      tf.constant(2),
    );
    expectTypeOf(gradients).toEqualTypeOf<[tf.Tensor, tf.Tensor]>();
    expect(gradients).toHaveLength(2);
    expect(gradients[0].item()).toBe(19);
    expect(gradients[1].toArray()).toEqual([12, 32]);
    const one = tf.grad(product, { argnums: [1] })(tf.constant(2), tf.constant(3), tf.constant(4));
    expectTypeOf(one).toEqualTypeOf<[tf.Tensor]>();
    expect(items(one)).toEqual([16]);
  });

  it("an empty list of argnums gives an empty list", () => {
    const none = tf.grad(cube, { argnums: [] })(tf.constant(2));
    expectTypeOf(none).toEqualTypeOf<[]>();
    expect(none).toEqual([]);
  });

  it("arguments that are not differentiated may be anything", () => {
    const f = (x: tf.Tensor, options: { readonly power: number }, name: string): tf.Tensor =>
      name === "sum" ? tf.reduceSum(tf.pow(x, options.power)) : x;
    expect(
      tf
        .grad(f)(tf.constant([1, 2]), { power: 2 }, "sum")
        .toArray(),
    ).toEqual([2, 4]);
    const picked = (x: tf.Tensor, index: tf.Tensor): tf.Tensor => tf.gather(x, index);
    const index = tf.constant(1, { dtype: "int32" });
    expect(
      tf
        .grad(picked)(tf.constant([1, 2, 3]), index)
        .toArray(),
    ).toEqual([0, 1, 0]);
  });

  it("one tensor given twice is two arguments", () => {
    const x = tf.constant(3);
    const f = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => a.mul(a).mul(b);
    expect(tf.grad(f)(x, x).item()).toBe(18);
    expect(items(tf.grad(f, { argnums: [0, 1] })(x, x))).toEqual([18, 9]);
  });

  it("a closure over the tensor that is the argument is not differentiated", () => {
    const x = tf.constant(3);
    const f = (own: tf.Tensor): tf.Tensor => own.mul(x);
    expect(tf.grad(f)(x).item()).toBe(3);
    const inner = (y: tf.Tensor): tf.Tensor => tf.grad((own: tf.Tensor) => own.mul(y))(y);
    // d/dy of (d/dx of x·y at x = y), which is y
    expect(tf.grad(inner)(x).item()).toBe(1);
  });

  it("perturbations are not confused: d/dx (x · d/dy (x + y)) is 1", () => {
    const f = (x: tf.Tensor): tf.Tensor =>
      x.mul(tf.grad((y: tf.Tensor) => x.add(y))(tf.constant(1)));
    expect(tf.grad(f)(tf.constant(2)).item()).toBe(1);
    const forward = (x: tf.Tensor): tf.Tensor =>
      x.mul(tf.jvp((y: tf.Tensor) => x.add(y), [tf.constant(1)], [1])[1]);
    expect(tf.jvp(forward, [tf.constant(2)], [1])[1].item()).toBe(1);
  });

  it("what f does not depend on gets zeros of its own type", () => {
    const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.reduceSum(tf.floor(y).mul(x));
    const [dx, dy] = tf.grad(f, { argnums: [0, 1] })(double([1, 2]), double([[3.5, 4.5]]));
    expect(dx.toArray()).toEqual([3, 4]);
    expect(dy.toArray()).toEqual([[0, 0]]);
    expect(dy.dtype).toBe("float64");
    expect(
      tf
        .grad((_: tf.Tensor) => tf.constant(3))(double([1, 2]))
        .toArray(),
    ).toEqual([0, 0]);
  });

  it("a function that returns its argument has derivative 1", () => {
    expect(
      tf
        .grad((x: tf.Tensor) => x)(tf.constant(5))
        .item(),
    ).toBe(1);
    const pick = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => (x.rank === 0 ? x : y);
    expect(items(tf.grad(pick, { argnums: [0, 1] })(tf.constant(1), tf.constant(2)))).toEqual([
      1, 0,
    ]);
  });

  it("float32 and float64 arguments keep their own dtypes", () => {
    const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
      tf.reduceSum(tf.cast(x, "float64").mul(y).mul(y));
    const [dx, dy] = tf.grad(f, { argnums: [0, 1] })(tf.constant([1, 2]), double([3, 4]));
    expect([dx.dtype, dy.dtype]).toEqual(["float32", "float64"]);
    expect(dx.toArray()).toEqual([9, 16]);
    expect(dy.toArray()).toEqual([6, 16]);
  });

  it("arguments of no elements have gradients of none", () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.reduceSum(x.mul(x)))(tf.zeros([0, 3]));
    expect(gradient.shape).toEqual([0, 3]);
  });
});

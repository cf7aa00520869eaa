/** `grad` and `valueAndGrad`: nests, variables and literals as arguments. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("grad: nests", () => {
  interface Layer {
    readonly kernel: tf.Tensor;
    readonly bias: tf.Tensor;
  }

  it("arrays, objects and nests of them give the same structure", () => {
    const f = (layers: readonly [Layer, Layer], x: tf.Tensor): tf.Tensor => {
      const [first, second] = layers;
      const hidden = tf.matmul(x, first.kernel).add(first.bias);
      return tf.reduceSum(tf.matmul(hidden, second.kernel).add(second.bias));
    };
    const layers = [
      { kernel: tf.constant([[1, 2]]), bias: tf.constant([0, 1]) },
      { kernel: tf.constant([[3], [4]]), bias: tf.constant([5]) },
    ] as const;
    const gradient = tf.grad(f)(layers, tf.constant([[2]]));
    expectTypeOf(gradient).toHaveProperty("length").toEqualTypeOf<2>();
    expectTypeOf(gradient[0]).toEqualTypeOf<{ kernel: tf.Tensor; bias: tf.Tensor }>();
    expectTypeOf(gradient[1]).toEqualTypeOf<{ kernel: tf.Tensor; bias: tf.Tensor }>();
    expect(gradient[0].kernel.toArray()).toEqual([[6, 8]]);
    expect(gradient[0].bias.toArray()).toEqual([3, 4]);
    expect(gradient[1].kernel.toArray()).toEqual([[2], [5]]);
    expect(gradient[1].bias.toArray()).toEqual([1]);
  });

  it("records and lists of unknown length keep their types", () => {
    const sum = (parameters: Readonly<Record<string, tf.Tensor>>): tf.Tensor =>
      tf.addN(Object.values(parameters).map((one) => one.mul(one)));
    const byName = tf.grad(sum)({ a: tf.constant(1), b: tf.constant(2) });
    expectTypeOf(byName).toEqualTypeOf<Record<string, tf.Tensor>>();
    expect(Object.keys(byName)).toEqual(["a", "b"]);
    expect(items(Object.values(byName))).toEqual([2, 4]);
    const listed = tf.grad((xs: readonly tf.Tensor[]) => xs[0]!.mul(xs[1]!))([
      tf.constant(3),
      tf.constant(4),
    ]);
    expectTypeOf(listed).toEqualTypeOf<tf.Tensor[]>();
    expect(items(listed)).toEqual([4, 3]);
  });

  it("one tensor in two places of a nest is two sources", () => {
    const x = tf.constant(3);
    const gradient = tf.grad(({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => a.mul(a).mul(b))({
      a: x,
      b: x,
    });
    expectTypeOf(gradient).toEqualTypeOf<{ a: tf.Tensor; b: tf.Tensor }>();
    expect(items([gradient.a, gradient.b])).toEqual([18, 9]);
  });

  it("an argument is not changed", () => {
    const parameters = { w: [tf.constant(1), tf.constant(2)] };
    const before = [...parameters.w];
    tf.grad((own: { w: tf.Tensor[] }) => own.w[0]!.mul(own.w[1]!))(parameters);
    expect(parameters.w[0]).toBe(before[0]);
    expect(parameters.w[1]).toBe(before[1]);
  });
});

describe("grad: variables and literals", () => {
  it("a variable as argument is read, and has a tensor for its gradient", () => {
    const v = new tf.Variable([1, 2]);
    const gradient = tf.grad((x: tf.Tensor | tf.Variable) => tf.reduceSum(tf.multiply(x, x)))(v);
    expectTypeOf(gradient).toEqualTypeOf<tf.Tensor>();
    expect(gradient.toArray()).toEqual([2, 4]);
    const inNest = tf.grad(({ w }: { w: tf.Variable }) => tf.reduceSum(w.mul(w).mul(w)))({ w: v });
    expectTypeOf(inNest).toEqualTypeOf<{ w: tf.Tensor }>();
    expect(inNest.w.toArray()).toEqual([3, 12]);
  });

  it("a variable that f closes over is a constant, also where it is the argument", () => {
    const v = new tf.Variable(3);
    expect(
      tf
        .grad((x: tf.TensorLike) => tf.multiply(x, v))(v)
        .item(),
    ).toBe(3);
    expect(
      tf
        .grad((x: tf.Tensor) => x.mul(v))(tf.constant(1))
        .item(),
    ).toBe(3);
  });

  it("a tape around sees the variables that f closes over", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const slope = tf.grad((x: tf.Tensor) => x.mul(x).mul(v))(tf.constant(5));
    expect(slope.item()).toBe(30);
    expect(tape.gradient(slope, v).item()).toBe(10);
  });

  it("numbers and arrays of numbers become tensors", () => {
    const f = (x: tf.TensorLike): tf.Tensor => tf.reduceSum(tf.multiply(x, x));
    const ofNumber = tf.grad(f)(3);
    expectTypeOf(ofNumber).toEqualTypeOf<tf.Tensor>();
    expect(ofNumber.item()).toBe(6);
    expect(ofNumber.dtype).toBe("float32");
    expect(tf.grad(f)([1, 2]).toArray()).toEqual([2, 4]);
    expect(
      tf
        .grad(f)([[1], [2]])
        .toArray(),
    ).toEqual([[2], [4]]);
    const typed = tf.grad(f)(new Float64Array([1, 2]));
    expect(typed.dtype).toBe("float64");
    expect(typed.toArray()).toEqual([2, 4]);
  });

  it("literals in a nest become tensors too", () => {
    const f = ({ a, b }: { a: tf.TensorLike; b: tf.TensorLike }): tf.Tensor =>
      tf.reduceSum(tf.multiply(a, b));
    const gradient = tf.grad(f)({ a: 2, b: [3, 4] });
    expect(gradient.a.item()).toBe(7);
    expect(gradient.b.toArray()).toEqual([2, 2]);
  });
});

describe("valueAndGrad", () => {
  it("gives the value too, and runs the function once", () => {
    let runs = 0;
    const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
      runs++;
      return x.mul(y);
    };
    const result = tf.valueAndGrad(f)(tf.constant(3), tf.constant(4));
    expectTypeOf(result).toEqualTypeOf<[value: tf.Tensor, gradient: tf.Tensor]>();
    expect(items(result)).toEqual([12, 4]);
    expect(runs).toBe(1);
    const [value, gradients] = tf.valueAndGrad(f, { argnums: [1, 0] })(
      tf.constant(3),
      tf.constant(4),
    );
    expectTypeOf(gradients).toEqualTypeOf<[tf.Tensor, tf.Tensor]>();
    expect(items([value, ...gradients])).toEqual([12, 3, 4]);
  });

  it("its value is differentiable by what is around", () => {
    const x = double(0.5);
    const f = (own: tf.Tensor): tf.Tensor => {
      const [value, slope] = tf.valueAndGrad((y: tf.Tensor) => tf.sin(y))(own);
      return value.mul(slope);
    };
    expectClose(tf.grad(f)(x), Math.cos(1), 1e-12);
    expectClose(tf.jvp(f, [x], [1])[1], Math.cos(1), 1e-12);
  });
});

/** `jacobian`: shapes, structures and both modes. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const MODES = ["auto", "forward", "reverse"] as const;

describe.each(MODES)("jacobian, mode %s", (mode) => {
  it("of a scalar by a scalar is the derivative", () => {
    const result = tf.jacobian((x: tf.Tensor) => x.mul(x), { mode })(tf.constant(3));
    expectTypeOf(result).toEqualTypeOf<tf.Tensor>();
    expect(result.shape).toEqual([]);
    expect(result.item()).toBe(6);
  });

  it("of a vector by a scalar, and of a scalar by a vector", () => {
    const powers = (x: tf.Tensor): tf.Tensor => tf.stack([x, x.mul(x), x.mul(x).mul(x)]);
    expect(tf.jacobian(powers, { mode })(tf.constant(2)).toArray()).toEqual([1, 4, 12]);
    const sum = (x: tf.Tensor): tf.Tensor => tf.reduceSum(x.mul(x));
    expect(
      tf
        .jacobian(sum, { mode })(tf.constant([1, 2, 3]))
        .toArray(),
    ).toEqual([2, 4, 6]);
  });

  it("of a vector by a vector: rows are results, columns arguments", () => {
    const f = (x: tf.Tensor): tf.Tensor =>
      tf.matmul(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        x.reshape([2, 1]),
      );
    const wide = (x: tf.Tensor): tf.Tensor =>
      tf.linalg.matvec(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        x.mul(x),
      );
    expect(
      tf
        .jacobian((x: tf.Tensor) => f(x).reshape([3]), { mode })(tf.ones([2]))
        .toArray(),
    ).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(
      tf
        .jacobian(wide, { mode })(tf.constant([1, 10, 100]))
        .toArray(),
    ).toEqual([
      [2, 40, 600],
      [8, 100, 1200],
    ]);
  });

  it("of a matrix by a matrix: the result's shape and then the argument's", () => {
    const x = tf.constant([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const result = tf.jacobian((own: tf.Tensor) => tf.transpose(own).mul(2), { mode })(x);
    expect(result.shape).toEqual([3, 2, 2, 3]);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 2; j++) {
        const due = tf
          .oneHot(j * 3 + i, 6)
          .mul(2)
          .reshape([2, 3]);
        expect(result.at(i, j).toArray()).toEqual(due.toArray());
      }
    }
  });

  it("nests of arguments and results: the result's structure, and in it the argument's", () => {
    const f = ({ a, b }: { a: tf.Tensor; b: tf.Tensor }) =>
      ({ sum: tf.reduceSum(a).add(b), both: [a.mul(b), b] }) as const;
    const result = tf.jacobian(f, { mode })({ a: tf.constant([1, 2]), b: tf.constant(3) });
    expectTypeOf(result.sum).toEqualTypeOf<{ a: tf.Tensor; b: tf.Tensor }>();
    expectTypeOf(result.both).toHaveProperty("length").toEqualTypeOf<2>();
    expectTypeOf(result.both[1]).toEqualTypeOf<{ a: tf.Tensor; b: tf.Tensor }>();
    expect(result.sum.a.toArray()).toEqual([1, 1]);
    expect(result.sum.b.toArray()).toBe(1);
    expect(result.both[0].a.toArray()).toEqual([
      [3, 0],
      [0, 3],
    ]);
    expect(result.both[0].b.toArray()).toEqual([1, 2]);
    expect(result.both[1].a.toArray()).toEqual([0, 0]);
    expect(result.both[1].b.toArray()).toBe(1);
  });

  it("records, and a list of no arguments", () => {
    const f = (x: tf.Tensor): Record<string, tf.Tensor> => ({ a: x.mul(2), b: x.mul(3) });
    const result = tf.jacobian(f, { mode })(tf.constant(1));
    expectTypeOf(result).toEqualTypeOf<Record<string, tf.Tensor>>();
    expect(Object.entries(result).map(([key, one]) => [key, one.item()])).toEqual([
      ["a", 2],
      ["b", 3],
    ]);
    const none = tf.jacobian(f, { mode, argnums: [] })(tf.constant(1));
    expect(none).toEqual({ a: [], b: [] });
  });

  it("argnums: a number for one, a list for a list", () => {
    const f = (x: tf.Tensor, y: tf.Tensor, scale: number) => [x.mul(y), y.mul(scale)] as const;
    const second = tf.jacobian(f, { mode, argnums: 1 })(tf.constant([1, 2]), tf.constant(3), 4);
    expectTypeOf(second).toEqualTypeOf<[tf.Tensor, tf.Tensor]>();
    expect(second.map((one) => one.toArray())).toEqual([[1, 2], 4]);
    const both = tf.jacobian(f, { mode, argnums: [1, 0] })(tf.constant([1, 2]), tf.constant(3), 4);
    expectTypeOf(both).toEqualTypeOf<[[tf.Tensor, tf.Tensor], [tf.Tensor, tf.Tensor]]>();
    expect(both[0].map((one) => one.toArray())).toEqual([
      [1, 2],
      [
        [3, 0],
        [0, 3],
      ],
    ]);
    expect(both[1].map((one) => one.toArray())).toEqual([4, [0, 0]]);
  });

  it("a function that returns its argument has the unit matrix", () => {
    const result = tf.jacobian((x: tf.Tensor) => x, { mode })(tf.constant([5, 6]));
    expect(result.toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    const twice = tf.jacobian((x: tf.Tensor) => [x, x] as const, { mode })(tf.constant(5));
    expect(twice.map((one) => one.item())).toEqual([1, 1]);
    const other = tf.jacobian((x: tf.Tensor, y: tf.Tensor) => [y, x] as const, {
      mode,
      argnums: [0, 1],
    })(tf.constant(1), tf.constant([2, 3]));
    expect(other[0][0].toArray()).toEqual([0, 0]);
    expect(other[0][1].toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe("jacobian, modes", () => {
  it("forward and reverse agree on a program of two thousand operations", () => {
    const f = (x: tf.Tensor): tf.Tensor => {
      let y = x;
      for (let step = 0; step < 500; step++) y = tf.sin(y).mul(1.01);
      return y;
    };
    const x = double([0.5, 0.7]);
    const reverse = tf.jacobian(f, { mode: "reverse" })(x);
    expectClose(tf.jacobian(f, { mode: "forward" })(x), reverse, 1e-12);
    expectClose(
      tf.linalg.diagPart(reverse),
      tf.grad((own: tf.Tensor) => tf.reduceSum(f(own)))(x),
      1e-12,
    );
  });

  const programs: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, tf.Tensor])[] = [
    [
      "softmax",
      (x) => tf.nn.softmax(x),
      double([
        [1, 2, 3],
        [0.1, -1, 2],
      ]),
    ],
    [
      "a product of matrices",
      (x) => tf.matmul(x, tf.tanh(x)),
      double([
        [1, 2],
        [3, 0.5],
      ]),
    ],
    ["cumulative products", (x) => tf.math.cumprod(x), double([0.5, 0, 2, 3])],
    [
      "gather and where",
      (x) => tf.where(x.greater(1), tf.gather(x, [2, 1, 0]), x.mul(x)),
      double([0.5, 2, 3]),
    ],
    [
      "norms",
      (x) => x.div(tf.norm(x, { axis: 1, keepdims: true })),
      double([
        [3, 4],
        [1, 2],
      ]),
    ],
  ];

  it.each(programs)("forward and reverse agree on %s", (_, f, x) => {
    const reverse = tf.jacobian(f, { mode: "reverse" })(x);
    expectClose(tf.jacobian(f, { mode: "forward" })(x), reverse, 1e-12);
    expectClose(tf.jacobian(f)(x), reverse, 1e-12);
    expect(reverse.shape).toEqual([...f(x).shape, ...x.shape]);
  });
});

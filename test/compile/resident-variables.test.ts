/** Variables that compiled functions assign stay in memory between calls, and are what they should be for everybody who reads them. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const SIZE = 600;
const filled = (value: number): tf.Tensor => tf.fill([SIZE], value);
const variable = (value: number): tf.Variable => new tf.Variable(filled(value));

/** The element that all are. */
function common(value: tf.Tensor | tf.Variable): number {
  const values = value.data();
  expect(values).toHaveLength(SIZE);
  expect(new Set(values).size).toBe(1);
  return values[0]!;
}

describe("an assigned variable", () => {
  const doubling = (v: tf.Variable) => tf.compile((x: tf.Tensor) => void v.assign(v.mul(2).add(x)));

  it("is not copied out of memory before somebody reads it", () => {
    const v = variable(1);
    const step = doubling(v);
    for (let call = 0; call < 3; call++) step(filled(0));
    expect(v.held).toBeDefined();
    expect(common(v)).toBe(8);
    expect(v.held).toBeUndefined();
    step(filled(1));
    expect(v.held).toBeDefined();
    expect(common(v)).toBe(17);
  });

  it("leaves what was read before as it was", () => {
    const v = variable(1);
    const step = doubling(v);
    step(filled(0));
    const read = v.read();
    step(filled(0));
    step(filled(0));
    expect([common(read), common(v)]).toEqual([2, 8]);
  });

  it("can be given back what it was", () => {
    const v = variable(1);
    const step = doubling(v);
    step(filled(0));
    const read = v.read();
    step(filled(0));
    step(filled(0));
    v.assign(read);
    step(filled(0));
    expect([common(read), common(v)]).toEqual([2, 4]);
  });

  it("can be assigned, added to and read by anybody in between", () => {
    const v = variable(1);
    const step = doubling(v);
    step(filled(0));
    v.assignAdd(filled(1));
    step(filled(0));
    expect(common(v)).toBe(6);
    step(filled(0));
    v.assign(filled(5));
    expect(common(v)).toBe(5);
    step(filled(0));
    const w = new tf.Variable(v);
    step(filled(0));
    expect([common(w), common(v)]).toEqual([10, 20]);
    w.assign(v);
    step(filled(0));
    expect([common(w), common(v)]).toEqual([20, 40]);
  });

  it("is read by other functions, signatures and tapes", () => {
    const v = variable(1);
    const step = tf.compile((x: tf.Tensor) => void v.assign(v.add(tf.reduceSum(x))));
    const look = tf.compile((x: tf.Tensor) => v.mul(x));
    const other = tf.compile(() => void v.assign(v.mul(10)));
    step(tf.constant([1]));
    step(tf.constant([1, 1]));
    expect(common(look(tf.constant(1)))).toBe(4);
    other();
    other();
    step(tf.constant([1]));
    expect(common(look(tf.constant(2)))).toBe(802);
    other();
    const tape = new tf.GradientTape();
    const loss = tf.reduceSum(tf.square(v));
    expect(common(tape.gradient(loss, v))).toBe(8020);
    const outer = new tf.GradientTape();
    const sum = tf.reduceSum(look(tf.constant(3)));
    other();
    expect(common(outer.gradient(sum, v))).toBe(3);
    expect(common(v)).toBe(40100);
  });

  it("outlasts the program in whose memory it lies", () => {
    const v = variable(1);
    const step = tf.compile((x: tf.Tensor) => void v.assign(v.add(tf.reduceSum(x))), {
      maximumSignatures: 1,
    });
    for (let length = 1; length < 6; length++) step(tf.ones([length]));
    expect(common(v)).toBe(16);
    const once = tf.compile(
      (x: tf.Tensor) => {
        if (x.size > 1) v.assign(v.mul(4));
        return tf.exp(x);
      },
      { maximumSignatures: 1 },
    );
    once(filled(1));
    once(tf.constant(1));
    // Others take the memory of the program that was given up.
    const others = [1, 2, 4, 8].map((times) => {
      const f = tf.compile((x: tf.Tensor) => tf.exp(x));
      f(tf.ones([times * SIZE]));
      return f;
    });
    expect(others).toHaveLength(4);
    expect(common(v)).toBe(64);
  });

  it("stays in memory where results are written into arrays", () => {
    const v = variable(1);
    const step = tf.compile((x: tf.Tensor) => {
      const before = v.read();
      v.assign(v.add(x));
      return before;
    });
    const before = new Float32Array(SIZE);
    for (let call = 1; call < 5; call++) {
      step.into(before, filled(1));
      expect([before[0], before[SIZE - 1]]).toEqual([call, call]);
    }
    expect(v.held).toBeDefined();
    expect(common(v)).toBe(5);
  });

  it("keeps its value where the call fails", () => {
    const v = variable(1);
    const step = tf.compile((indices: tf.Tensor) => {
      v.assign(v.mul(2));
      return tf.gather(v, indices);
    });
    step(tf.constant([1], { dtype: "int32" }));
    expect(() => step(tf.constant([SIZE], { dtype: "int32" }))).toThrow(tf.IndexError);
    expect(v.held).toBeDefined();
    expect(common(v)).toBe(2);
    step(tf.constant([2], { dtype: "int32" }));
    expect(common(v)).toBe(4);
  });
});

describe("several variables", () => {
  it("can take each other's values", () => {
    const [v, w, u] = [variable(1), variable(2), variable(3)];
    const turn = tf.compile(() => {
      const [first, second, third] = [v.read(), w.read(), u.read()];
      v.assign(second);
      w.assign(third.add(1));
      u.assign(first);
    });
    turn();
    expect([v, w, u].map(common)).toEqual([2, 4, 1]);
    turn();
    turn();
    expect([v, w, u].map(common)).toEqual([2, 3, 4]);
  });

  it("can be assigned one value", () => {
    const [v, w] = [variable(1), variable(2)];
    const step = tf.compile((x: tf.Tensor) => {
      const sum = v.add(w).add(x);
      v.assign(sum);
      w.assign(sum);
      return sum;
    });
    step(filled(1));
    expect(common(step(filled(1)))).toBe(9);
    expect([v, w].map(common)).toEqual([9, 9]);
  });

  it("can be assigned inputs, constants and views", () => {
    const v = new tf.Variable(tf.zeros([30, 30]));
    const [w, u] = [variable(0), variable(0)];
    const step = tf.compile((x: tf.Tensor, y: tf.Tensor) => {
      v.assign(tf.transpose(v.add(x)));
      w.assign(w.read().mul(0).add(y));
      w.assign(y);
      u.assign(tf.fill([SIZE], 7));
      return u.read();
    });
    const x = tf.reshape(tf.range(900, { dtype: "float32" }), [30, 30]);
    step(x, filled(3));
    expect(v.toArray()).toEqual(tf.transpose(x).toArray());
    step(x, filled(4));
    expect(v.toArray()).toEqual(tf.transpose(tf.transpose(x).add(x)).toArray());
    expect([w, u].map(common)).toEqual([4, 7]);
  });
});

it("many steps of an optimizer with moments are those of the function itself", () => {
  const run = (compiles: boolean): readonly tf.Tensor[] => {
    const weights = new tf.Variable(tf.random.normal([40, 30], { seed: 1, dtype: "float64" }));
    const optimizer = new tf.optimizers.Adam({ learningRate: 0.1 });
    const step = (x: tf.Tensor): tf.Tensor => {
      const tape = new tf.GradientTape();
      const loss = tf.reduceMean(tf.square(tf.matmul(x, weights)));
      optimizer.applyGradients([[tape.gradient(loss, weights), weights]]);
      return loss;
    };
    const called = compiles ? tf.compile(step) : step;
    const losses = Array.from({ length: 12 }, (_, seed) =>
      called(tf.random.normal([seed % 4 === 3 ? 7 : 20, 40], { seed, dtype: "float64" })),
    );
    return [...losses, weights.read()];
  };
  const [found, expected] = [run(true), run(false)];
  found.forEach((one, index) => {
    expect(tf.reduceMax(tf.abs(one.sub(expected[index]!))).item()).toBeLessThan(1e-11);
  });
});

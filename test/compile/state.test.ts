/** What compiled functions share with the program around them: variables, tensors, tapes and random numbers. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

describe("variables", () => {
  it("are read at every call, and assigned when it is over", () => {
    const v = new tf.Variable(1);
    const step = tf.compile((change: tf.Tensor) => {
      const before = v.read();
      v.assignAdd(change);
      v.assign(v.mul(10));
      v.assignSub(1);
      return [before, v.read()] as const;
    });
    expect(step(tf.constant(2)).map((value) => value.item())).toEqual([1, 29]);
    expect(v.read().item()).toBe(29);
    v.assign(0);
    expect(step(tf.constant(3)).map((value) => value.item())).toEqual([0, 29]);
  });

  it("keep their values where the function throws while it is traced", () => {
    const v = new tf.Variable(1);
    const broken = tf.compile((x: tf.Tensor) => {
      v.assign(x);
      return tf.matmul(x, x);
    });
    expect(() => broken(tf.constant(5))).toThrow(tf.GradtapeError);
    expect(v.read().item()).toBe(1);
    expect(() => v.assign(tf.zeros([2]))).toThrow(tf.ShapeError);
  });

  it("have gradients outside, and inside, also what was assigned", () => {
    const v = new tf.Variable(3);
    const square = tf.compile((x: tf.Tensor) => v.mul(v).mul(x));
    const tape = new tf.GradientTape();
    const y = square(tf.constant(2));
    expect(tape.watchedVariables().map((one) => one === v)).toEqual([true]);
    expect(tape.gradient(y, v).item()).toBe(12);
    const step = tf.compile((rate: tf.Tensor) => {
      const inner = new tf.GradientTape();
      const loss = v.mul(v);
      v.assignSub(inner.gradient(loss, v).mul(rate));
      return loss;
    });
    expect(step(tf.constant(0.5)).item()).toBe(9);
    expect(v.read().item()).toBe(0);
    // Reading after an assignment starts anew at the variable.
    const again = tf.compile((x: tf.Tensor) => {
      const inner = new tf.GradientTape();
      v.assign(x.mul(x));
      return inner.gradient(v.mul(5), v);
    });
    expect(again(tf.constant(2)).item()).toBe(5);
    expect(v.read().item()).toBe(4);
  });

  it("cannot be assigned in the branches of a condition", () => {
    const v = new tf.Variable(1);
    const f = tf.compile((x: tf.Tensor) =>
      tf.cond(
        tf.greater(x, 0),
        () => {
          v.assign(x);
          return x;
        },
        () => x,
      ),
    );
    expect(() => f(tf.constant(1))).toThrow(tf.TraceError);
    expect(v.read().item()).toBe(1);
  });
});

describe("around and inside", () => {
  it("tensors that the function closes over are captured, and have gradients", () => {
    const w = tf.constant([1, 2]);
    const f = tf.compile((x: tf.Tensor) => tf.reduceSum(x.mul(w).mul(w)));
    const x = tf.constant([3, 4]);
    const tape = new tf.GradientTape();
    tape.watch([x, w]);
    const [dx, dw] = tape.gradient(f(x), [x, w]);
    expect([dx.toArray(), dw.toArray()]).toEqual([
      [1, 4],
      [6, 16],
    ]);
  });

  it("a tape records one operation, and its backward pass is one", () => {
    const f = tf.compile((x: tf.Tensor) => tf.reduceSum(tf.tanh(tf.sin(x).mul(x))));
    const x = tf.constant([0.5, 1]);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const y = f(x);
    tape.stop();
    expect(tf.explainGradient(tape, y, x).steps.map(({ op }) => op)).toEqual(["compiledCall"]);
  });

  it("compiled functions nest, and go through maps, accumulators and Jacobians", () => {
    const inner = tf.compile((x: tf.Tensor) => tf.sin(x).mul(x));
    const outer = tf.compile((x: tf.Tensor) => tf.reduceSum(inner(inner(x))));
    const plain = (x: tf.Tensor): tf.Tensor => {
      const once = tf.sin(x).mul(x);
      return tf.reduceSum(tf.sin(once).mul(once));
    };
    const x = tf.constant([0.3, 0.8], { dtype: "float64" });
    const direction = tf.constant([1, -2], { dtype: "float64" });
    expect(outer(x).item()).toBe(plain(x).item());
    expect(tf.hessian(outer)(x).toArray()).toEqual(tf.hessian(plain)(x).toArray());
    expect(tf.jvp(outer, [x], [direction])[1].item()).toBeCloseTo(
      tf.jvp(plain, [x], [direction])[1].item(),
      14,
    );
    expect(tf.vectorizedMap(outer, tf.stack([x, direction])).toArray()).toEqual(
      tf.vectorizedMap(plain, tf.stack([x, direction])).toArray(),
    );
    const compiledHessian = tf.compile(tf.hessian(plain));
    expect(compiledHessian(x).toArray()).toEqual(tf.hessian(plain)(x).toArray());
  });

  it("what is static in a result stays, and operands come back as tensors of their own", () => {
    const f = tf.compile((x: tf.Tensor) => ({ x, twice: [x, x], name: "result", none: null }));
    const x = tf.constant(2);
    const result = f(x);
    expect(result.name).toBe("result");
    expect(result.none).toBeNull();
    expect(result.twice.map((one) => one.item())).toEqual([2, 2]);
    expect(new Set([x, result.x, ...result.twice]).size).toBe(4);
  });
});

describe("random numbers", () => {
  const draw = tf.compile(() => [tf.random.normal([3]), tf.random.uniform([3])] as const);

  it("differ from call to call and from draw to draw, and repeat with the seed", () => {
    tf.random.setSeed(11);
    const first = draw().map((one) => one.toArray());
    const second = draw().map((one) => one.toArray());
    expect(first).not.toEqual(second);
    tf.random.setSeed(11);
    expect([draw().map((one) => one.toArray()), draw().map((one) => one.toArray())]).toEqual([
      first,
      second,
    ]);
  });

  it("with a seed of their own are the same in every call", () => {
    const seeded = tf.compile(() => tf.random.normal([3], { seed: 4 }));
    expect(seeded().toArray()).toEqual(seeded().toArray());
    expect(seeded().toArray()).toEqual(tf.random.normal([3], { seed: 4 }).toArray());
  });

  it("are the same in a call and in its backward pass, to the second order", () => {
    const x = tf.ones([40]);
    const f = tf.compile((one: tf.Tensor) => tf.reduceSum(tf.nn.dropout(one, 0.5).mul(one)));
    const [value, gradient] = tf.valueAndGrad(f)(x);
    // Σ 2·mask·x² has the gradient 4·mask·x.
    expect(tf.reduceSum(gradient).item()).toBe(2 * value.item());
    expect(value.item()).toBeGreaterThan(0);
    const outer = new tf.GradientTape();
    outer.watch(x);
    const inner = new tf.GradientTape();
    inner.watch(x);
    const again = f(x);
    const slope = tf.reduceSum(inner.gradient(again, x));
    expect(tf.reduceSum(outer.gradient(slope, x)).item()).toBe(2 * again.item());
  });

  it("differ between two calls inside another compiled function, and between rows of a map", () => {
    const one = tf.compile((x: tf.Tensor) => tf.random.normal(x.shape).add(x));
    const both = tf.compile((x: tf.Tensor) => [one(x), one(x)] as const);
    const [a, b] = both(tf.zeros([4]));
    expect(a.toArray()).not.toEqual(b.toArray());
    const [row0, row1] = tf.vectorizedMap((x: tf.Tensor) => one(x), tf.zeros([2, 3])).toArray() as [
      unknown,
      unknown,
    ];
    expect(row0).not.toEqual(row1);
  });

  it("differ from iteration to iteration of a loop", () => {
    const walk = tf.compile((start: tf.Tensor) =>
      tf.scan(
        (x: tf.Tensor, step: tf.Tensor) => x.add(tf.random.normal([])).mul(step),
        tf.ones([6]),
        {
          initializer: start,
        },
      ),
    );
    const values = walk(tf.constant(0)).toArray() as number[];
    const steps = values.map((value, index) => value - (values[index - 1] ?? 0));
    expect(new Set(steps).size).toBe(6);
  });
});

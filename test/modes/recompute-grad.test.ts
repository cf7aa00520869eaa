/** `recomputeGrad`: a function that runs again for its derivatives, and gives the same. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { runProgram } from "../harness/child-program.js";
import { items, NONE, watching } from "../tape/tapes.js";
import { double, errorOf, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const w = double([
  [0.1, 0.2],
  [0.3, 0.4],
]);
const block = (x: tf.Tensor): tf.Tensor => tf.tanh(tf.matmul(tf.sin(tf.matmul(x, w)), w));
const x = double([
  [1, 2],
  [3, 4],
]);

describe("rule 33: the same results", () => {
  it("rule 33: f is called once, and once more for every backward pass", () => {
    let calls = 0;
    const f = tf.recomputeGrad((own: tf.Tensor) => {
      calls++;
      return block(own);
    });
    expectTypeOf(f).toEqualTypeOf<(own: tf.Tensor) => tf.Tensor>();
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const y = f(x);
    const z = tf.reduceSum(y.mul(y));
    tape.stop();
    expect(calls).toBe(1);
    tape.gradient(z, x);
    expect(calls).toBe(2);
    tape.gradient(z, x);
    expect(calls).toBe(3);
    tape.gradient(z, y);
    expect(calls).toBe(3);
  });

  it("rule 33: it is not called again where nothing is watched", () => {
    let calls = 0;
    const f = tf.recomputeGrad((own: tf.Tensor) => {
      calls++;
      return block(own);
    });
    expect(f(x).toArray()).toEqual(block(x).toArray());
    const c = double(1);
    const tape = watching(c);
    const y = f(x).mul(c);
    tape.gradient(y, c);
    expect(calls).toBe(2);
  });

  it("rule 33: results and gradients are equal", () => {
    const f = tf.recomputeGrad(block);
    expect(f(x).toArray()).toEqual(block(x).toArray());
    const sum = (g: typeof block) => (own: tf.Tensor) => tf.reduceSum(tf.exp(g(own)));
    expect(tf.grad(sum(f))(x).toArray()).toEqual(tf.grad(sum(block))(x).toArray());
  });

  it("rule 33: nests of arguments and results, static arguments, variables as arguments", () => {
    const f = tf.recomputeGrad(
      ({ a, b }: { a: tf.Tensor; b: tf.Tensor | tf.Variable }, power: number) => ({
        product: tf.multiply(a, b),
        list: [tf.pow(a, power), a] as const,
      }),
    );
    const a = tf.constant(3);
    const b = new tf.Variable(5);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(a);
    const y = f({ a, b }, 2);
    tape.stop();
    expectTypeOf(y).toEqualTypeOf<{ product: tf.Tensor; list: [tf.Tensor, tf.Tensor] }>();
    expect(items([y.product, ...y.list])).toEqual([15, 9, 3]);
    expect(items(tape.gradient(y, [a, b]))).toEqual([5 + 6 + 1, 3]);
    expect(items(tape.gradient(y.list[1], [a, b], NONE))).toEqual([1, 0]);
  });

  it("rule 33: one tensor for two arguments (testFnRecomputeSameTensor)", () => {
    const f = tf.recomputeGrad((a: tf.Tensor, b: tf.Tensor) => a.mul(a).mul(b));
    const first = tf.recomputeGrad((a: tf.Tensor, _: tf.Tensor) => a);
    const one = tf.constant(3);
    expect(watching(one).gradient(one, one).item()).toBe(1);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(one);
    const [y, z] = [f(one, one), first(one, one)];
    tape.stop();
    expect(tape.gradient(y, one).item()).toBe(27);
    expect(tape.gradient(z, one).item()).toBe(1);
  });

  it("rule 33: arguments of no elements, and of other dtypes (testRecomputeGradZeroSizeInput, …DifferentDtypesInputs)", () => {
    const twice = tf.recomputeGrad((own: tf.Tensor) => own.mul(2));
    const empty = tf.zeros([0]);
    const tape = watching(empty);
    expect(tape.gradient(twice(empty), empty).shape).toEqual([0]);
    const both = tf.recomputeGrad(
      (n: tf.Tensor, own: tf.Tensor) => [n.mul(2), own.mul(2)] as const,
    );
    const n = tf.constant(3, { dtype: "int32" });
    const one = tf.constant(1);
    const other = watching(one);
    const [integers, floats] = both(n, one);
    expect(integers.dtype).toBe("int32");
    expect(items([integers, floats])).toEqual([6, 2]);
    expect(other.gradient(floats, one).item()).toBe(2);
  });

  it("rule 33: random numbers are drawn as the first time, and others go on as if nothing had been", () => {
    tf.random.setSeed(1);
    const f = tf.recomputeGrad((own: tf.Tensor) =>
      tf.nn.dropout(own, 0.5).mul(tf.random.normal([50], { dtype: "float64" })),
    );
    const ones = tf.ones([50], { dtype: "float64" });
    const tape = watching(ones);
    const y = f(ones);
    const between = tf.random.normal([3]).toArray();
    expectClose(tape.gradient(y, ones), y, 0);
    const after = tf.random.normal([3]).toArray();
    tf.random.setSeed(1);
    tf.nn.dropout(ones, 0.5);
    tf.random.normal([50], { dtype: "float64" });
    expect(tf.random.normal([3]).toArray()).toEqual(between);
    expect(tf.random.normal([3]).toArray()).toEqual(after);
  });

  it("rule 33: errors of f arrive unchanged, the first time and the second", () => {
    const failure = new RangeError("from f");
    let calls = 0;
    const f = tf.recomputeGrad((own: tf.Tensor) => {
      calls++;
      if (calls % 2 === 0) throw failure;
      return own.mul(2);
    });
    const tape = watching(x);
    const y = f(x);
    expect(errorOf(() => tape.gradient(y, x))).toBe(failure);
    expect(tape.recording).toBe(false);
    calls = 1;
    expect(errorOf(() => f(x))).toBe(failure);
    expect(() => tf.recomputeGrad(() => 3 as never)()).toThrow(/recomputeGrad: what f returns/);
  });
});

describe("rule 33: closures", () => {
  it("rule 33: tensors and variables that f closes over get their gradients", () => {
    const c = tf.constant([2, 3]);
    const v = new tf.Variable(5);
    const f = tf.recomputeGrad((own: tf.Tensor) => own.mul(c).mul(c).mul(v));
    const one = tf.constant([1, 10]);
    const tape = watching(one, c);
    const found = tape.gradient(f(one), { one, c, v });
    expect(found.one.toArray()).toEqual([20, 45]);
    expect(found.c.toArray()).toEqual([20, 300]);
    expect(found.v.item()).toBe(94);
    expect(tape.watchedVariables().map((one) => one === v)).toEqual([true]);
  });

  it("rule 33: a tensor that f returns as it is, from its arguments or from outside, has gradient 1", () => {
    const c = tf.constant(5);
    const v = new tf.Variable(7);
    const f = tf.recomputeGrad((own: tf.Tensor) => [own, c, v, own.mul(2)] as const);
    const one = tf.constant(3);
    const tape = watching(one, c);
    const y = f(one);
    expect(items(y)).toEqual([3, 5, 7, 6]);
    expect(items(tape.gradient(y, [one, c, v]))).toEqual([3, 1, 1]);
  });

  it("rule 33: a variable that is assigned in between keeps the value that it had", () => {
    const v = new tf.Variable(3);
    const f = tf.recomputeGrad((own: tf.Tensor) => own.mul(v).mul(v));
    const one = tf.constant(2);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(one);
    const y = f(one);
    tape.stop();
    v.assign(100);
    expect(tape.gradient(y, one).item()).toBe(9);
    expect(tape.gradient(y, v).item()).toBe(12);
    expect(v.read().item()).toBe(100);
    expect(f(one).item()).toBe(20000);
  });

  it("rule 33: so it does in second derivatives, where its own reading is recorded", () => {
    const v = new tf.Variable(3);
    const f = tf.recomputeGrad((own: tf.Tensor) => own.mul(own).mul(v));
    const one = tf.constant(2);
    const outer = watching(one);
    const inner = watching(one);
    const y = f(one);
    v.assign(100);
    const first = inner.gradient(y, one);
    expect(first.item()).toBe(12);
    expect(items(outer.gradient(first, [one, v]))).toEqual([6, 4]);
  });

  it("rule 33: a variable that is not trainable has a gradient if it is watched", () => {
    const v = new tf.Variable(3, { trainable: false });
    const f = tf.recomputeGrad((own: tf.Tensor) => own.mul(v));
    const one = tf.constant(2);
    const tape = watching(one, v);
    expect(items(tape.gradient(f(one), [one, v]))).toEqual([3, 2]);
    const other = watching(one);
    expect(items(other.gradient(f(one), [one, v], NONE))).toEqual([3, null]);
  });

  it("rule 33: what f does not use is unconnected", () => {
    const f = tf.recomputeGrad((own: tf.Tensor) => own.mul(2));
    const one = tf.constant(2);
    const other = tf.constant(3);
    const tape = watching(one, other);
    expect(items(tape.gradient(f(one), [one, other], NONE))).toEqual([2, null]);
  });
});

describe("rule 33: memory", () => {
  it("rule 33: a tape holds the arguments alone, where it would hold every step", async () => {
    const { plain, recomputed, stepBytes, steps, difference } = await runProgram(
      new URL("./programs/recompute-memory.ts", import.meta.url),
    );
    expect(difference).toBe(0);
    expect(plain! / stepBytes!).toBeGreaterThan(0.9 * steps!);
    expect(recomputed! / stepBytes!).toBeLessThan(2);
    expect(recomputed! / stepBytes!).toBeGreaterThan(-1);
  });

  it("rule 33: what f made is not held by what it returned", async () => {
    const weak: WeakRef<tf.Tensor>[] = [];
    const f = tf.recomputeGrad((own: tf.Tensor) => {
      const inner = tf.sin(own);
      weak.push(new WeakRef(inner));
      return tf.reduceSum(inner.mul(inner));
    });
    const one = tf.ones([100]);
    const tape = watching(one);
    const y = f(one);
    await new Promise((resolve) => setTimeout(resolve, 5));
    globalThis.gc?.();
    expect(weak[0]!.deref()).toBeUndefined();
    expectClose(tape.gradient(y, one).at(0), Math.sin(2));
    expect(weak).toHaveLength(2);
  });
});

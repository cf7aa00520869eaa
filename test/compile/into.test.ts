/** Results of compiled functions written into arrays of the caller. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const f = tf.compile((x: tf.Tensor, y: tf.Tensor) => ({
  sum: x.add(y),
  parts: [tf.reduceSum(x), tf.transpose(x), tf.greater(x, y)] as const,
  name: "result",
}));
const x = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);
const y = tf.constant([2, 2, 2]);

function targets() {
  return {
    sum: new Float32Array(6),
    parts: [new Float32Array(1), new Float32Array(6), new Uint8Array(6)] as const,
    name: "result",
  };
}

describe("into", () => {
  it("writes every result in its place, whatever its layout", () => {
    const outputs = targets();
    f.into(outputs, x, y);
    expect([...outputs.sum]).toEqual([3, 4, 5, 6, 7, 8]);
    expect(outputs.parts.map((one) => [...one])).toEqual([
      [21],
      [1, 4, 2, 5, 3, 6],
      [0, 0, 1, 1, 1, 1],
    ]);
    f.into(outputs, x.mul(2), y);
    expect([...outputs.parts[0]]).toEqual([42]);
  });

  it("takes parts of larger arrays, and leaves the rest of them", () => {
    const buffer = new Float64Array(12).fill(9);
    const double = tf.compile((one: tf.TensorLike) => tf.multiply(one, 2));
    double.into(buffer.subarray(3, 8), Float64Array.of(1, 2, 3, 4, 5));
    expect([...buffer]).toEqual([9, 9, 9, 2, 4, 6, 8, 10, 9, 9, 9, 9]);
  });

  it("gives an operand that comes back, and one value several times", () => {
    const same = tf.compile((one: tf.Tensor) => [one, one, tf.reverse(one, 0)] as const);
    const outputs = [new Float32Array(3), new Float32Array(3), new Float32Array(3)] as const;
    same.into(outputs, tf.constant([1, 2, 3]));
    expect(outputs.map((one) => [...one])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [3, 2, 1],
    ]);
  });

  it("may write where an operand was read", () => {
    const values = Float32Array.of(1, 2, 3, 4, 5);
    const double = tf.compile((one: tf.TensorLike) => tf.reverse(one, 0).mul(2));
    double.into(values, values);
    expect([...values]).toEqual([10, 8, 6, 4, 2]);
  });

  it("is the same as a call for every size", () => {
    const g = tf.compile((one: tf.Tensor) => [tf.sin(one), tf.cumsum(one)] as const);
    for (const size of [1, 2, 3, 17, 64, 1000]) {
      const one = tf.random.normal([size], { seed: size });
      const outputs = [new Float32Array(size), new Float32Array(size)] as const;
      g.into(outputs, one);
      expect(outputs.map((own) => [...own])).toEqual(g(one).map((own) => [...own.data()]));
    }
  });

  it("assigns variables, and draws random numbers, as a call does", () => {
    const v = new tf.Variable([1, 2]);
    const step = tf.compile((change: tf.Tensor) => {
      const before = v.read();
      v.assignAdd(change);
      return { before, noise: tf.random.normal([2]) };
    });
    const outputs = { before: new Float32Array(2), noise: new Float32Array(2) };
    tf.random.setSeed(3);
    step.into(outputs, tf.constant([10, 20]));
    expect([...outputs.before]).toEqual([1, 2]);
    expect(v.toArray()).toEqual([11, 22]);
    const first = [...outputs.noise];
    step.into(outputs, tf.constant([10, 20]));
    expect([...outputs.before]).toEqual([11, 22]);
    expect([...outputs.noise]).not.toEqual(first);
    tf.random.setSeed(3);
    expect([...step(tf.constant([0, 0])).noise.data()]).toEqual(first);
  });
});

describe("arrays that do not fit", () => {
  type Targets = ReturnType<typeof targets>;
  it.each<[string, (outputs: Targets) => unknown, new (message: string) => Error, RegExp]>([
    [
      "another dtype",
      (own) => ({ ...own, sum: new Float64Array(6) }),
      tf.DTypeError,
      /outputs\.sum is a Float64Array; the result is float32\[2, 3\]/,
    ],
    [
      "too short",
      (own) => ({ ...own, sum: new Float32Array(5) }),
      tf.ShapeError,
      /outputs\.sum has 5 elements.*float32\[2, 3\] has 6/,
    ],
    [
      "too long",
      (own) => ({ ...own, sum: new Float32Array(7) }),
      tf.ShapeError,
      /outputs\.sum has 7 elements/,
    ],
    [
      "missing",
      ({ sum }) => ({ sum }),
      tf.ArgumentError,
      /outputs\.parts must be an array like the result/,
    ],
    [
      "missing in a list",
      (own) => ({ ...own, parts: [own.parts[0]] }),
      tf.ArgumentError,
      /outputs\.parts\.1 must be a typed array/,
    ],
    [
      "a tensor",
      (own) => ({ ...own, sum: tf.zeros([2, 3]) }),
      tf.ArgumentError,
      /outputs\.sum must be a typed array/,
    ],
    [
      "a list of numbers",
      (own) => ({ ...own, sum: [0, 0, 0, 0, 0, 0] }),
      tf.ArgumentError,
      /outputs\.sum must be a typed array/,
    ],
    ["an array in the place of all", () => new Float32Array(6), tf.ArgumentError, /outputs/],
    ["nothing", () => undefined, tf.ArgumentError, /outputs must be an object like the result/],
  ])("%s", (_, change, type, message) => {
    const own = targets();
    const call = (): void => f.into(change(own) as Targets, x, y);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
    // Nothing is written before all is known to fit.
    expect([...own.sum]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("leave variables as they are", () => {
    const v = new tf.Variable(1);
    const step = tf.compile(() => v.assignAdd(1).read());
    expect(() => step.into(new Float32Array(2) as never)).toThrow(tf.ShapeError);
    expect(v.read().item()).toBe(1);
  });
});

it("is refused while another function is traced", () => {
  const inner = tf.compile((one: tf.Tensor) => one.mul(2));
  const outputs = new Float32Array(2);
  const outer = tf.compile((one: tf.Tensor) => {
    inner.into(outputs, one);
    return one;
  });
  expect(() => outer(tf.constant([1, 2]))).toThrow(tf.TraceError);
  expect(() => outer(tf.constant([1, 2]))).toThrow(/into writes values/);
  expect([...outputs]).toEqual([0, 0]);
});

it("is not told to tapes", () => {
  const double = tf.compile((one: tf.Tensor) => one.mul(2));
  const one = tf.constant([1, 2]);
  const tape = new tf.GradientTape();
  tape.watch(one);
  const outputs = new Float32Array(2);
  double.into(outputs, one);
  const gradient = tape.gradient(tf.constant(outputs), one, { unconnectedGradients: "zero" });
  expect(gradient.toArray()).toEqual([0, 0]);
});

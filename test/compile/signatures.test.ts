/** When a compiled function is traced again, why, and how many traces it keeps. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

/** A compiled function that counts how often it is traced. */
function counting<A extends readonly unknown[], R>(f: (...parameters: A) => R) {
  const counter = { traces: 0 };
  const compiled = tf.compile((...parameters: A) => {
    counter.traces++;
    return f(...parameters);
  });
  return { compiled, counter };
}

describe("one trace serves", () => {
  it("tensors of one shape and dtype, whatever their values and layouts", () => {
    const { compiled, counter } = counting((x: tf.Tensor) => tf.reduceSum(x.mul(x)));
    const matrix = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    expect(compiled(matrix).item()).toBe(30);
    expect(compiled(tf.transpose(matrix)).item()).toBe(30);
    expect(compiled(tf.zeros([2, 2])).item()).toBe(0);
    expect(counter.traces).toBe(1);
  });

  it("equal structures and equal static values", () => {
    const { compiled, counter } = counting(
      ({ x, n }: { x: tf.Tensor; n: number }, name: string, flag: boolean | null) =>
        flag === true && name === "twice" ? x.mul(2 * n) : x,
    );
    const call = (): number => compiled({ x: tf.constant(3), n: 5 }, "twice", true).item();
    expect([call(), call()]).toEqual([30, 30]);
    expect(counter.traces).toBe(1);
  });

  it("a variable with whatever it holds, and typed arrays of one length", () => {
    const { compiled, counter } = counting((v: tf.Variable, x: Float64Array | tf.Tensor) =>
      tf.reduceSum(tf.multiply(tf.cast(v, "float64"), x)),
    );
    const v = new tf.Variable(2);
    expect(compiled(v, Float64Array.of(1, 2)).item()).toBe(6);
    v.assign(3);
    expect(compiled(v, Float64Array.of(3, 4)).item()).toBe(21);
    expect(compiled(v, tf.constant([1, 1], { dtype: "float64" })).item()).toBe(6);
    expect(counter.traces).toBe(1);
  });
});

describe("another trace is made, and says why", () => {
  const identity = (x: unknown): unknown => x;
  it.each<[string, unknown, unknown, RegExp]>([
    [
      "another shape",
      tf.zeros([2]),
      tf.zeros([3]),
      /argument 0 is float32\[3\], before it was float32\[2\]/,
    ],
    [
      "another dtype",
      tf.zeros([2]),
      tf.zeros([2], { dtype: "float64" }),
      /argument 0 is float64\[2\], before it was float32\[2\]/,
    ],
    ["another number", 1, 2, /argument 0 is 2, before it was 1/],
    ["−0 for 0", 0, -0, /argument 0 is -0/],
    ["a text for a number", 1, "1", /argument 0 is "1", before it was 1/],
    ["another structure", [tf.zeros([])], { a: tf.zeros([]) }, /argument 0\.a is new/],
    ["fewer entries", [tf.zeros([]), 1], [tf.zeros([])], /argument 0\[1\] is gone/],
    [
      "another variable",
      new tf.Variable(1, { name: "a" }),
      new tf.Variable(1, { name: "b" }),
      /argument 0 is Variable "b"/,
    ],
    [
      "another function",
      () => 1,
      () => 1,
      /argument 0 is function #\d+, before it was function #\d+/,
    ],
  ])("%s", (_, first, second, reason) => {
    const { compiled, counter } = counting(identity);
    compiled(first);
    compiled(first);
    compiled(second);
    compiled(second);
    compiled(first);
    expect(counter.traces).toBe(2);
    const traces = compiled.traces();
    expect(traces.map((trace) => trace.reason)).toEqual([
      "it is the first call",
      expect.stringMatching(reason),
    ]);
  });
});

describe("the cache is bounded", () => {
  it("forgets the signature that was not used for longest", () => {
    let traces = 0;
    const compiled = tf.compile(
      (x: tf.Tensor) => {
        traces++;
        return x.mul(2);
      },
      { maximumSignatures: 2 },
    );
    const call = (length: number): void => void compiled(tf.zeros([length]));
    call(1);
    call(2);
    call(1);
    call(3);
    call(1);
    expect(traces).toBe(3);
    call(2);
    expect(traces).toBe(4);
  });

  it("remembers the reasons of the last 100 traces", () => {
    const compiled = tf.compile((x: tf.Tensor) => x);
    for (let length = 0; length < 150; length++) compiled(tf.zeros([length]));
    expect(compiled.traces()).toHaveLength(100);
  });
});

describe("bad input", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["no function", () => tf.compile(3 as never), /compile: f must be a function/],
    [
      "an unknown option",
      () => tf.compile(() => 1, { jit: true } as never),
      /unknown option "jit"/,
    ],
    [
      "no room for a trace",
      () => tf.compile(() => 1, { maximumSignatures: 0 }),
      /maximumSignatures must be an integer from 1, got 0/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(tf.ArgumentError);
    expect(call).toThrow(message);
  });

  it("reading a value is a TraceError with the line, and the next call is traced afresh", () => {
    let reads = true;
    const compiled = tf.compile((x: tf.Tensor) => (reads ? x.mul(x.item()) : x.mul(2)));
    const call = (): unknown => compiled(tf.constant(3));
    expect(call).toThrow(tf.TraceError);
    expect(call).toThrow(/signatures\.test\.ts:\d+:\d+.*tf\.compile traces its function/);
    reads = false;
    expect(compiled(tf.constant(3)).item()).toBe(6);
  });

  it("shape errors come from the trace, and leave nothing behind", () => {
    const compiled = tf.compile((x: tf.Tensor) => tf.matmul(x, x));
    expect(() => compiled(tf.zeros([2, 3]))).toThrow(tf.ShapeError);
    expect(compiled(tf.eye(2)).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

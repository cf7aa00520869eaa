/** Fusion: what becomes one loop, what does not, and that results stay the same to the bit. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { runGraph } from "../../src/graph/interpret.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { fuse } from "../../src/kernel/fuse.js";

type Program = (...inputs: tf.Tensor[]) => readonly tf.Tensor[];

/** The operations of the fused graph of a program, whose results are compared with those at once. */
function fusedOperations(f: Program, inputs: readonly tf.Tensor[]): string[] {
  const graph = fuse(tf.graph.trace(f, [...inputs]));
  verifyGraph(graph);
  const found = runGraph(graph, inputs);
  f(...inputs).forEach((wanted, index) => {
    expect(found[index]!.dtype).toBe(wanted.dtype);
    expect(found[index]!.shape).toEqual(wanted.shape);
    const [values, expected] = [found[index]!.data(), wanted.data()];
    expect([...values].every((value, place) => Object.is(value, expected[place]))).toBe(true);
  });
  return graph.nodes.map(({ op }) => op.name);
}

const matrix = tf.random.normal([3, 4], { seed: 1 });
const other = tf.random.normal([3, 4], { seed: 2 });

describe("becomes one loop", () => {
  it.each<[string, Program, readonly tf.Tensor[]]>([
    ["a chain", (x) => [tf.tanh(tf.sin(x!).neg())], [matrix]],
    ["a chain with numbers", (x) => [x!.mul(2).add(1).div(3)], [matrix]],
    ["several results", (x, y) => [tf.exp(x!).mul(y!), tf.exp(x!), x!.sub(y!)], [matrix, other]],
    [
      "what shares nothing but its shape",
      (x, y) => [tf.sin(x!).abs(), tf.cos(y!).abs()],
      [matrix, other],
    ],
    [
      "comparisons, selections and casts",
      (x, y) => [
        tf.where(tf.greater(x!, y!), tf.cast(tf.cast(x!.mul(10), "int32"), "float32"), y!.mul(2)),
        tf.greater(x!.add(y!), 0),
      ],
      [matrix, other],
    ],
    ["a scalar spread over the shape", (x, s) => [x!.mul(s!).add(s!)], [matrix, tf.constant(0.3)]],
    ["float64", (x) => [tf.tanh(x!).mul(x!)], [tf.cast(matrix, "float64")]],
    [
      "int32, which wraps",
      (x) => [x!.mul(x!).add(x!).neg()],
      [tf.constant([65537, -3, 2 ** 31 - 1], { dtype: "int32" })],
    ],
    ["scalars", (x) => [x!.mul(x!).mul(x!), tf.sin(x!)], [tf.constant(0.7)]],
    [
      "transposed and sliced operands",
      (x, y) => [tf.sin(x!).mul(y!).add(x!)],
      [
        tf.transpose(tf.random.normal([4, 3], { seed: 3 })),
        tf.slice(tf.random.normal([5, 9], { seed: 4 }), [1, 2], [3, 4]),
      ],
    ],
  ])("%s", (_, f, inputs) => {
    const names = fusedOperations(f, inputs).filter((name) => name !== "broadcastTo");
    expect(names).toEqual(["fused"]);
  });
});

describe("stays apart", () => {
  it.each<[string, Program, readonly tf.Tensor[], string[]]>([
    ["one operation", (x) => [tf.sin(x!)], [matrix], ["sin"]],
    [
      "what a reduction lies between",
      (x) => [x!.sub(tf.reduceSum(x!.mul(2).abs(), { axis: 1, keepdims: true })).abs()],
      [matrix],
      ["fused", "reduceSum", "broadcastTo", "fused"],
    ],
    [
      "other shapes",
      (x, y) => [tf.sin(x!).abs(), tf.sin(y!).abs()],
      [matrix, tf.constant([1, 2])],
      ["fused", "fused"],
    ],
    ["tensors without elements", (x) => [tf.sin(x!).abs()], [tf.zeros([0, 2])], ["sin", "abs"]],
  ])("%s", (_, f, inputs, wanted) => {
    expect(fusedOperations(f, inputs)).toEqual(wanted);
  });

  it("long chains are cut into loops of moderate length", () => {
    const long: Program = (x) => {
      let y = x!;
      for (let step = 0; step < 1000; step++) y = tf.sin(y);
      return [y];
    };
    const names = fusedOperations(long, [matrix]);
    expect(names.length).toBeGreaterThan(10);
    expect(names.length).toBeLessThan(40);
  });
});

describe("order", () => {
  it("is kept where a row is read through a broadcast, a reduction and a scalar of the same depth", () => {
    const f: Program = (x, s) => {
      const scale = tf.exp(s!).add(1);
      const scaled = x!.mul(scale).add(scale);
      const total = tf.reduceSum(scaled);
      const again = scaled.div(total.add(scale)).mul(scale);
      return [again, total.mul(scale), tf.transpose(again).add(tf.transpose(scaled)).mul(2)];
    };
    fusedOperations(f, [matrix, tf.constant(0.2)]);
  });
});

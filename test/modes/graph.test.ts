/** `tf.graph`: functions traced into graphs, which are printed and run. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const w = tf.constant([
  [1, 2],
  [3, 4],
]);

describe("graph.trace and graph.run", () => {
  it("a graph runs as the function does", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.tanh(tf.matmul(x, w).add(1));
    const graph = tf.graph.trace(f, [tf.zeros([3, 2])]);
    expectTypeOf(graph).toEqualTypeOf<tf.Graph>();
    const x = tf.random.normal([3, 2], { seed: 1 });
    const results = tf.graph.run(graph, [x]);
    expect(results).toHaveLength(1);
    expect(results[0]!.toArray()).toEqual(f(x).toArray());
    expect(tf.graph.run(graph, [tf.ones([3, 2])])[0]!.toArray()).toEqual(
      f(tf.ones([3, 2])).toArray(),
    );
  });

  it("nests of arguments and results are lists of their tensors", () => {
    const graph = tf.graph.trace(
      ({ a, b }: { a: tf.Tensor; b: readonly [tf.Tensor] }, c: tf.Tensor) => ({
        sum: a.add(b[0]),
        list: [c.mul(2), c, a],
      }),
      [{ a: tf.zeros([2]), b: [tf.zeros([2])] }, double(0)],
    );
    tf.graph.verify(graph);
    const results = tf.graph.run(graph, [tf.constant([1, 2]), tf.constant([10, 20]), double(5)]);
    expect(results.map((one) => one.toArray())).toEqual([[11, 22], 10, 5, [1, 2]]);
    expect(results[1]!.dtype).toBe("float64");
  });

  it("the function runs once, on types alone", () => {
    let runs = 0;
    const graph = tf.graph.trace(
      (x: tf.Tensor) => {
        runs++;
        expect(x.shape).toEqual([3]);
        return x.mul(2);
      },
      [tf.zeros([3])],
    );
    tf.graph.run(graph, [tf.ones([3])]);
    tf.graph.run(graph, [tf.ones([3])]);
    expect(runs).toBe(1);
  });

  it("tensors from outside are captured, variables are read at every run", () => {
    const v = new tf.Variable(2);
    const graph = tf.graph.trace((x: tf.Tensor) => x.mul(v).add(w), [tf.zeros([2, 2])]);
    const ones = tf.ones([2, 2]);
    expect(tf.graph.run(graph, [ones])[0]!.toArray()).toEqual([
      [3, 4],
      [5, 6],
    ]);
    v.assign(10);
    expect(tf.graph.run(graph, [ones])[0]!.toArray()).toEqual([
      [11, 12],
      [13, 14],
    ]);
  });

  it("tapes and accumulators see a graph run, its captures and variables", () => {
    const v = new tf.Variable(2);
    const c = tf.constant(5);
    const graph = tf.graph.trace((x: tf.Tensor) => x.mul(x).mul(v).mul(c), [tf.constant(0)]);
    const x = tf.constant(3);
    const tape = watching(x, c);
    using accumulator = new tf.ForwardAccumulator(x, 1);
    const y = tf.graph.run(graph, [x])[0]!;
    expect(accumulator.jvp(y).item()).toBe(60);
    const found = tape.gradient(y, { x, c, v });
    expect([found.x.item(), found.c.item(), found.v.item()]).toEqual([60, 18, 45]);
  });

  it("derivatives can be traced, and give what they give eagerly", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.reduceSum(tf.sin(x).mul(x));
    const x = double([0.3, 0.7]);
    for (const g of [
      tf.grad(f),
      tf.hessian(f),
      tf.jacobian(tf.grad(f), { mode: "forward" }),
      (own: tf.Tensor) => tf.hvp(f, [own], [[1, 2]])[0],
      (own: tf.Tensor) => tf.vectorizedMap((one: tf.Tensor) => one.mul(own), own),
      tf.recomputeGrad((own: tf.Tensor) => tf.grad(f)(own)),
    ]) {
      const graph = tf.graph.trace(g, [double([0, 0])]);
      tf.graph.verify(graph);
      expectClose(tf.graph.run(graph, [x])[0]!, g(x), 1e-14);
    }
  });

  it("operations that no result depends on are left out", () => {
    const graph = tf.graph.trace(
      (x: tf.Tensor) => {
        tf.exp(x).mul(3);
        return x.mul(x);
      },
      [tf.constant(0)],
    );
    expect(graph.nodes.map(({ op }) => op.name)).toEqual(["multiply"]);
  });

  it("random numbers are those of the trace, at every run", () => {
    tf.random.setSeed(3);
    const graph = tf.graph.trace((x: tf.Tensor) => x.add(tf.random.normal([2])), [tf.zeros([2])]);
    const [first, second] = [0, 1].map(() => tf.graph.run(graph, [tf.zeros([2])])[0]!.toArray());
    expect(first).toEqual(second);
  });
});

describe("graph.print", () => {
  it("the exact text of a small graph", () => {
    const v = new tf.Variable([1, 2, 3], { name: "bias" });
    const outside = tf.ones([3, 3]);
    const layer = (x: tf.Tensor): tf.Tensor => {
      const product = tf.matmul(x, outside);
      return tf.reduceSum(product.mul(2).add(v), { axis: 1 });
    };
    const text = tf.graph.print(tf.graph.trace(layer, [tf.zeros([2, 3])]));
    expect(text.split("\n")).toEqual([
      "graph layer(%0: float32[2, 3]) {",
      "  %1: float32[3, 3] from outside",
      '  %6: float32[3] = Variable "bias"',
      "  %3: float32[] = 2",
      "  %2: float32[2, 3] = matmul(%0, %1)",
      "  %4: float32[2, 3] = broadcastTo(%3) {shape: [2, 3]}",
      "  %5: float32[2, 3] = multiply(%2, %4)",
      "  %7: float32[2, 3] = broadcastTo(%6) {shape: [2, 3]}",
      "  %8: float32[2, 3] = add(%5, %7)",
      "  %9: float32[2] = reduceSum(%8) {axes: [1], keepdims: false}",
      "  return %9",
      "}",
    ]);
  });

  it("graphs without nodes, and of several inputs and results", () => {
    const graph = tf.graph.trace(
      (x: tf.Tensor, n: tf.Tensor) => [n, x],
      [double([0]), tf.constant(1, { dtype: "int32" })],
    );
    expect(tf.graph.print(graph)).toBe(
      ["graph f(%0: float64[1], %1: int32[]) {", "  return %1, %0", "}"].join("\n"),
    );
  });

  it("graphs inside of operations are indented below them", () => {
    const inner = tf.recomputeGrad((x: tf.Tensor) => tf.exp(x).mul(x));
    const outer = (x: tf.Tensor): tf.Tensor => inner(x);
    const text = tf.graph.print(tf.graph.trace(outer, [tf.constant(0)]));
    expect(text.split("\n")).toEqual([
      "graph outer(%0: float32[]) {",
      '  %1: float32[] = recompute(%0) {graph: "graph recompute"}',
      "    graph recompute(%0: float32[]) {",
      "      %1: float32[] = exp(%0)",
      "      %2: float32[] = multiply(%1, %0)",
      "      return %2",
      "    }",
      "  return %1",
      "}",
    ]);
  });
});

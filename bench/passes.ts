/** `npx tsx bench/passes.ts`: what each pass over graphs, and fusion, gains: functions compiled with it and without it, in one run. */

import { CompiledProgram } from "../src/backends/wasm/compiled-program.js";
import { closeGraph, type Graph } from "../src/core/graph.js";
import type { Tensor } from "../src/core/tensor.js";
import { traceGraph } from "../src/graph/trace.js";
import { lower } from "../src/kernel/lower.js";
import * as tf from "../src/node.js";
import { optimize, PASSES } from "../src/passes/pipeline.js";
import { warmMilliseconds } from "./timing.js";

interface Case {
  readonly pass: string;
  /** What there is for it to do. */
  readonly title: string;
  readonly f: (x: Tensor) => Tensor;
}

const CASES: readonly Case[] = [
  {
    pass: "fold constants",
    title: "a table that follows from constants alone",
    f: (x) => {
      let table = tf.range(0, 4000, 1, { dtype: "float64" }).div(4000);
      for (let step = 0; step < 10; step++) table = tf.sin(tf.exp(table.add(step)));
      return x.slice([0], [4000]).mul(table);
    },
  },
  {
    pass: "simplify",
    title: "products with 1 and sums with 0, there and back again",
    f: (x) => {
      let y = x;
      for (let step = 0; step < 50; step++)
        y = tf
          .transpose(tf.transpose(y.reshape([100, 1000])))
          .reshape([-1])
          .mul(1);
      return tf.tanh(y);
    },
  },
  {
    pass: "share subexpressions",
    title: "the same products of matrices twice",
    f: (x) => {
      const matrix = x.slice([0], [90_000]).reshape([300, 300]);
      return tf.matmul(matrix, matrix).add(tf.matmul(matrix, matrix));
    },
  },
  {
    pass: "fusion",
    title: "thirty elementwise operations one after another",
    f: (x) => {
      let y = x;
      for (let step = 0; step < 15; step++) y = y.mul(0.9).add(x);
      return y;
    },
  },
];

function milliseconds(graph: Graph, x: Tensor, without: string | undefined): number {
  const passes = PASSES.filter(({ name }) => name !== without);
  const optimized = optimize(graph, undefined, passes);
  const program = new CompiledProgram(lower(optimized, { fuses: without !== "fusion" }));
  return warmMilliseconds(() => program.run([x])[0]!.size);
}

const x = tf.random.normal([100_000], { seed: 1, dtype: "float64" });
for (const { pass, title, f } of CASES) {
  const { graph } = closeGraph(traceGraph(pass, [x.type], (input) => [f(input)], "a benchmark"));
  const operations = (without?: string): number =>
    optimize(
      graph,
      undefined,
      PASSES.filter(({ name }) => name !== without),
    ).nodes.length;
  const [ours, other] = [milliseconds(graph, x, undefined), milliseconds(graph, x, pass)];
  console.log(
    `${pass}: ${title}: ${ours.toFixed(3)} ms, without it ${other.toFixed(3)} ms (${(other / ours).toFixed(1)} times); ` +
      `${operations()} operations, without it ${operations(pass)}`,
  );
}

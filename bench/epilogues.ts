/** `npx tsx bench/epilogues.ts`: what it gains that nests behind products are computed with their rows, by turns in one process. */

import { CompiledProgram } from "../src/backends/wasm/compiled-program.js";
import { closeGraph } from "../src/core/graph.js";
import type { Tensor } from "../src/core/tensor.js";
import { traceGraph } from "../src/graph/trace.js";
import { lower } from "../src/kernel/lower.js";
import * as tf from "../src/node.js";
import { optimize } from "../src/passes/pipeline.js";
import { byTurns } from "./by-turns.js";

interface Case {
  readonly title: string;
  readonly shapes: readonly (readonly number[])[];
  readonly f: (...inputs: Tensor[]) => readonly Tensor[];
}

/** One element: what is computed stays where it is, so that taking it out does not count. */
const corner = (x: Tensor): Tensor =>
  tf.slice(
    x,
    x.shape.map(() => 0),
    x.shape.map(() => 1),
  );

function layer(
  [rows, inner, columns]: readonly [number, number, number],
  name: string,
  activation: (x: Tensor) => Tensor,
): Case {
  return {
    title: `${rows} x ${inner} times ${inner} x ${columns}, bias, ${name}`,
    shapes: [[rows, inner], [inner, columns], [columns]],
    f: (x, w, b) => [corner(activation(tf.matmul(x!, w!).add(b!)))],
  };
}

const SIZES = [
  [512, 64, 512],
  [4096, 64, 512],
  [1024, 256, 1024],
  [8192, 64, 64],
  [20_000, 16, 32],
] as const;

const CASES: readonly Case[] = [
  ...SIZES.flatMap((sizes) => [
    layer(sizes, "relu", tf.nn.relu),
    layer(sizes, "tanh", tf.tanh),
    layer(sizes, "softmax", (x) => tf.nn.softmax(x)),
  ]),
  {
    title: "512 x 64 times 64 x 512, times what another array has, and sums of columns",
    shapes: [
      [512, 64],
      [64, 512],
      [512, 512],
    ],
    f: (x, w, y) => {
      const z = tf.matmul(x!, w!).mul(y!);
      return [corner(z), tf.reduceSum(z, { axis: 0 })];
    },
  },
  {
    title: "convolution of 8 x 28 x 28 x 8 by 3 x 3 x 8 x 16, bias, relu",
    shapes: [[8, 28, 28, 8], [3, 3, 8, 16], [16]],
    f: (x, w, b) => [corner(tf.nn.relu(tf.nn.conv2d(x!, w!, { padding: "SAME" }).add(b!)))],
  },
];

tf.setThreads(1);
for (const { title, shapes, f } of CASES) {
  const inputs = shapes.map((shape, seed) => tf.random.normal([...shape], { seed }));
  const types = inputs.map(({ type }) => type);
  const { graph } = closeGraph(traceGraph("f", types, (...own) => f(...own), "a benchmark"));
  const optimized = optimize(graph);
  const [together, apart] = [true, false].map((epilogues) => {
    const program = new CompiledProgram(lower(optimized, { epilogues }));
    return () => void program.run(inputs);
  }) as [() => void, () => void];
  const { base, other, ratio } = byTurns(together, apart);
  const times = `${base.toFixed(3)} ms, apart ${other.toFixed(3)} ms`;
  console.log(`${title}: ${times} (${ratio.toFixed(2)} times)`);
}

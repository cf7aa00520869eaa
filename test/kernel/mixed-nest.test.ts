/** Nests that write every position and combine columns: two nests, with the values that one would give. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { CompiledProgram } from "../../src/backends/wasm/compiled-program.js";
import { closeGraph, type Graph } from "../../src/core/graph.js";
import { traceGraph } from "../../src/graph/trace.js";
import { lower } from "../../src/kernel/lower.js";
import type { Program } from "../../src/kernel/program.js";
import { optimize } from "../../src/passes/pipeline.js";

type Traced = (...inputs: tf.Tensor[]) => readonly tf.Tensor[];
type Shape = readonly number[];

function traced(f: Traced, inputs: readonly tf.Tensor[]): Graph {
  const types = inputs.map(({ type }) => type);
  return optimize(closeGraph(traceGraph("f", types, (...own) => f(...own), "a test")).graph);
}

/** For each nest: its dimensions, the reduced ones behind a bar, and how many operands it has. */
function outline({ statements }: Program): readonly string[] {
  return statements.map((statement) => {
    if (statement.kind !== "nest") return statement.kind;
    const { dims, reduced, operands } = statement.nest;
    const kept = dims.length - reduced;
    return `${dims.slice(0, kept).join(" ")}|${dims.slice(kept).join(" ")} of ${operands.length}`;
  });
}

const CASES: readonly [string, Traced, readonly Shape[], readonly string[]][] = [
  [
    "a product and its sums of columns",
    (x, y) => [x!.mul(y!), tf.reduceSum(x!.mul(y!), { axis: 0 })],
    [
      [30, 17],
      [30, 17],
    ],
    ["510| of 2", "17|30 of 1"],
  ],
  [
    "with an operand for each column",
    (x, y) => [x!.mul(y!), tf.reduceMax(x!.mul(y!), { axis: 0 })],
    [[30, 17], [17]],
    ["30 17| of 2", "17|30 of 1"],
  ],
  [
    "sums of something else than what is written",
    (x, y) => [x!.mul(y!), tf.reduceSum(x!.sub(y!), { axis: 0 })],
    [
      [30, 17],
      [30, 17],
    ],
    ["510| of 2", "17|30 of 2"],
  ],
  [
    "several sums, of written values and others",
    (x, y) => {
      const z = tf.tanh(x!.mul(y!));
      return [z, z.add(y!), tf.reduceSum(z.mul(z), { axis: 0 }), tf.reduceMin(y!, { axis: 0 })];
    },
    [
      [30, 17],
      [30, 17],
    ],
    ["510| of 2", "17|30 of 2"],
  ],
  [
    "truth values and their combination",
    (x) => [tf.greater(x!, 0), tf.reduceAny(tf.greater(x!, 2), { axis: 0 })],
    [[30, 17]],
    ["510| of 1", "17|30 of 1"],
  ],
  [
    "sums of all but the last axis",
    (x) => [tf.exp(x!), tf.reduceSum(tf.exp(x!), { axis: [0, 1] })],
    [[5, 6, 17]],
    ["510| of 1", "17|30 of 1"],
  ],
  [
    "sums of an axis in the middle",
    (x) => [tf.exp(x!), tf.reduceSum(tf.exp(x!), { axis: 1 })],
    [[5, 6, 17]],
    ["510| of 1", "5 17|6 of 1"],
  ],
  [
    "sums of rows, in one nest",
    (x) => [tf.exp(x!), tf.reduceSum(tf.exp(x!), { axis: 1 })],
    [[30, 40]],
    ["30|40 of 1"],
  ],
  [
    "sums of all, in one nest",
    (x) => [tf.exp(x!), tf.reduceSum(tf.exp(x!))],
    [[30, 17]],
    ["|510 of 1"],
  ],
];

describe("a nest that combines", () => {
  it.each(CASES)("%s", (_, f, shapes, expected) => {
    const inputs = shapes.map((shape) => tf.zeros([...shape]));
    const program = lower(traced(f, inputs));
    expect(outline(program)).toEqual(expected);
    for (const statement of program.statements) {
      if (statement.kind !== "nest") continue;
      const { operands, results } = statement.nest;
      const used = new Set([...operands, ...results].map(({ array }) => array));
      expect([...used].sort()).toEqual(statement.arrays.map((_one, index) => index));
    }
  });

  it.each(CASES)("%s: the values of every operation by itself", (_, f, shapes) => {
    for (const dtype of ["float32", "float64"] as const) {
      const inputs = shapes.map((shape, seed) => tf.random.normal([...shape], { seed, dtype }));
      const graph = traced(f, inputs);
      const values = (program: Program): unknown =>
        new CompiledProgram(program).run(inputs).map((one) => one.toArray());
      const [found, expected] = [lower(graph), lower(graph, { fuses: false })].map(values);
      // Sums along columns are added up in the same order either way.
      if (outline(lower(graph)).length > 1) expect(found).toEqual(expected);
    }
  });
});

/** The cost of long loops, counted in evaluations: derivatives are linear in the number of iterations, and need no deep recursion. */
import * as tf from "gradtape";
import { afterEach, describe, expect, it } from "vitest";
import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator } from "../../src/core/dispatch.js";
import {
  double,
  expectValues,
  gradient,
  integer,
  leavesNothingActive,
  type TensorFunction,
} from "./control.js";

leavesNothingActive();

afterEach(() => {
  installEvaluator(evaluate);
});

/** How many operations are evaluated, and how many elements they read and write; views do neither. */
function costOf(body: () => void): { readonly operations: number; readonly elements: number } {
  let operations = 0;
  let elements = 0;
  installEvaluator((op, inputs, attributes) => {
    operations++;
    const outputs = evaluate(op, inputs, attributes);
    const { kind } = op.lowering;
    // What a loop reads and writes, its iterations do.
    if (kind === "view" || kind === "split" || kind === "program") return outputs;
    for (const { size } of outputs instanceof tf.Tensor ? [outputs] : outputs) elements += size;
    for (const { size } of inputs) elements += size;
    return outputs;
  });
  body();
  installEvaluator(evaluate);
  return { operations, elements };
}

/** A function of the initial state and of a factor, by the number of iterations. */
type Loop = (length: number) => TensorFunction;

const whileLoop: Loop = (length) => (x, w) =>
  tf.whileLoop(
    (i) => tf.less(i, length),
    (i, v) => [i.add(1), tf.sin(v.mul(w))],
    [integer(0), x],
  )[1];

const scan =
  (options: Omit<tf.ScanOptions, "initializer">): Loop =>
  (length) =>
  (x, w) => {
    const entries = tf.cast(tf.range(length), "float64").mul(w);
    const step = (v: tf.Tensor, e: tf.Tensor): tf.Tensor => tf.sin(v.mul(w).add(e));
    return tf.scan(step, entries, { ...options, initializer: x });
  };

const mapFn: Loop = (length) => (x, w) =>
  tf.mapFn((e: tf.Tensor) => tf.sin(e.mul(w).add(x)), tf.cast(tf.range(length), "float64").mul(w));

const LOOPS: readonly (readonly [string, Loop])[] = [
  ["whileLoop", whileLoop],
  ["scan", scan({})],
  ["scan from the end", scan({ reverse: true })],
  ["scan that is computed again", scan({ checkpoint: true })],
  ["mapFn", mapFn],
];

const inputs = [double(0.5), double(0.9)] as const;

/** Derivatives by the factor, which every iteration contributes to. */
const DERIVATIVES: Readonly<Record<string, (f: TensorFunction) => TensorFunction>> = {
  gradient: (f) => gradient(f, 1),
  tangent: (f) => (x, w) => tf.reduceSum(tf.jvp(f, [x, w], [x, w])[1]),
  "second derivative": (f) => gradient(gradient(f, 1), 1),
};

const LENGTH = 300;

describe.each(LOOPS)("%s", (_, loop) => {
  for (const [name, derive] of Object.entries(DERIVATIVES)) {
    for (const place of ["on values", "in a graph", "in rows"]) {
      it(`the ${name} costs twice as much for twice the length, ${place}`, () => {
        const [once, twice] = [LENGTH, 2 * LENGTH].map((length) => {
          const f = derive(loop(length));
          if (place === "on values") return costOf(() => void f(...inputs));
          if (place === "in rows") {
            const rows = inputs.map((input) => tf.stack([input, input]));
            return costOf(() => void tf.vectorizedMap((own: tf.Tensor[]) => f(...own), rows));
          }
          const graph = tf.graph.trace(f, [...inputs]);
          return costOf(() => void tf.graph.run(graph, inputs));
        }) as [ReturnType<typeof costOf>, ReturnType<typeof costOf>];
        expect(twice.operations / once.operations).toBeGreaterThan(1.8);
        expect(twice.operations / once.operations).toBeLessThan(2.1);
        expect(twice.elements / once.elements).toBeLessThan(2.2);
      });
    }
  }
});

describe("20,000 iterations", () => {
  const LONG = 20_000;

  it.each(LOOPS)("of a traced %s have a gradient", (_, loop) => {
    const f = gradient(loop(LONG), 1);
    const graph = tf.graph.trace(f, [...inputs]);
    const [found] = tf.graph.run(graph, inputs);
    expect(Number.isFinite(found!.item())).toBe(true);
  });

  it("of a traced loop have the gradient of the loop on values", () => {
    const f = gradient(whileLoop(LONG), 1);
    const graph = tf.graph.trace(f, [...inputs]);
    expectValues(tf.graph.run(graph, inputs)[0]!, f(...inputs));
  });

  it("of a traced loop have a tangent and a second derivative", () => {
    for (const derive of [DERIVATIVES["tangent"]!, DERIVATIVES["second derivative"]!]) {
      const graph = tf.graph.trace(derive(whileLoop(LONG)), [...inputs]);
      expect(Number.isFinite(tf.graph.run(graph, inputs)[0]!.item())).toBe(true);
    }
  });
});

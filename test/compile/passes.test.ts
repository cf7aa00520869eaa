/** Every pass over graphs: a graph that it shrinks, and results that stay the same. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { closeGraph } from "../../src/core/graph.js";
import { runGraph } from "../../src/graph/interpret.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { foldConstants } from "../../src/passes/fold-constants.js";
import { optimize, PASSES } from "../../src/passes/pipeline.js";
import type { Pass } from "../../src/passes/rewrite.js";
import { shareSubexpressions } from "../../src/passes/share-subexpressions.js";
import { simplify } from "../../src/passes/simplify.js";
import { writeProgram } from "../properties/generate.js";
import { inputsOf as programInputs, runProgram } from "../properties/interpreter.js";
import { gradientOf, scalarOf } from "../properties/problem.js";
import { LANED } from "../properties/settings.js";

const matrix = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);

type Program = (x: tf.Tensor) => tf.Tensor | readonly tf.Tensor[];

/** The names of the operations before and after a pass, whose results are compared. */
function shrunk(pass: Pass, f: Program): { before: string[]; after: string[] } {
  const graph = tf.graph.trace(f, [matrix]);
  const rewritten = pass.run(graph);
  verifyGraph(rewritten);
  const values = (one: tf.Graph): unknown =>
    runGraph(one, [matrix]).map((value) => [value.dtype, value.toArray()]);
  expect(values(rewritten)).toEqual(values(graph));
  const names = (one: tf.Graph): string[] => one.nodes.map(({ op }) => op.name);
  return { before: names(graph), after: names(rewritten) };
}

describe("fold constants", () => {
  it.each<[string, Program, string[]]>([
    ["arithmetic of constants", (x) => x.mul(tf.exp(tf.constant(1)).add(2)), ["multiply"]],
    ["shapes", (x) => x.mul(tf.cast(tf.shape(x).at(1), "float32")), ["multiply"]],
    ["masks", (x) => x.mul(tf.cast(tf.greater(tf.range(3), 1), "float32")), ["multiply"]],
  ])("computes %s at once", (_, f, after) => {
    const names = shrunk(foldConstants, f);
    expect(names.after).toEqual(after);
    expect(names.before.length).toBeGreaterThan(after.length);
  });

  it("leaves random numbers, checks and large results", () => {
    const f: Program = (x) => [
      x.add(tf.random.normal([3])),
      tf.debugging.checkNumerics(tf.constant([1]), "constant"),
      tf.zeros([3, 2000]).add(1),
    ];
    const graph = tf.graph.trace(f, [matrix]);
    expect(foldConstants.run(graph).nodes.map(({ op }) => op.name)).toEqual(
      expect.arrayContaining(["randomNormal", "checkNumerics", "add"]),
    );
  });
});

describe("simplify", () => {
  it.each<[string, Program, string[]]>([
    ["factors of 1", (x) => x.mul(1).div(1).sub(0), []],
    ["double negation", (x) => x.neg().neg().abs(), ["abs"]],
    ["identities", (x) => tf.exp(tf.identity(tf.stopGradient(x))), ["exp"]],
    ["chains of reshapes", (x) => x.reshape([6]).reshape([3, 2]).reshape([6, 1]), ["reshape"]],
    ["reshapes there and back", (x) => x.reshape([6]).reshape([2, 3]).abs(), ["abs"]],
    ["transposes there and back", (x) => tf.transpose(tf.transpose(x)).abs(), ["abs"]],
    [
      "chains of broadcasts",
      (x) => tf.broadcastTo(tf.broadcastTo(tf.reduceSum(x), [3]), [2, 3]),
      ["reduceSum", "broadcastTo"],
    ],
  ])("leaves out %s", (_, f, after) => {
    const graph = simplify.run(tf.graph.trace(f, [matrix]));
    // What the first round leaves without a reader goes with the second.
    expect(simplify.run(graph).nodes.map(({ op }) => op.name)).toEqual(after);
    shrunk(simplify, f);
  });

  it("keeps the sign of zero and NaN", () => {
    const x = tf.constant([-0, Number.NaN, 0]);
    const f = (one: tf.Tensor): tf.Tensor[] => [
      one.mul(1),
      one.sub(0),
      one.add(0),
      one.neg().neg(),
    ];
    const compiled = tf.compile(f)(x);
    f(x).forEach((expected, index) => {
      const found = compiled[index]!.data();
      expect([...found].every((value, place) => Object.is(value, expected.data()[place]))).toBe(
        true,
      );
    });
  });
});

describe("share subexpressions", () => {
  it.each<[string, Program, string[]]>([
    ["equal operations", (x) => tf.exp(x).add(tf.exp(x)), ["exp", "add"]],
    [
      "chains of them",
      (x) => tf.sin(x).mul(2).add(tf.sin(x).mul(2)),
      ["sin", "broadcastTo", "multiply", "add"],
    ],
    [
      "equal attributes",
      (x) => tf.reduceSum(x, { axis: 0 }).add(tf.reduceSum(x, { axis: 0 })),
      ["reduceSum", "add"],
    ],
  ])("computes %s once", (_, f, after) => {
    expect(shrunk(shareSubexpressions, f).after).toEqual(after);
  });

  it("keeps apart what differs in attributes, in the sign of a zero, and in chance", () => {
    const f: Program = (x) => [
      tf.reduceSum(x, { axis: 0 }),
      tf.reduceSum(x, { axis: 1 }),
      x.div(0),
      x.div(-0),
      tf.random.normal([2]),
      tf.random.normal([2]),
    ];
    const graph = tf.graph.trace(f, [matrix]);
    const names = shareSubexpressions.run(graph).nodes.map(({ op }) => op.name);
    expect(names.filter((name) => name === "reduceSum")).toHaveLength(2);
    expect(names.filter((name) => name === "divide")).toHaveLength(2);
    expect(names.filter((name) => name === "randomNormal")).toHaveLength(2);
  });
});

describe("all passes", () => {
  it("leave out what no result depends on, and end where nothing changes", () => {
    const graph = tf.graph.trace(
      (x: tf.Tensor) => {
        tf.exp(x);
        return tf.transpose(tf.transpose(x.mul(tf.sqrt(tf.constant(4)).sub(1))));
      },
      [matrix],
    );
    const seen: string[] = [];
    const optimized = optimize(graph, ({ pass }) => void seen.push(pass));
    expect(optimized.nodes).toHaveLength(0);
    expect(seen.length % PASSES.length).toBe(0);
    expect(runGraph(optimized, [matrix])[0]!.toArray()).toEqual(matrix.toArray());
  });

  it("leave nothing to do for another round", () => {
    for (let seed = 0; seed < 100; seed++) {
      const program = writeProgram(seed, LANED);
      const gradient = gradientOf(scalarOf(program));
      const graph = tf.graph.trace(
        (own: readonly tf.Tensor[]) => [...runProgram(program, own), ...gradient(own)],
        [programInputs(program)],
      );
      const once = optimize(closeGraph(graph).graph);
      expect(optimize(once).nodes.length, `program ${seed}`).toBe(once.nodes.length);
    }
  });

  it("join views of views of views", () => {
    const turned = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [1, 2, 0]);
    const input = tf.ones([2, 3, 4]);
    const names = (f: (x: tf.Tensor) => tf.Tensor): string[] =>
      optimize(tf.graph.trace(f, [input])).nodes.map(({ op }) => op.name);
    expect(names((x) => turned(turned(x)))).toEqual(["transpose"]);
    expect(names((x) => turned(turned(turned(x))).abs())).toEqual(["abs"]);
    expect(names((x) => turned(turned(turned(turned(x)))))).toEqual(["transpose"]);
    expect(names((x) => x.reshape([24]).reshape([6, 4]).reshape([4, 6]).reshape([2, 12]))).toEqual([
      "reshape",
    ]);
    expect(names((x) => x.reshape([24]).reshape([6, 4]).reshape([2, 3, 4]).abs())).toEqual(["abs"]);
  });

  it("take a chain of 10,000 operations without recursion", () => {
    const f = tf.compile((x: tf.Tensor) => {
      let y = x;
      for (let step = 0; step < 10_000; step++) y = step % 2 === 0 ? y.mul(x) : tf.sin(y);
      return y;
    });
    expect(f(tf.constant(0.5)).item()).toBeCloseTo(0, 5);
    const { stages } = f.inspect(tf.constant(0.5));
    expect(stages[0]).toMatchObject({ pass: "trace", operations: 10_000 });
  });
});

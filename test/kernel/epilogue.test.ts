/** Which nests become parts of the products that they follow, and what a program with such says of itself. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { closeGraph } from "../../src/core/graph.js";
import { traceGraph } from "../../src/graph/trace.js";
import { apart } from "../../src/kernel/epilogue.js";
import { lower } from "../../src/kernel/lower.js";
import type { LowerOptions } from "../../src/kernel/lower-control.js";
import { planMemory } from "../../src/kernel/memory-plan.js";
import { printProgram } from "../../src/kernel/print-program.js";
import {
  arraysRead,
  arraysWritten,
  type Program,
  type Statement,
} from "../../src/kernel/program.js";
import { optimize } from "../../src/passes/pipeline.js";

type Tensors = readonly tf.Tensor[];
type Traced = (...inputs: tf.Tensor[]) => Tensors;

function lowered(f: Traced, shapes: readonly (readonly number[])[], options?: LowerOptions) {
  const types = shapes.map((shape) => tf.zeros([...shape]).type);
  const { graph } = closeGraph(traceGraph("f", types, (...inputs) => f(...inputs), "a test"));
  return lower(optimize(graph), options);
}

/** The statements: "nest" or the name of an operation, with the number of nests in it and "=" for every array that lies in the place of another. */
function outline({ statements }: Program): readonly string[] {
  return statements.map((statement) => {
    if (statement.kind !== "operation") return statement.kind;
    const { node, epilogue } = statement;
    if (epilogue === undefined) return node.op.name;
    return `${node.op.name} ${epilogue.nests.length}${" =".repeat(epilogue.places.size)}`;
  });
}

const dense: Traced = (x, w, b) => [tf.nn.relu(tf.matmul(x!, w!).add(b!))];
const DENSE = [[64, 20], [20, 48], [48]];

describe("nests become part of a product", () => {
  it.each<[string, Traced, readonly (readonly number[])[], readonly string[]]>([
    ["bias and activation", dense, DENSE, ["matmul 1 ="]],
    ["an activation alone", (x, w) => [tf.tanh(tf.matmul(x!, w!))], DENSE, ["matmul 1 ="]],
    [
      "that is an output too",
      (x, w) => [tf.matmul(x!, w!), tf.tanh(tf.matmul(x!, w!))],
      DENSE,
      ["matmul 1"],
    ],
    [
      "with softmax, nest after nest",
      (x, w, b) => [tf.nn.softmax(tf.matmul(x!, w!).add(b!))],
      DENSE,
      ["matmul 3 = = ="],
    ],
    [
      "whose results have another dtype",
      (x, w) => [tf.greater(tf.matmul(x!, w!), 0)],
      DENSE,
      ["matmul 1"],
    ],
    [
      "that reads a part of each row",
      (x, w) => [tf.tanh(tf.matmul(x!, w!).slice([0, 0], [64, 32]))],
      DENSE,
      ["matmul 1"],
    ],
    [
      "that reads rows which another reads after it",
      (x, w) => {
        const y = tf.matmul(x!, w!);
        return [y.mul(2), tf.exp(y.sub(tf.reduceMax(y, { axis: 1, keepdims: true })))];
      },
      DENSE,
      ["matmul 2"],
    ],
    [
      "that reads two arrays and writes one",
      (x, w) => {
        const y = tf.matmul(x!, w!);
        const [u, v] = [tf.sin(y), tf.cos(y)];
        return [u.mul(tf.reduceMax(u.add(v), { axis: 1, keepdims: true })).add(v)];
      },
      DENSE,
      ["matmul 2 = ="],
    ],
    [
      "of a batch",
      (x, w, b) => [tf.nn.relu(tf.matmul(x!, w!).add(b!))],
      [[3, 20, 20], [3, 20, 48], [48]],
      ["matmul 1 ="],
    ],
    [
      "one of two in a sum",
      (x, w) => [tf.tanh(tf.matmul(x!, w!).add(tf.matmul(x!.mul(2), w!)))],
      DENSE,
      ["nest", "matmul", "matmul 1 ="],
    ],
    [
      "that is a convolution",
      (x, w, b) => [tf.nn.relu(tf.nn.conv2d(x!, w!, { padding: "SAME" }).add(b!))],
      [[2, 12, 12, 3], [3, 3, 3, 8], [8]],
      ["conv2d 1 ="],
    ],
    [
      "in front of statements that have nothing to do with it",
      (x, w, b) => {
        const y = tf.matmul(x!, w!);
        return [tf.tanh(y), tf.reduceSum(tf.cumsum(b!)).mul(tf.matmul(w!.transpose(), w!))];
      },
      DENSE,
      ["scan", "matmul 1 ="],
    ],
  ])("%s", (_, f, shapes, expected) => {
    const found = outline(lowered(f, shapes));
    if (expected[0] === "scan") expect(found).toContain("matmul 1 =");
    else expect(found).toEqual(expected);
  });

  it("also in the body of a loop", () => {
    const program = lowered(
      (x, w) => [
        tf.whileLoop(
          (i) => tf.less(i, 9),
          (i, h) => [i.add(1), tf.tanh(tf.matmul(h, w!))],
          [tf.constant(0, { dtype: "int32" }), x!],
        )[1],
      ],
      [
        [64, 20],
        [20, 20],
      ],
    );
    const loop = program.statements.find((one) => one.kind === "loop");
    expect(loop?.kind === "loop" && loop.bodies.map(outline)).toEqual([
      expect.arrayContaining(["matmul 1 ="]),
    ]);
  });
});

describe("nests stay by themselves", () => {
  it.each<[string, Traced, readonly (readonly number[])[]]>([
    ["of small products", dense, [[21, 5], [5, 48], [48]]],
    ["of a single row", dense, [[1, 20], [20, 2000], [2000]]],
    ["that combine rows", (x, w) => [tf.reduceSum(tf.tanh(tf.matmul(x!, w!)), { axis: 0 })], DENSE],
    ["that combine all", (x, w) => [tf.reduceSum(tf.tanh(tf.matmul(x!, w!)))], DENSE],
    ["that go across rows", (x, w) => [tf.tanh(tf.matmul(x!, w!).transpose())], DENSE],
    [
      "that read other rows",
      (x, w) => {
        const y = tf.matmul(x!, w!);
        return [tf.tanh(y.slice([1, 0], [63, 48])).add(y.slice([0, 0], [63, 48]))];
      },
      DENSE,
    ],
    ["that read rows backwards", (x, w) => [tf.tanh(tf.reverse(tf.matmul(x!, w!), [0]))], DENSE],
    [
      "of integers",
      (x, w) => [tf.matmul(tf.cast(x!, "int32"), tf.cast(w!, "int32")).add(1)],
      DENSE,
    ],
    [
      "of gradients of filters",
      (x, w) => {
        const loss = (filter: tf.Tensor) =>
          tf.reduceSum(tf.sin(tf.nn.conv2d(x!, filter, { padding: "SAME" })));
        return [w!.sub(tf.grad(loss)(w!) as tf.Tensor)];
      },
      [
        [2, 12, 12, 8],
        [3, 3, 8, 16],
      ],
    ],
  ])("%s", (_, f, shapes) => {
    const products = outline(lowered(f, shapes)).filter((one) =>
      /^(matmul|conv2d.*Filter)/i.test(one),
    );
    expect(products.length).toBeGreaterThan(0);
    expect(products.filter((one) => /\d/.test(one.replace("conv2d", "")))).toEqual([]);
  });

  it("where it is asked for, or nothing is fused", () => {
    for (const options of [{ epilogues: false }, { fuses: false }]) {
      expect(outline(lowered(dense, DENSE, options))).toContain("matmul");
    }
    expect(outline(lowered(dense, DENSE, { fuses: false, epilogues: true }))).toContain(
      "matmul 2 = =",
    );
  });
});

describe("a product with an epilogue", () => {
  const program = lowered((x, w, b) => [tf.nn.softmax(tf.matmul(x!, w!).add(b!))], DENSE);
  const statement = program.statements[0] as Extract<Statement, { kind: "operation" }>;

  it("is a product and nests again", () => {
    const alone = lowered((x, w, b) => [tf.nn.softmax(tf.matmul(x!, w!).add(b!))], DENSE, {
      epilogues: false,
    });
    expect(printProgram({ ...program, statements: apart(statement) })).toEqual(printProgram(alone));
  });

  it("says which arrays it reads and writes", () => {
    const { epilogue, operands, results } = statement;
    const [product] = results as [number];
    expect(arraysRead(statement)).toEqual(
      expect.arrayContaining(operands.map(({ array }) => array)),
    );
    expect(arraysRead(statement)).toContain(program.inputs[2]);
    expect(arraysWritten(statement)).toContain(epilogue!.places.get(product));
    for (const arrays of [arraysRead(statement), arraysWritten(statement)]) {
      expect(arrays).not.toContain(product);
    }
  });

  it("needs no memory for its product, and none of its own results lies where it still reads", () => {
    const { arrays, bytes } = planMemory(program, () => 0);
    const [product] = statement.results as [number];
    expect(arrays.has(product)).toBe(false);
    const places = [...arrays].map(([array, begin]) => {
      const { size } = program.arrays[array]!.type;
      return { begin, end: begin + 4 * size };
    });
    places.sort((a, b) => a.begin - b.begin);
    // There is but one statement, so everything is needed at once.
    places.forEach(({ begin }, index) => {
      if (index > 0) expect(begin).toBeGreaterThanOrEqual(places[index - 1]!.end);
    });
    expect(bytes).toBeGreaterThanOrEqual(places.at(-1)!.end);
  });

  it("shows its nests, and where its rows lie", () => {
    const lines = printProgram(lowered(dense, DENSE));
    expect(lines.map((line) => line.replace(/\{.*\}/, "{}"))).toEqual([
      "a3: float32[64, 48] = matmul(a0: float32[64, 20], a1: float32[20, 48])",
      "  then with its rows, some after others, a3 in the place of a4:",
      "    for 64 x 48 {}",
    ]);
    const { statements } = tf
      .compile((...inputs: tf.Tensor[]) => dense(...inputs))
      .inspect(...DENSE.map((shape) => tf.ones(shape)));
    expect(statements).toEqual(lines);
  });
});

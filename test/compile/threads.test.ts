/** Compiled functions on several threads: the same bits as on one, and nothing that hangs. */

import { createHash } from "node:crypto";
import * as tf from "gradtape";
import { afterEach, describe, expect, it } from "vitest";
import { convolutionParts } from "../../src/backends/wasm/convolution-parts.js";
import type { ConvolutionKernel } from "../../src/backends/wasm/convolution-plan.js";
import { productParts } from "../../src/backends/wasm/matmul-parts.js";
import { planParallel } from "../../src/backends/wasm/parallel-plan.js";
import { withSettledEpilogues } from "../../src/backends/wasm/settled-epilogues.js";
import { teamMemory } from "../../src/backends/wasm/shared-memory.js";
import { CELLS } from "../../src/backends/wasm/thread-control.js";
import { closeGraph } from "../../src/core/graph.js";
import { traceGraph } from "../../src/graph/trace.js";
import { lower } from "../../src/kernel/lower.js";

type Arguments = readonly tf.Tensor[];
type Program = (...inputs: tf.Tensor[]) => readonly tf.Tensor[];

const { team } = teamMemory()!;

/** How many parts workers have finished. */
function partsOfWorkers(): number {
  return Atomics.load(team.pool.control, CELLS.finished);
}

function bits(tensors: readonly tf.Tensor[]): readonly string[] {
  return tensors.map((tensor) => {
    const { buffer, byteOffset, byteLength } = tensor.data();
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return createHash("sha1").update(bytes).digest("hex");
  });
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Calls a function until workers have computed parts of it. */
async function untilWorkersJoin(call: () => void): Promise<void> {
  const before = partsOfWorkers();
  const deadline = performance.now() + 10_000;
  while (partsOfWorkers() === before) {
    if (performance.now() > deadline) throw new Error("no worker joined");
    call();
    await pause();
  }
}

async function expectSameBits(f: Program, inputs: Arguments): Promise<void> {
  tf.setThreads(1);
  const alone = bits(tf.compile(f)(...inputs));
  for (const threads of [2, 3]) {
    tf.setThreads(threads);
    const compiled = tf.compile(f);
    await untilWorkersJoin(() => void compiled(...inputs));
    for (let call = 0; call < 3; call++) expect(bits(compiled(...inputs))).toEqual(alone);
  }
  const compiled = tf.compile(f);
  compiled(...inputs);
  tf.setThreads(1);
  expect(bits(compiled(...inputs))).toEqual(alone);
}

afterEach(() => tf.setThreads(2));

const normal = (shape: number[], seed: number, dtype: "float32" | "float64" = "float32") =>
  tf.random.normal(shape, { seed, dtype });

describe("threads give the bits of one thread", () => {
  it.each(["float32", "float64"] as const)("for elementwise functions of %s", async (dtype) => {
    const f: Program = (x, y) => [tf.tanh(x!.mul(y!)).add(tf.exp(x!)), tf.greater(x!, y!)];
    await expectSameBits(f, [normal([100_003], 1, dtype), normal([100_003], 2, dtype)]);
  });

  it("where some values are patched by JavaScript", async () => {
    const x = normal([100_001], 3, "float64").mul(1e12);
    await expectSameBits((one) => [tf.sin(one!)], [x.add(0.25)]);
  });

  it("for broadcasting and transposition", async () => {
    const f: Program = (x, y) => [tf.tanh(x!.transpose().add(y!)), x!.mul(2).add(y!.transpose())];
    await expectSameBits(f, [normal([901, 1033], 4), normal([1033, 1], 5)]);
  });

  it("for reductions of all, of rows and of columns", async () => {
    const f: Program = (x) => [
      tf.reduceSum(tf.sin(x!)),
      tf.reduceMax(x!.mul(3), { axis: 1 }),
      tf.reduceMean(tf.exp(x!), { axis: 0 }),
      tf.reduceSum(tf.square(x!), { axis: 1 }),
    ];
    await expectSameBits(f, [normal([901, 1033], 6)]);
  });

  it("for a value and its gradients", async () => {
    const f: Program = (x, w) => {
      const [value, gradients] = tf.valueAndGrad(
        (one: tf.Tensor, other: tf.Tensor) => tf.reduceSum(tf.tanh(one.mul(other)).add(one)),
        { argnums: [0, 1] },
      )(x!, w!);
      return [value, ...(gradients as readonly tf.Tensor[])];
    };
    await expectSameBits(f, [normal([200_000], 7), normal([200_000], 8)]);
  });

  it.each([
    ["square", [256, 256], [256, 256], {}],
    ["of odd sizes", [301, 157], [157, 203], {}],
    ["of few rows", [64, 784], [784, 257], {}],
    ["of one row", [1, 1500], [1500, 1001], {}],
    ["of one column", [1001, 1500], [1500, 1], {}],
    ["of ten rows", [10, 2000], [500, 2000], { transposeB: true }],
    ["with a transposed left operand", [130, 301], [130, 203], { transposeA: true }],
    ["with a transposed right operand", [301, 130], [203, 130], { transposeB: true }],
    ["along a long axis", [70, 9001], [9001, 70], {}],
    ["of a batch", [7, 65, 130], [7, 130, 67], {}],
    ["of a batch with one right operand", [7, 65, 130], [130, 67], {}],
  ] as const)("for products %s", async (_, left, right, options) => {
    for (const dtype of ["float32", "float64"] as const) {
      const inputs = [normal([...left], 9, dtype), normal([...right], 10, dtype)];
      await expectSameBits((a, b) => [tf.matmul(tf.exp(a!), tf.exp(b!), options)], inputs);
    }
  });

  it.each([
    ["3 by 3", [9, 29, 31, 5], [3, 3, 5, 16], { padding: "SAME" }],
    [
      "with strides, without padding",
      [8, 40, 41, 8],
      [5, 4, 8, 24],
      { strides: 2, padding: "VALID" },
    ],
    ["with dilations", [6, 33, 30, 8], [3, 3, 8, 17], { padding: "SAME", dilations: 2 }],
    ["of pixels", [16, 24, 24, 16], [1, 1, 16, 32], { padding: "VALID" }],
    ["of one channel", [32, 28, 28, 1], [3, 3, 1, 16], { padding: "SAME" }],
  ] as const)("for convolutions %s and their gradients", async (_, images, filter, options) => {
    for (const dtype of ["float32", "float64"] as const) {
      const f: Program = (x, w) => {
        const [value, gradients] = tf.valueAndGrad(
          (one: tf.Tensor, other: tf.Tensor) =>
            tf.reduceSum(tf.square(tf.nn.conv2d(one, other, options))),
          { argnums: [0, 1] },
        )(x!, w!);
        return [value, ...(gradients as readonly tf.Tensor[])];
      };
      await expectSameBits(f, [normal([...images], 11, dtype), normal([...filter], 12, dtype)]);
    }
  });
});

describe("threads give the bits of one thread for products with epilogues", () => {
  const layer =
    (activation: (x: tf.Tensor) => tf.Tensor): Program =>
    (x, w, b) => [activation(tf.matmul(x!, w!).add(b!))];

  it.each<[string, Program, readonly number[], readonly number[]]>([
    ["relu", layer(tf.nn.relu), [513, 257], [257, 300]],
    ["tanh, where the nest is longer than the product", layer(tf.tanh), [5000, 3], [3, 70]],
    ["softmax", layer((x) => tf.nn.softmax(x)), [700, 130], [130, 100]],
    ["gelu, which calls JavaScript", layer((x) => tf.nn.gelu(x)), [400, 300], [300, 300]],
    ["tanh, of too few rows to be cut there", layer(tf.tanh), [60, 300], [300, 2000]],
    ["tanh, of a batch", layer(tf.tanh), [7, 65, 130], [7, 130, 67]],
    ["tanh, of a long inner axis", layer(tf.tanh), [200, 5000], [5000, 70]],
  ])("with %s", async (_, f, left, right) => {
    for (const dtype of ["float32", "float64"] as const) {
      const operands = [normal([...left], 13, dtype), normal([...right], 14, dtype)];
      await expectSameBits(f, [...operands, normal([right.at(-1)!], 15, dtype)]);
    }
  });

  it("and for the gradients of a layer, and a step", async () => {
    const f: Program = (x, w, b) => {
      const [value, gradients] = tf.valueAndGrad(
        (one: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor) =>
          tf.reduceSum(tf.square(tf.tanh(tf.matmul(tf.tanh(one), weights).add(bias)))),
        { argnums: [0, 1, 2] },
      )(x!, w!, b!);
      const parameters = [x!, w!, b!];
      const steps = (gradients as tf.Tensor[]).map((one, place) => parameters[place]!.sub(one));
      return [value, ...steps];
    };
    await expectSameBits(f, [normal([400, 300], 16), normal([300, 200], 17), normal([200], 18)]);
  });

  it("and for convolutions", async () => {
    const f: Program = (x, w, b) => [tf.nn.relu(tf.nn.conv2d(x!, w!, { padding: "SAME" }).add(b!))];
    await expectSameBits(f, [
      normal([9, 29, 31, 5], 19),
      normal([3, 3, 5, 16], 20),
      normal([16], 21),
    ]);
  });
});

describe("work is cut", () => {
  const layout = (rowStride: number, columnStride: number) => {
    return { batchStrides: [], rowStride, columnStride };
  };
  const product = (rows: number, columns: number) => {
    const sizes = { batch: [], rows, columns, inner: 128 };
    return { type: "f32", ...sizes, left: layout(128, 1), right: layout(columns, 1) } as const;
  };
  const convolution = (form: ConvolutionKernel["form"]): ConvolutionKernel => {
    const plane = [28, 28] as const;
    const ones = [1, 1] as const;
    const windows = {
      input: plane,
      window: [3, 3] as const,
      output: plane,
      strides: ones,
      before: ones,
    };
    const sizes = { count: 1, batch: 32, channels: 16, resultChannels: 32 };
    return { type: "f32", form, ...sizes, windows: { ...windows, dilations: ones } } as const;
  };

  it("by the longer side of a product", () => {
    const rowsOf = (rows: number, columns: number) =>
      productParts(product(rows, columns), 4, true)?.kernels.map((one) => [one.rows, one.columns]);
    expect(rowsOf(400, 96)).toEqual([...new Array(3).fill([104, 96]), [88, 96]]);
    expect(rowsOf(64, 256)).toEqual(new Array(4).fill([64, 64]));
    expect(rowsOf(100, 100)).toBeUndefined();
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor, number[], number[], readonly string[]]>([
    ["with its epilogue, by rows", tf.tanh, [1000, 300], [300, 200], ["operation with 1"]],
    ["for the sake of its epilogue", tf.tanh, [5000, 3], [3, 70], ["operation with 1"]],
    ["by columns, apart from it", tf.tanh, [60, 300], [300, 2000], ["operation", "nest"]],
    [
      "apart from what calls JavaScript",
      tf.math.lgamma,
      [400, 300],
      [300, 300],
      ["operation", "nest"],
    ],
    ["not at all where it is short", tf.tanh, [40, 30], [30, 40], ["operation with 1"]],
  ])("%s", (_, f, left, right, expected) => {
    const types = [left, right].map((shape) => tf.zeros(shape).type);
    const layer: Program = (x, w) => [f(tf.matmul(x!, w!))];
    const { graph } = closeGraph(traceGraph("f", types, (...own) => layer(...own), "a test"));
    const program = withSettledEpilogues(lower(graph), true);
    const found = program.statements.map((one) =>
      one.kind === "operation" && one.epilogue !== undefined
        ? `operation with ${one.epilogue.nests.length}`
        : one.kind,
    );
    expect(found).toEqual(expected);
    const parts = planParallel(program).get(program.statements[0]!);
    expect(parts === undefined).toBe(left[0] === 40);
    if (parts?.kind !== "kernel" || expected.length > 1) return;
    expect(parts.rows * parts.parts).toBeGreaterThanOrEqual(left[0]!);
    expect(parts.rows * (parts.parts - 1)).toBeLessThan(left[0]!);
  });

  it("by images of a convolution, and by rows of its filter", () => {
    const parts = (form: ConvolutionKernel["form"]) =>
      convolutionParts(convolution(form), 5, true)?.kernels.map(({ batch, windows }) => [
        batch,
        windows.window[0],
        windows.before[0],
      ]);
    const byImages = [...new Array(4).fill([7, 3, 1]), [4, 3, 1]];
    expect(parts("output")).toEqual(byImages);
    expect(parts("inputGradient")).toEqual(byImages);
    expect(parts("filterGradient")).toEqual([
      [32, 1, 1],
      [32, 1, 0],
      [32, 1, -1],
    ]);
  });
});

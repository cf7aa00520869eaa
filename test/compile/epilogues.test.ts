/** Products whose epilogues are computed with their rows: the same bits as one after the other, whatever the sizes. */

import * as tf from "gradtape";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CompiledProgram } from "../../src/backends/wasm/compiled-program.js";
import { closeGraph } from "../../src/core/graph.js";
import { traceGraph } from "../../src/graph/trace.js";
import { lower } from "../../src/kernel/lower.js";
import type { Program } from "../../src/kernel/program.js";
import { optimize } from "../../src/passes/pipeline.js";

type Traced = (...inputs: tf.Tensor[]) => readonly tf.Tensor[];
type Shape = readonly number[];

const DTYPES = ["float32", "float64"] as const;

function normal(shape: Shape, seed: number, dtype: tf.DType): tf.Tensor {
  return tf.random.normal([...shape], { seed, dtype: dtype as "float32" });
}

function bits(tensors: readonly tf.Tensor[]): readonly Uint8Array[] {
  return tensors.map((tensor) => {
    const { buffer, byteOffset, byteLength } = tensor.data();
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
}

/** How many products have epilogues, in programs inside too. */
function epiloguesIn({ statements }: Program): number {
  return statements.reduce((sum, statement) => {
    if (statement.kind === "operation") return sum + (statement.epilogue === undefined ? 0 : 1);
    if (statement.kind !== "loop") return sum;
    return statement.bodies.reduce((inner, body) => inner + epiloguesIn(body), sum);
  }, 0);
}

/** Expects the bits that a function gives without epilogues, at two calls; gives how many epilogues there are. */
function expectSameBits(f: Traced, inputs: readonly tf.Tensor[]): number {
  const types = inputs.map(({ type }) => type);
  const { graph } = closeGraph(traceGraph("f", types, (...own) => f(...own), "a test"));
  const optimized = optimize(graph);
  const program = lower(optimized);
  const [compiled, plain] = [program, lower(optimized, { epilogues: false })].map(
    (one) => new CompiledProgram(one),
  ) as [CompiledProgram, CompiledProgram];
  const expected = bits(plain.run(inputs));
  for (let call = 0; call < 2; call++) {
    bits(compiled.run(inputs)).forEach((found, output) => {
      // Comparing arrays of bytes one by one would take long.
      expect([output, Buffer.compare(found, expected[output]!)]).toEqual([output, 0]);
    });
  }
  compiled.release();
  plain.release();
  return epiloguesIn(program);
}

/** Rows, the inner axis, and columns: around tiles, blocks and what is done at once. */
const SIZES: readonly (readonly [number, number, number])[] = [
  [3, 64, 513],
  [4, 5, 257],
  [5, 130, 600],
  [12, 33, 100],
  [13, 300, 96],
  [24, 17, 65],
  [25, 64, 1030],
  [63, 129, 24],
  [64, 1, 64],
  [65, 128, 63],
  [513, 25, 13],
  [513, 12, 12],
  [2100, 13, 5],
  [70, 5000, 24],
];

const dense =
  (activation: (x: tf.Tensor) => tf.Tensor): Traced =>
  (x, w, b) => [activation(tf.matmul(x!, w!).add(b!))];

const LAYERS: Readonly<Record<string, Traced>> = {
  "bias and relu": dense(tf.nn.relu),
  "bias and tanh": dense(tf.tanh),
  "bias and gelu": dense((x) => tf.nn.gelu(x)),
  "bias and approximate gelu": dense((x) => tf.nn.gelu(x, { approximate: true })),
  "bias and softmax": dense((x) => tf.nn.softmax(x)),
  "tanh alone": (x, w) => [tf.tanh(tf.matmul(x!, w!))],
  "several results": (x, w, b) => {
    const z = tf.matmul(x!, w!);
    const y = tf.sigmoid(z.add(b!));
    return [z, y, y.mul(tf.subtract(1, y)), tf.greater(y, 0.5), tf.reduceMax(y, { axis: 1 })];
  },
};

beforeAll(() => tf.setThreads(1));
afterAll(() => tf.setThreads(2));

describe.each(DTYPES)("a layer of %s", (dtype) => {
  it.each(Object.keys(LAYERS))("with %s", (name) => {
    for (const [index, [rows, inner, columns]] of SIZES.entries()) {
      const inputs = [[rows, inner], [inner, columns], [columns]].map((shape, place) =>
        normal(shape, 3 * index + place, dtype).mul(shape.length === 2 ? 0.3 : 1),
      );
      expect(expectSameBits(LAYERS[name]!, inputs), `${rows} x ${inner} x ${columns}`).toBe(1);
    }
  });

  it.each<[string, Traced, readonly Shape[], number]>([
    [
      "with a transposed right operand",
      (x, w) => [tf.nn.relu(tf.matmul(x!, w!, { transposeB: true }))],
      [
        [37, 50],
        [61, 50],
      ],
      1,
    ],
    [
      "with a transposed left operand",
      (x, w) => [tf.nn.relu(tf.matmul(x!, w!, { transposeA: true }))],
      [
        [50, 37],
        [50, 61],
      ],
      1,
    ],
    [
      "of few rows with a transposed right operand",
      (x, w) => [tf.tanh(tf.matmul(x!, w!, { transposeB: true }))],
      [
        [7, 50],
        [1501, 50],
      ],
      1,
    ],
    [
      "of a batch of large products",
      (x, w, b) => [tf.tanh(tf.matmul(x!, w!).add(b!))],
      [[3, 37, 20], [3, 20, 70], [70]],
      1,
    ],
    [
      "of a batch of small products",
      (x, w, b) => [tf.tanh(tf.matmul(x!, w!).add(b!))],
      [[40, 5, 6], [40, 6, 7], [7]],
      1,
    ],
    [
      "of a batch of columns",
      (x, w) => [tf.tanh(tf.matmul(x!, w!))],
      [
        [9, 150, 20],
        [9, 20, 1],
      ],
      1,
    ],
    [
      "of a batch of long columns",
      (x, w) => [tf.tanh(tf.matmul(x!, w!))],
      [
        [2, 2500, 20],
        [2, 20, 1],
      ],
      1,
    ],
    [
      "of a batch of two axes with a mask",
      (x, w, mask) => [tf.nn.softmax(tf.matmul(x!, w!, { transposeB: true }).add(mask!))],
      [
        [2, 3, 33, 20],
        [2, 3, 33, 20],
        [2, 3, 33, 33],
      ],
      1,
    ],
    [
      "with operands that lie in the order of columns",
      (x, w, a, b, c) => {
        const [first, second, third] = [a!, b!, c!].map((one) => tf.transpose(one));
        return [tf.matmul(x!, w!).add(first!).mul(second!).add(third!)];
      },
      [
        [40, 20],
        [20, 50],
        [50, 40],
        [50, 40],
        [50, 40],
      ],
      1,
    ],
    [
      "after layer of the same size",
      (x, w) => [tf.tanh(tf.matmul(tf.tanh(tf.matmul(tf.tanh(tf.matmul(x!, w!)), w!)), w!))],
      [
        [96, 96],
        [96, 96],
      ],
      3,
    ],
    [
      "in parts of a join",
      (x, w, v) => [tf.concat([tf.tanh(tf.matmul(x!, w!)), tf.nn.relu(tf.matmul(v!, w!))], 0)],
      [
        [40, 40],
        [40, 40],
        [70, 40],
      ],
      2,
    ],
    [
      "with an update of the left operand",
      (x, w) => [w!.sub(tf.matmul(w!, x!).mul(0.1)), tf.matmul(w!, x!)],
      [
        [40, 40],
        [40, 40],
      ],
      1,
    ],
  ])("%s", (_, f, shapes, epilogues) => {
    const inputs = shapes.map((shape, place) => normal(shape, 50 + place, dtype));
    expect(expectSameBits(f, inputs)).toBe(epilogues);
  });

  it("with the gradients of both operands and of the bias, and a step", () => {
    const step: Traced = (x, ...parameters) => {
      const loss = (w: tf.Tensor, b: tf.Tensor, v: tf.Tensor) =>
        tf.reduceSum(tf.square(tf.matmul(tf.tanh(tf.matmul(x!, w).add(b)), v)));
      const argnums = [0, 1, 2];
      const [value, gradients] = tf.valueAndGrad(loss, { argnums })(
        ...(parameters as [tf.Tensor, tf.Tensor, tf.Tensor]),
      );
      const updated = (gradients as tf.Tensor[]).map((one, place) =>
        parameters[place]!.sub(one.mul(0.01)),
      );
      return [value, ...updated];
    };
    for (const [rows, inner, columns] of SIZES) {
      const shapes = [[rows, inner], [inner, columns], [columns], [columns, 30]];
      const inputs = shapes.map((shape, place) => normal(shape, 60 + place, dtype).mul(0.1));
      expect(expectSameBits(step, inputs)).toBeGreaterThan(0);
    }
  });

  it("whose gradient by the input goes through another activation", () => {
    const gradient: Traced = (x, w, v) => {
      const loss = (one: tf.Tensor) =>
        tf.reduceSum(tf.sin(tf.matmul(tf.tanh(tf.matmul(one, w!)), v!)));
      return [tf.grad(loss)(x!) as tf.Tensor];
    };
    for (const [rows, inner, columns] of SIZES) {
      const shapes = [
        [rows, inner],
        [inner, columns],
        [columns, 65],
      ];
      const inputs = shapes.map((shape, place) => normal(shape, 70 + place, dtype).mul(0.1));
      expect(expectSameBits(gradient, inputs)).toBeGreaterThan(1);
    }
  });

  it("in loops, of known length and of unknown", () => {
    const scan: Traced = (x, w, u, b) => [
      tf.scan((h, one) => tf.tanh(tf.matmul(h, w!).add(tf.matmul(one, u!)).add(b!)), x!, {
        initializer: tf.zeros([30, 50], { dtype }),
      }) as tf.Tensor,
    ];
    const inputs = [[6, 30, 20], [50, 50], [20, 50], [50]].map((shape, place) =>
      normal(shape, 80 + place, dtype).mul(0.2),
    );
    expect(expectSameBits(scan, inputs)).toBe(1);
    const repeated: Traced = (x, w) => [
      tf.whileLoop(
        (y) => tf.less(tf.reduceSum(tf.abs(y)), 1e4),
        (y) => [tf.nn.relu(tf.matmul(y, w!)).add(0.5)],
        [x!],
      )[0],
    ];
    expect(expectSameBits(repeated, [normal([30, 50], 1, dtype), inputs[1]!])).toBe(1);
  });

  it.each<[string, Shape, Shape, object]>([
    ["3 by 3", [2, 13, 11, 3], [3, 3, 3, 8], { padding: "SAME" }],
    ["of many bands", [3, 29, 31, 5], [3, 3, 5, 16], { padding: "SAME" }],
    ["with strides", [2, 20, 21, 4], [5, 4, 4, 13], { strides: 2, padding: "VALID" }],
    ["of pixels", [2, 24, 24, 6], [1, 1, 6, 12], { padding: "VALID" }],
    ["of one channel each", [9, 12, 12, 1], [3, 3, 1, 1], { padding: "SAME" }],
    ["of whole images", [200, 5, 5, 2], [5, 5, 2, 7], { padding: "VALID" }],
  ])("that is a convolution %s", (_, images, filter, options) => {
    const convolve = (x: tf.Tensor, w: tf.Tensor) =>
      tf.nn.conv2d(x, w, options as { padding: "SAME" });
    const inputs = [images, filter, [filter[3]!]].map((shape, place) =>
      normal(shape, 90 + place, dtype),
    );
    expect(expectSameBits((x, w, b) => [tf.nn.relu(convolve(x!, w!).add(b!))], inputs)).toBe(1);
    expect(
      expectSameBits((x, w, b) => {
        const z = convolve(x!, w!).add(b!);
        return [z, tf.tanh(z), tf.nn.gelu(z)];
      }, inputs),
    ).toBe(1);
  });

  it("that is a convolution for every row of a batch", () => {
    const f: Traced = (x, w) => [
      tf.tanh(
        tf.vectorizedMap(
          ([image, filter]: [tf.Tensor, tf.Tensor]) =>
            tf.nn.conv2d(image, filter, { padding: "SAME" }),
          [x!, w!],
        ) as tf.Tensor,
      ),
    ];
    const inputs = [normal([3, 2, 12, 12, 3], 1, dtype), normal([3, 3, 3, 3, 8], 2, dtype)];
    expect(expectSameBits(f, inputs)).toBe(1);
  });
});

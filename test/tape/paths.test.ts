/** Which operations pass gradients on, several outputs, wrong rules, nested tapes, host control flow, assignments, sums. */
import * as tf from "gradtape";
import { afterEach, describe, expect, it, vi } from "vitest";
import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator, runOp } from "../../src/core/dispatch.js";
import { type DerivativeRule, defineOp, type Op } from "../../src/core/op.js";
import { Tensor } from "../../src/core/tensor.js";

const NONE = { unconnectedGradients: "none" } as const;

function items(gradients: readonly (tf.Tensor | null)[]): (number | null)[] {
  return gradients.map((gradient) => gradient?.item() ?? null);
}

function watching(...tensors: readonly tf.Tensor[]): tf.GradientTape {
  const tape = new tf.GradientTape();
  tape.watch(tensors);
  return tape;
}

afterEach(() => {
  installEvaluator(evaluate);
  vi.restoreAllMocks();
});

describe("rule 22", () => {
  const other = tf.constant([0, 5, 2]);

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ["greater", (x) => tf.greater(x, other)],
    ["greaterEqual", (x) => tf.greaterEqual(x, other)],
    ["less", (x) => tf.less(x, other)],
    ["lessEqual", (x) => tf.lessEqual(x, other)],
    ["equal", (x) => tf.equal(x, other)],
    ["notEqual", (x) => tf.notEqual(x, other)],
    ["logicalNot", (x) => tf.logicalNot(tf.greater(x, other))],
    ["argmax", (x) => tf.argmax(x)],
    ["argmin", (x) => tf.argmin(x)],
    ["floor", (x) => tf.floor(x)],
    ["ceil", (x) => tf.math.ceil(x)],
    ["round", (x) => tf.round(x)],
    ["shape", (x) => tf.shape(x)],
    ["cast to int32", (x) => tf.cast(x, "int32")],
    ["cast to bool", (x) => tf.cast(x, "bool")],
    ["stopGradient", (x) => tf.stopGradient(x)],
  ])("rule 22: %s cuts the path", (_, cut) => {
    const x = tf.constant([1.5, -2.5, 2]);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const y = tf.cast(cut(x), "float32");
    const z = tf.add(tf.reduceSum(tf.multiply(y, 3)), tf.reduceSum(x));
    tape.stop();
    expect(tape.gradient(y, x, NONE)).toBeNull();
    expect(tape.gradient(z, x).toArray()).toEqual([1, 1, 1]);
  });

  it("rule 22: sign is flat, not cut: zeros", () => {
    const x = tf.constant([1.5, -2.5, 0]);
    const tape = watching(x);
    expect(tape.gradient(tf.sign(x), x).toArray()).toEqual([0, 0, 0]);
  });

  it("rule 22: a comparison on the path of `where` cuts only the condition", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.where(tf.less(x, 10), x, tf.multiply(x, x));
    for (const [value, expected] of [
      [5, 1],
      [50, 100],
    ] as const) {
      const x = tf.constant(value);
      const tape = watching(x);
      expect(tape.gradient(f(x), x).item()).toBe(expected);
    }
  });

  it("rule 22: x.shape is no tensor and costs nothing", () => {
    const x = tf.constant([1, 2, 4]);
    const tape = watching(x);
    const mean = tf.divide(tf.reduceSum(tf.multiply(x, x)), x.shape[0]!);
    const gradient = tape.gradient(mean, x).toArray() as number[];
    [2 / 3, 4 / 3, 8 / 3].forEach((expected, k) => {
      expect(gradient[k]).toBeCloseTo(expected, 6);
    });
  });

  it("rule 22: a cast between floats passes, there and back", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const wide = tf.cast(x, "float64");
    const y = tf.multiply(wide, wide);
    const gradient = tape.gradient(y, x);
    expect(gradient.dtype).toBe("float32");
    expect(gradient.item()).toBe(6);
  });
});

describe("rule 23", () => {
  it("rule 23: unused outputs of split and unstack count as zeros", () => {
    const x = tf.constant([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const [, second] = tf.split(x, 2, 1);
    const [first] = tf.unstack(x);
    const squares = tf.multiply(second!, second!);
    tape.stop();
    expect(tape.gradient(squares, x).toArray()).toEqual([
      [0, 4],
      [0, 8],
      [0, 12],
    ]);
    expect(tape.gradient(first!, x).toArray()).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  it("rule 23: a rule is told that nobody gave a cotangent for one of its outputs", () => {
    const seen: boolean[][] = [];
    const sumAndProduct = declare("sumAndProduct", {
      kind: "explicit",
      pullback: ([sum, product], { inputs: [a, b] }) => {
        seen.push([sum !== undefined, product !== undefined]);
        const through = (factor: Tensor): Tensor | undefined => {
          const scaled = product && tf.multiply(product, factor);
          return sum && scaled ? tf.add(sum, scaled) : (sum ?? scaled);
        };
        return [through(b!), through(a!)];
      },
    });
    installEvaluator((op, inputs, attributes) => {
      const [a, b] = inputs;
      if (op !== sumAndProduct) return evaluate(op, inputs, attributes);
      return [
        new Tensor(a!.type, a!.item() + b!.item()),
        new Tensor(a!.type, a!.item() * b!.item()),
      ];
    });
    const a = tf.constant(3);
    const b = tf.constant(5);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch([a, b]);
    const [sum, product] = runOp(sumAndProduct, [a, b], undefined);
    tape.stop();
    seen.length = 0;
    expect(items(tape.gradient(sum!, [a, b]))).toEqual([1, 1]);
    expect(items(tape.gradient(product!, [a, b]))).toEqual([5, 3]);
    expect(items(tape.gradient([sum!, product!], [a, b]))).toEqual([6, 4]);
    expect(seen).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
  });
});

/** An operation of two outputs of its first operand's type, with the given derivative. */
function declare(name: string, derivative: DerivativeRule<undefined>): Op {
  return defineOp<undefined>({
    name,
    summary: "An operation for tests.",
    inputs: ["left", "right"],
    outputTypes: ([left]) => [left!.type, left!.type],
    derivative,
    lowering: { kind: "cast" },
    samples: [],
  }) as Op;
}

/** Runs an operation whose derivative gives what `pullback` says, and asks for the gradient of its right operand. */
function gradientThrough(pullback: () => readonly (tf.Tensor | undefined)[]): unknown {
  const broken = declare("broken", { kind: "explicit", pullback });
  installEvaluator((op, inputs, attributes) =>
    op === broken ? [inputs[0]!, tf.identity(inputs[0]!)] : evaluate(op, inputs, attributes),
  );
  const x = tf.constant([1, 2]);
  const tape = watching(x);
  const [, output] = runOp(broken, [tf.ones([2]), x], undefined);
  return tape.gradient(output!, x);
}

function gradientStillWorks(): void {
  const x = tf.constant(3);
  const tape = watching(x);
  expect(tape.gradient(tf.multiply(x, x), x).item()).toBe(6);
}

describe("rule 24", () => {
  it.each([
    ["shape", () => tf.zeros([3])],
    ["dtype", () => tf.zeros([2], { dtype: "float64" })],
  ])(
    "rule 24: a cotangent of a wrong %s is an internal error that names op and input",
    (_, make) => {
      const broken = (): unknown => gradientThrough(() => [undefined, make()]);
      expect(broken).toThrow(tf.InternalError);
      expect(broken).toThrow(/broken/);
      expect(broken).toThrow(/right/);
      installEvaluator(evaluate);
      gradientStillWorks();
    },
  );
});

describe("rule 25", () => {
  it("rule 25: nested tapes give higher orders: x⁴ to the third", () => {
    const x = tf.constant(2);
    const third = watching(x);
    const second = watching(x);
    const first = watching(x);
    const y = tf.multiply(tf.multiply(x, x), tf.multiply(x, x));
    const dy = first.gradient(y, x);
    const d2y = second.gradient(dy, x);
    const d3y = third.gradient(d2y, x);
    expect(items([y, dy, d2y, d3y])).toEqual([16, 32, 48, 48]);
  });

  it("rule 25: the second derivative of exp is exp", () => {
    const x = tf.constant(0);
    const outer = watching(x);
    const inner = watching(x);
    const gradient = inner.gradient(tf.exp(x), x);
    expect(outer.gradient(gradient, x).item()).toBe(1);
  });

  it("rule 25: the second derivative of a cross-entropy with one class is zero", () => {
    const x = tf.constant([[0.1]]);
    const outer = watching(x);
    const inner = watching(x);
    const loss = tf.nn.softmaxCrossEntropyWithLogits([[0]], x);
    const gradient = inner.gradient(tf.reduceSum(loss, { axis: [0] }), x);
    expect(outer.gradient(tf.reduceSum(gradient, { axis: [0] }), x).toArray()).toEqual([[0]]);
  });

  it("rule 25: a variable is differentiated twice: 3 and 6", () => {
    const x = new tf.Variable(1);
    const outer = new tf.GradientTape();
    const inner = new tf.GradientTape();
    const y = tf.multiply(tf.multiply(x, x), x);
    const first = inner.gradient(y, x);
    const second = outer.gradient(first, x);
    expect(items([first, second])).toEqual([3, 6]);
  });

  it("rule 25: every other active tape records the backward pass, also one that started later", () => {
    const x = tf.constant(2);
    const early = watching(x);
    const late = watching(x);
    const y = tf.multiply(tf.multiply(x, x), x);
    const first = early.gradient(y, x);
    expect(late.gradient(first, x).item()).toBe(12);
  });

  it("rule 25: a stopped tape does not", () => {
    const x = tf.constant(2);
    const outer = watching(x);
    const inner = watching(x);
    const y = tf.multiply(tf.multiply(x, x), x);
    outer.stop();
    const first = inner.gradient(y, x);
    expect(outer.gradient(first, x, NONE)).toBeNull();
  });

  it("rule 25: a tape inside stopRecording of the outer one is differentiated once only", () => {
    const x = tf.constant(3);
    const outer = watching(x);
    const gradient = outer.stopRecording(() => {
      const inner = watching(x);
      return inner.gradient(tf.multiply(x, x), x);
    });
    expect(gradient.item()).toBe(6);
    expect(outer.gradient(tf.multiply(gradient, x), x).item()).toBe(6);
  });

  it("rule 25: persistent tapes nest, and the inner one computes more than once", () => {
    const x = tf.constant(3);
    const outer = new tf.GradientTape({ persistent: true });
    outer.watch(x);
    let y = tf.multiply(x, x);
    const inner = new tf.GradientTape({ persistent: true });
    inner.watch(y);
    const z = tf.multiply(2, y);
    inner.stop();
    expect(inner.gradient(z, y).item()).toBe(2);
    const gradient = inner.gradient(z, y);
    expect(gradient.item()).toBe(2);
    y = tf.add(y, gradient);
    outer.stop();
    expect(outer.gradient(y, x).item()).toBe(6);
    expect(outer.gradient(z, x).item()).toBe(12);
  });

  it("rule 25: a gradient penalty reaches the weights through the inner gradient", () => {
    const weight = new tf.Variable([2, 3]);
    const x = tf.constant([1, 1]);
    const outer = new tf.GradientTape();
    const inner = watching(x);
    const y = tf.reduceSum(tf.multiply(tf.multiply(weight, x), tf.multiply(weight, x)));
    const slope = inner.gradient(y, x);
    const penalty = tf.reduceSum(tf.multiply(slope, slope));
    expect(slope.toArray()).toEqual([8, 18]);
    expect(outer.gradient(penalty, weight).toArray()).toEqual([16 * 8, 16 * 27]);
  });
});

describe("rule 26", () => {
  it("rule 26: host control flow is recorded by being run: [none, none, 1]", () => {
    const variables = [new tf.Variable(2), new tf.Variable(3), new tf.Variable(5)];
    const tape = new tf.GradientTape();
    const greatest = variables.reduce((best, next) => (next.item() > best.item() ? next : best));
    expect(greatest.item()).toBe(5);
    expect(items(tape.gradient(greatest, variables, NONE))).toEqual([null, null, 1]);
  });

  it("rule 26: a loop with conditions gives the gradient of the branches that were taken: 12, 12, 4", () => {
    const f = (x: tf.Tensor, y: number): tf.Tensor => {
      let output = tf.constant(1);
      for (let i = 0; i < y; i++) if (i > 1 && i < 5) output = tf.multiply(output, x);
      return output;
    };
    const derivatives = [6, 5, 4].map((y) => {
      const x = tf.constant(2);
      const tape = watching(x);
      return tape.gradient(f(x, y), x).item();
    });
    expect(derivatives).toEqual([12, 12, 4]);
  });

  it("rule 26: a while loop on values runs as many times as they say", () => {
    const x = tf.constant(1.5);
    const tape = watching(x);
    let y = x;
    while (y.item() < 10) y = tf.multiply(y, x);
    expect(y.item()).toBe(1.5 ** 6);
    expect(tape.gradient(y, x).item()).toBe(6 * 1.5 ** 5);
  });
});

describe("rule 27", () => {
  it("rule 27: a value that was read before an assignment keeps its value and its gradient", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const before = v.read();
    v.assign(5);
    const y = tf.multiply(before, before);
    expect(before.item()).toBe(3);
    expect(tape.gradient(y, v).item()).toBe(6);
  });

  it("rule 27: reading after an assignment starts anew at the variable", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const y = tf.multiply(v, v);
    v.assign(5);
    const z = tf.multiply(v, v);
    expect(tape.gradient(tf.add(y, z), v).item()).toBe(16);
  });

  it.each<[string, (v: tf.Variable, x: tf.Tensor) => unknown]>([
    ["assign", (v, x) => v.assign(tf.multiply(x, x))],
    ["assignAdd", (v, x) => v.assignAdd(tf.subtract(tf.multiply(x, x), 2))],
    ["assignSub", (v, x) => v.assignSub(tf.subtract(2, tf.multiply(x, x)))],
  ])("rule 27: %s is not differentiated", (_, change) => {
    const x = tf.constant(3);
    const v = new tf.Variable(2);
    const tape = watching(x);
    change(v, x);
    const y = tf.multiply(v, x);
    expect(v.item()).toBe(9);
    expect(items(tape.gradient(y, [x, v]))).toEqual([9, 3]);
  });

  it("rule 27: a variable's own update inside the recording does not change the gradient", () => {
    const v = new tf.Variable([1, 2]);
    const tape = new tf.GradientTape();
    const y = tf.reduceSum(tf.multiply(v, v));
    v.assignSub([0.5, 0.5]);
    expect(v.toArray()).toEqual([0.5, 1.5]);
    expect(tape.gradient(y, v).toArray()).toEqual([2, 4]);
  });
});

describe("rule 28", () => {
  it("rule 28: a tensor used twice receives the sum of both contributions", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    const y = tf.add(tf.multiply(x, 3), tf.multiply(x, tf.multiply(x, x)));
    expect(tape.gradient(y, x).item()).toBe(15);
  });

  it("rule 28: so does an operand that is given twice", () => {
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    expect(tape.gradient(tf.addN([x, x, x, tf.multiply(x, x)]), x).toArray()).toEqual([5, 7]);
  });

  it("rule 28: many contributions of all kinds add up", () => {
    const x = tf.constant([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const tape = watching(x);
    const terms = [
      tf.reduceSum(x),
      tf.reduceSum(tf.gather(x, [0, 2, 0])),
      tf.reduceSum(x.at(-1)),
      tf.reduceSum(tf.slice(x, [1, 0], [2, 1])),
      tf.reduceSum(tf.transpose(x)),
    ];
    expect(tape.gradient(tf.addN(terms), x).toArray()).toEqual([
      [4, 4],
      [3, 2],
      [5, 4],
    ]);
  });

  it("rule 28: contributions of a diamond arrive before they are passed on", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    let y = tf.multiply(x, 1);
    for (let level = 0; level < 60; level++) y = tf.add(y, y);
    expect(tape.gradient(y, x).item()).toBe(2 ** 60);
  });

  it("rule 28: a chain of 100,000 operations needs no recursion", () => {
    const x = tf.constant(1);
    const tape = watching(x);
    let y = x;
    for (let step = 0; step < 100_000; step++) y = tf.multiply(y, x);
    expect(tape.gradient(y, x).item()).toBe(100_001);
  });
});

describe("rule 29", () => {
  it("rule 29: an error that a rule throws arrives unchanged, and tapes stay usable", () => {
    const failure = new RangeError("thrown by a rule");
    let armed = false;
    const outer = watching(tf.constant(1));
    const throwing = (): unknown => {
      armed = false;
      const run = gradientThrough(() => {
        if (armed) throw failure;
        armed = true;
        return [];
      });
      return run;
    };
    let caught: unknown;
    try {
      throwing();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(failure);
    installEvaluator(evaluate);
    expect(outer.recording).toBe(true);
    outer.stop();
    gradientStillWorks();
  });
});

/** Derivative rules of operations: several outputs, wrong cotangents, and errors that they throw. */
import * as tf from "gradtape";
import { afterEach, describe, expect, it } from "vitest";
import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator, runOp } from "../../src/core/dispatch.js";
import { type DerivativeRule, defineOp, type Op } from "../../src/core/op.js";
import { Tensor } from "../../src/core/tensor.js";
import { items, watching } from "./tapes.js";

afterEach(() => {
  installEvaluator(evaluate);
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
  const broken = declare("broken", { kind: "explicit", pullback, pushforward: () => [] });
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
      pushforward: () => [],
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

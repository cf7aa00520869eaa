/** `customGradient` and variables: as arguments, and read by the function. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items, NONE, watching } from "../tape/tapes.js";
import { errorOf, leavesNothingActive } from "./modes.js";

leavesNothingActive();

type Readable = tf.Tensor | tf.Variable;

describe("rule 32: variables", () => {
  it("rule 32: a variable as argument is read once, and has the given gradient", () => {
    const f = tf.customGradient((x: Readable) => {
      expect(x).toBeInstanceOf(tf.Tensor);
      return [tf.multiply(x, x), (cotangent) => cotangent.mul(100)];
    });
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const y = f(v);
    expect(y.item()).toBe(9);
    expect(tape.gradient(y, v).item()).toBe(100);
  });

  it("rule 32: variables that f reads need { inputs, variables } (testCustomGradientVariablesKwonlyArgs)", () => {
    const captured = new tf.Variable(3);
    const f = tf.customGradient((x: Readable) => [
      tf.multiply(x, captured),
      (cotangent, variables) => {
        expect(variables).toHaveLength(1);
        expect(variables[0] === captured).toBe(true);
        return {
          inputs: cotangent.mul(captured).mul(4),
          variables: [cotangent.mul(x).mul(5)],
        };
      },
    ]);
    const x = new tf.Variable(6);
    const tape = new tf.GradientTape();
    const y = f(x);
    expect(y.item()).toBe(18);
    expect(items(tape.gradient(y, [x, captured]))).toEqual([12, 30]);
  });

  it("rule 32: without them an error says so, and names the variables", () => {
    const w = new tf.Variable(3, { name: "weight" });
    const b = new tf.Variable(1, { name: "bias" });
    const make = (returned: (cotangent: tf.Tensor) => tf.CustomCotangents) =>
      tf.customGradient((x: tf.Tensor) => [x.mul(w).add(b), returned]);
    const gradientOf = (returned: (cotangent: tf.Tensor) => tf.CustomCotangents) => () =>
      tf.grad(make(returned))(tf.constant(2));
    for (const returned of [
      (cotangent: tf.Tensor) => cotangent,
      (cotangent: tf.Tensor) => [cotangent, cotangent, cotangent],
      () => null,
    ]) {
      const error = errorOf(gradientOf(returned));
      expect(error).toBeInstanceOf(tf.ArgumentError);
      expect(error.message).toMatch(/f reads the variables "weight", "bias"/);
      expect(error.message).toContain("{ inputs, variables }");
    }
    expect(gradientOf((dy) => ({ inputs: dy, variables: [dy] }))).toThrow(
      /must give 2 cotangents of variables, for "weight", "bias", got 1/,
    );
    expect(gradientOf((dy) => ({ inputs: dy, variables: [dy, dy, dy] }))).toThrow(/got 3/);
    expect(gradientOf((dy) => ({ inputs: dy, variables: dy as never }))).toThrow(tf.ArgumentError);
    expect(gradientOf((dy) => ({ inputs: dy, variables: [dy, null] }))().item()).toBe(1);
  });

  it("rule 32: cotangents of variables of a wrong shape or dtype name the variable", () => {
    const w = new tf.Variable([1, 2], { name: "weight" });
    const gradientOf = (cotangent: tf.Tensor) => () =>
      tf.grad(
        tf.customGradient((x: tf.Tensor) => [
          tf.reduceSum(w.mul(x)),
          (dy) => ({ inputs: dy, variables: [cotangent] }),
        ]),
      )(tf.constant(2));
    expect(gradientOf(tf.ones([3]))).toThrow(tf.ShapeError);
    expect(gradientOf(tf.ones([3]))).toThrow(/shape \[3\] for Variable "weight"/);
    expect(gradientOf(tf.ones([2], { dtype: "float64" }))).toThrow(tf.DTypeError);
    expect(gradientOf(tf.ones([2], { dtype: "float64" }))).toThrow(/float64 for Variable "weight"/);
  });

  it("rule 32: only variables that are read inside count, each once, in order of first use (…NoFalsePositives)", () => {
    const [a, b, c] = [2, 3, 5].map(
      (value, index) => new tf.Variable(value, { name: "abc"[index]! }),
    );
    const tape = new tf.GradientTape();
    const x = a!.mul(2);
    let names: string[] = [];
    const f = tf.customGradient((own: tf.Tensor) => {
      const y = own.mul(c!).mul(b!).mul(c!);
      return [
        y,
        (cotangent, variables) => {
          names = variables.map(({ name }) => name);
          return { inputs: cotangent, variables: [cotangent.mul(10), cotangent.mul(100)] };
        },
      ];
    });
    const y = f(x);
    expect(items(tape.gradient(y, [a!, b!, c!]))).toEqual([2, 100, 10]);
    expect(names).toEqual(["c", "b"]);
  });

  it("rule 32: variables that are not trainable do not count", () => {
    const fixed = new tf.Variable(3, { trainable: false });
    const f = tf.customGradient((x: tf.Tensor) => [x.mul(fixed), (cotangent) => cotangent.mul(7)]);
    expect(tf.grad(f)(tf.constant(2)).item()).toBe(7);
  });

  it("rule 32: a variable that f closes over and that is its argument is among the arguments", () => {
    const v = new tf.Variable(3);
    const f = tf.customGradient((x: Readable) => [
      tf.multiply(x, v),
      (cotangent) => cotangent.mul(7),
    ]);
    const tape = new tf.GradientTape();
    const y = f(v);
    expect(tape.gradient(y, v).item()).toBe(7);
  });

  it("rule 32: variables that the pullback alone reads are differentiated with it", () => {
    const w = new tf.Variable(3);
    const f = tf.customGradient((x: tf.Tensor) => [
      x.mul(1),
      (cotangent) => cotangent.mul(w).mul(w),
    ]);
    const x = tf.constant(2);
    const outer = new tf.GradientTape();
    const inner = watching(x);
    const gradient = inner.gradient(f(x), x);
    expect(gradient.item()).toBe(9);
    expect(outer.gradient(gradient, w).item()).toBe(6);
  });

  it("rule 32: a variable is unconnected when its gradient was given as null for another reason: zeros", () => {
    const w = new tf.Variable(3);
    const other = new tf.Variable(4);
    const f = tf.customGradient((x: tf.Tensor) => [
      x.mul(w),
      (cotangent) => ({ inputs: cotangent, variables: [null] }),
    ]);
    const x = tf.constant(2);
    const tape = watching(x);
    const y = f(x);
    other.read();
    const found = tape.gradient(y, [x, w, other], NONE);
    expect(items(found)).toEqual([1, 0, null]);
  });

  it("rule 32: an assignment between value and gradient: the rule reads the new value, what it closed over is the old", () => {
    const w = new tf.Variable(3);
    const make = (late: boolean): ((x: tf.Tensor) => tf.Tensor) =>
      tf.customGradient((x: tf.Tensor) => {
        const early = w.read();
        return [
          x.mul(early),
          (cotangent) => ({ inputs: cotangent.mul(late ? w : early), variables: [null] }),
        ];
      });
    const x = tf.constant(2);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch(x);
    const old = make(false)(x);
    const present = make(true)(x);
    tape.stop();
    w.assign(10);
    expect(tape.gradient(old, x).item()).toBe(3);
    expect(tape.gradient(present, x).item()).toBe(10);
  });

  it("rule 32: of one custom gradient in another, both are asked for the variable (testRecursiveCustomGradient)", () => {
    const w = new tf.Variable([[1, 2]]);
    const inner = tf.customGradient((x: tf.Tensor) => [
      tf.matmul(x, w),
      (cotangent) => ({
        inputs: tf.matmul(cotangent, w, { transposeB: true }),
        variables: [tf.ones([1, 2])],
      }),
    ]);
    const outer = tf.customGradient((x: tf.Tensor) => [
      inner(x),
      (cotangent, variables) => {
        expect(variables.map((one) => one === w)).toEqual([true]);
        const tape = watching(x);
        const found = tape.gradient(inner(x), [x, w], { outputGradients: cotangent });
        return { inputs: found[0], variables: [found[1].mul(5)] };
      },
    ]);
    const x = tf.constant([[3], [4]]);
    const tape = watching(x);
    const found = tape.gradient(outer(x), [x, w]);
    expect(found[0].toArray()).toEqual([[3], [3]]);
    expect(found[1].toArray()).toEqual([[5, 5]]);
  });

  it("rule 32: training with a custom gradient (testCustomGradient of backprop_test)", () => {
    const product = tf.customGradient((a: tf.Tensor, b: Readable) => [
      tf.multiply(a, b),
      (cotangent) => [cotangent.mul(b), cotangent.mul(a)],
    ]);
    const x = new tf.Variable(2);
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) {
      const tape = new tf.GradientTape();
      const loss = product(tf.constant(2), x);
      losses.push(loss.item());
      x.assignSub(tape.gradient(loss, x).mul(0.25));
    }
    expect(losses).toEqual([4, 3, 2, 1, 0]);
  });
});

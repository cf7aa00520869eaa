/** What `gradient` takes as targets, and as their output gradients. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items, watching } from "./tapes.js";

describe("rule 16", () => {
  it("rule 16: a target that is itself a source gives ones", () => {
    const x = tf.constant(3);
    expect(watching(x).gradient(x, x).item()).toBe(1);
    const matrix = tf.fill([2, 2], 2);
    expect(watching(matrix).gradient(matrix, [matrix])[0].toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it("rule 16: the gradient of identity is one", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    expect(tape.gradient(tf.identity(x), x).item()).toBe(1);
  });

  it("rule 16: a target counts once per occurrence: [x, x] gives 2", () => {
    const x = tf.constant(3);
    expect(watching(x).gradient([x, x], x).item()).toBe(2);
    const matrix = tf.fill([2, 2], 2);
    expect(watching(matrix).gradient([matrix, matrix], [matrix])[0].toArray()).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  it("rule 16: of several targets one may be the source: 5", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    expect(tape.gradient([x, tf.multiply(x, x)], x).item()).toBe(5);
  });

  it("rule 16: several targets, several of them sources: [1, 11]", () => {
    const x = tf.constant(3);
    const y = tf.constant(5);
    const tape = watching(x, y);
    expect(items(tape.gradient([x, y, tf.multiply(y, y)], [x, y]))).toEqual([1, 11]);
  });

  it("rule 16: a variable may be target and source", () => {
    const v = new tf.Variable(2);
    const tape = new tf.GradientTape();
    const y = tf.multiply(v, v);
    expect(tape.gradient([v, y], v).item()).toBe(5);
  });

  it("rule 16: it need not be watched for that, nor read", () => {
    const x = tf.constant(3);
    const v = new tf.Variable([3, 4]);
    expect(new tf.GradientTape().gradient(x, x).item()).toBe(1);
    expect(new tf.GradientTape().gradient([v, v], v).toArray()).toEqual([2, 2]);
    const weighted = new tf.GradientTape().gradient(x, x, { outputGradients: 5 });
    expect(weighted.item()).toBe(5);
  });

  it("rule 16: an intermediate may be target and source", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    expect(items(tape.gradient(y, [y, x]))).toEqual([1, 6]);
  });
});

describe("rule 17", () => {
  it("rule 17: the gradient of a target that is not a scalar is that of the sum of its elements", () => {
    const x = tf.constant([1, 2, 3]);
    const tape = watching(x);
    expect(tape.gradient(tf.multiply(x, x), x).toArray()).toEqual([2, 4, 6]);
  });

  it("rule 17: several targets of several shapes are summed", () => {
    const x = tf.constant([1, 2]);
    const y = tf.constant(3);
    const tape = watching(x, y);
    const targets = { scaled: tf.multiply(x, y), more: [tf.multiply(y, y), tf.reduceSum(x)] };
    const [dx, dy] = tape.gradient(targets, [x, y]);
    expect(dx.toArray()).toEqual([4, 4]);
    expect(dy.item()).toBe(9);
  });

  it("rule 17: two targets with a source each give each its own", () => {
    const x = tf.constant(3);
    const y = tf.constant(2);
    const tape = watching(x, y);
    const targets = [tf.multiply(2, x), tf.multiply(3, y)];
    expect(items(tape.gradient(targets, [x, y]))).toEqual([2, 3]);
  });

  it("rule 17: a function of several results is differentiated as their sum", () => {
    const x = tf.constant([0, 1, 2]);
    const tape = watching(x);
    expect(tape.gradient([tf.add(x, 2), tf.multiply(x, x)], x).toArray()).toEqual([1, 3, 5]);
  });

  it("rule 17: without any target there is no gradient", () => {
    const x = tf.constant(3);
    expect(watching(x).gradient([], x, { unconnectedGradients: "zero" }).item()).toBe(0);
    expect(() => watching(x).gradient([], x)).toThrow(tf.UnconnectedGradientError);
  });

  it("rule 17: without any source the result is empty", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    expect(tape.gradient(tf.multiply(x, x), [])).toEqual([]);
  });
});

describe("rule 18", () => {
  it("rule 18: an output gradient weighs its target, also one that is an input of another: 4", () => {
    const x = tf.constant(3);
    const y = tf.constant(2);
    const tape = watching(x, y);
    const loss = tf.multiply(x, y);
    const [dx] = tape.gradient([loss, x], [x], { outputGradients: [1, 2] });
    expect(dx.item()).toBe(4);
  });

  it("rule 18: it may be a tensor, a variable, an array or a typed array", () => {
    const given = [
      tf.constant([1, 10]),
      new tf.Variable([1, 10]),
      [1, 10],
      new Float32Array([1, 10]),
    ];
    for (const outputGradients of given) {
      const x = tf.constant([3, 4]);
      const tape = watching(x);
      const y = tf.multiply(x, x);
      expect(tape.gradient(y, x, { outputGradients }).toArray()).toEqual([6, 80]);
    }
  });

  it("rule 18: an omitted one is ones", () => {
    const x = tf.constant(3);
    const omissions: tf.GradientOptions["outputGradients"][] = [
      [undefined, 10],
      [null, 10],
      [1, 10],
    ];
    for (const outputGradients of omissions) {
      const tape = watching(x);
      const targets = [tf.multiply(x, 2), tf.multiply(x, x)];
      expect(tape.gradient(targets, x, { outputGradients }).item()).toBe(62);
    }
    const tape = watching(x);
    const targets = { a: tf.multiply(x, 2), b: { c: tf.multiply(x, x) } };
    expect(tape.gradient(targets, x, { outputGradients: { b: { c: 10 } } }).item()).toBe(62);
  });

  it("rule 18: its shape must be the target's, and the tape stays usable", () => {
    const x = tf.constant([3, 4]);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    const wrong = (): unknown => tape.gradient(y, x, { outputGradients: [1, 2, 3] });
    expect(wrong).toThrow(tf.ShapeError);
    expect(wrong).toThrow(/\[3\].*\[2\]/);
    expect(() => tape.gradient(y, x, { outputGradients: 1 })).toThrow(tf.ShapeError);
    expect(tape.gradient(y, x, { outputGradients: [1, 2] }).toArray()).toEqual([6, 16]);
  });

  it("rule 18: its dtype must be the target's, and a literal adopts it", () => {
    const x = tf.constant(3, { dtype: "float64" });
    const tape = watching(x);
    const y = tf.multiply(x, x);
    const wrong = (): unknown =>
      tape.gradient(y, x, { outputGradients: tf.constant(1, { dtype: "float32" }) });
    expect(wrong).toThrow(tf.DTypeError);
    const gradient = tape.gradient(y, x, { outputGradients: 0.1 });
    expect(gradient.dtype).toBe("float64");
    expect(gradient.item()).toBe(0.1 * 6);
  });

  it("rule 18: its structure must be the targets'", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const targets = { a: tf.multiply(x, x) };
    expect(() => tape.gradient(targets, x, { outputGradients: 1 })).toThrow(/structure/);
    expect(() => tape.gradient(targets, x, { outputGradients: { b: 1 } })).toThrow(/"b"/);
    expect(tape.gradient(targets, x, { outputGradients: { a: 2 } }).item()).toBe(12);
  });

  it("rule 18: an outer tape differentiates with regard to an output gradient", () => {
    const x = tf.constant(3);
    const weight = tf.constant(5);
    const outer = watching(weight);
    const inner = watching(x);
    const gradient = inner.gradient(tf.multiply(x, x), x, { outputGradients: weight });
    expect(gradient.item()).toBe(30);
    expect(outer.gradient(gradient, weight).item()).toBe(6);
  });
});

/** `customGradient`: nests of arguments and results, what has no cotangent, and errors that pass through. */
import * as tf from "gradtape";
import { describe, expect, expectTypeOf, it } from "vitest";
import { items, watching } from "../tape/tapes.js";
import { errorOf, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("rule 32: arguments and results", () => {
  it("rule 32: nests of arguments have cotangents in their structure", () => {
    const f = tf.customGradient(
      ({ a, b }: { a: tf.Tensor; b: readonly [tf.Tensor, tf.Tensor] }, c: tf.Tensor) => [
        a.mul(b[0]).mul(b[1]).mul(c),
        (cotangent) => [
          { a: cotangent.mul(1), b: [cotangent.mul(2), cotangent.mul(3)] },
          cotangent.mul(4),
        ],
      ],
    );
    const nest = { a: tf.constant(1), b: [tf.constant(2), tf.constant(3)] } as const;
    const c = tf.constant(4);
    const tape = watching(nest.a, ...nest.b, c);
    const y = f(nest, c);
    expect(y.item()).toBe(24);
    const found = tape.gradient(y, [nest, c]);
    expect(items([found[0].a, ...found[0].b, found[1]])).toEqual([1, 2, 3, 4]);
  });

  it("rule 32: one argument that is a list has a list", () => {
    const weighted = tf.customGradient((xs: readonly tf.Tensor[]) => [
      tf.addN(xs),
      (cotangent) => xs.map((_, index) => cotangent.mul(index + 1)),
    ]);
    expect(items(tf.grad(weighted)([tf.constant(1), tf.constant(2)]))).toEqual([1, 2]);
    expect(items(tf.grad(weighted)([tf.constant(1)]))).toEqual([1]);
  });

  it("rule 32: nests of results have cotangents in their structure, zeros where none arrives", () => {
    const seen: unknown[] = [];
    const f = tf.customGradient((x: tf.Tensor) => [
      { sum: tf.reduceSum(x), parts: [x.mul(2), tf.cast(x, "float64")] as const },
      (cotangent) => {
        expectTypeOf(cotangent).toEqualTypeOf<{ sum: tf.Tensor; parts: [tf.Tensor, tf.Tensor] }>();
        seen.push([cotangent.sum, ...cotangent.parts].map((one) => [one.dtype, one.toArray()]));
        return cotangent.parts[0].add(cotangent.sum);
      },
    ]);
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    const y = f(x);
    expectTypeOf(y).toEqualTypeOf<{ sum: tf.Tensor; parts: [tf.Tensor, tf.Tensor] }>();
    expect(y.sum.item()).toBe(3);
    expect(tape.gradient(y.sum, x).toArray()).toEqual([1, 1]);
    expect(seen).toEqual([
      [
        ["float32", 1],
        ["float32", [0, 0]],
        ["float64", [0, 0]],
      ],
    ]);
  });

  it("rule 32: a null cotangent is zero, and so is a missing one", () => {
    const f = tf.customGradient((a: tf.Tensor, b: tf.Tensor, { c }: { c: tf.Tensor }) => [
      a.mul(b).mul(c),
      (cotangent) => [cotangent.mul(b), null, {}],
    ]);
    const a = tf.constant([2]);
    const b = tf.constant([3]);
    const c = tf.constant([4]);
    const tape = watching(a, b, c);
    const found = tape.gradient(f(a, b, { c }), [a, b, c]);
    expect(found.map((one) => one.toArray())).toEqual([[3], [0], [0]]);
    const nothing = tf.customGradient((x: tf.Tensor) => [x.mul(1), () => null]);
    expect(tf.grad(nothing)(tf.constant(1)).item()).toBe(0);
    expect(
      tf
        .jacobian(nothing)(tf.constant([1]))
        .toArray(),
    ).toEqual([[0]]);
  });

  it("rule 32: integers and other static arguments have no cotangents", () => {
    const pick = tf.customGradient(
      (x: tf.Tensor, index: tf.Tensor, scale: number, name: string) => [
        name === "pick" ? tf.gather(x, index).mul(scale) : x,
        (cotangent) => [
          tf
            .oneHot(index, 3)
            .mul(cotangent)
            .mul(scale * 10),
          null,
          null,
          null,
        ],
      ],
    );
    const x = tf.constant([1, 2, 3]);
    const index = tf.constant(1, { dtype: "int32" });
    const tape = watching(x);
    const y = pick(x, index, 5, "pick");
    expect(y.item()).toBe(10);
    expect(tape.gradient(y, x).toArray()).toEqual([0, 50, 0]);
  });

  it("rule 32: integer results have no cotangent that is asked for", () => {
    const withArgmax = tf.customGradient((x: tf.Tensor) => [
      [tf.reduceMax(x), tf.argmax(x)] as const,
      (cotangent) => tf.oneHot(tf.argmax(x), 3).mul(cotangent[0]).mul(10),
    ]);
    const x = tf.constant([1, 3, 2]);
    const tape = watching(x);
    const [largest, position] = withArgmax(x);
    expect(position.item()).toBe(1);
    expect(position.dtype).toBe("int32");
    expect(tape.gradient(largest, x).toArray()).toEqual([0, 10, 0]);
  });

  it("rule 32: values that are made of nothing on the tape take the rule all the same", () => {
    const known = tf.customGradient((x: tf.Tensor) => [
      tf.constant(x.toArray() as number[]),
      (cotangent) => cotangent.mul(x),
    ]);
    const x = tf.constant([2, 3]);
    const tape = watching(x);
    expect(tape.gradient(known(x), x).toArray()).toEqual([2, 3]);
  });

  it("rule 29: errors of the pullback arrive unchanged, and the tape is used up", () => {
    const failure = new RangeError("from the pullback");
    const f = tf.customGradient((x: tf.Tensor) => [
      x.mul(1),
      () => {
        throw failure;
      },
    ]);
    const x = tf.constant([1]);
    const tape = watching(x);
    const y = f(x);
    expect(errorOf(() => tape.gradient(y, x))).toBe(failure);
    expect(tape.recording).toBe(false);
    expect(errorOf(() => tf.jacobian(f)(x))).toBe(failure);
    expect(errorOf(() => tf.jvp(f, [x], [[1]]))).toBe(failure);
    expect(errorOf(() => tf.vectorizedMap((row: tf.Tensor) => f(row), x))).toBe(failure);
    const inFunction = tf.customGradient((): readonly [tf.Tensor, () => null] => {
      throw failure;
    });
    expect(errorOf(() => inFunction())).toBe(failure);
  });
});

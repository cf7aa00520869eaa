/** `GradientTape.onGradient`: functions that see cotangents as they pass. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { watching } from "../tape/tapes.js";
import { leavesNothingActive } from "./modes.js";

leavesNothingActive();

const PERSISTENT = { persistent: true } as const;

/** A hook that leaves everything as it is, and notes what it saw. */
function noting(seen: unknown[]): (cotangent: tf.Tensor) => undefined {
  return (cotangent) => {
    seen.push(cotangent.toArray());
    return undefined;
  };
}

describe("onGradient: what it sees", () => {
  it("the cotangents of source, intermediate and target", () => {
    const x = tf.constant([1, 2]);
    const tape = watching(x);
    const y = x.mul(3);
    const z = tf.reduceSum(y.mul(y));
    const seen: Record<string, unknown[]> = { x: [], y: [], z: [] };
    tape.onGradient(z, noting(seen["z"]!));
    tape.onGradient(x, noting(seen["x"]!));
    tape.onGradient(y, noting(seen["y"]!));
    expect(tape.gradient(z, x).toArray()).toEqual([18, 36]);
    expect(seen).toEqual({ x: [[18, 36]], y: [[6, 12]], z: [1] });
  });

  it("in the order of the backward pass", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    const y = x.mul(x);
    const z = y.mul(x);
    const order: string[] = [];
    for (const [name, tensor] of Object.entries({ x, y, z })) {
      tape.onGradient(tensor, () => {
        order.push(name);
        return undefined;
      });
    }
    expect(tape.gradient(z, x).item()).toBe(12);
    expect(order).toEqual(["z", "y", "x"]);
  });

  it("once a pass, with the complete sum of all uses", () => {
    const x = tf.constant(2);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = x.mul(x);
    const z = y
      .mul(y)
      .add(y.mul(10))
      .add(tf.exp(y.mul(0)))
      .add(y);
    tape.stop();
    const seen: unknown[] = [];
    tape.onGradient(y, noting(seen));
    expect(tape.gradient(z, x).item()).toBe(76);
    expect(seen).toEqual([8 + 10 + 0 + 1]);
    tape.gradient(z, x);
    expect(seen).toEqual([19, 19]);
    tape.gradient(z, [x, y, x]);
    expect(seen).toEqual([19, 19, 19]);
    const shares = [x, y].map((source) => tape.gradient(z, source).item());
    expect(shares).toEqual([76, 19]);
    expect(seen).toHaveLength(5);
  });

  it("a source that is used many times sees the sum of all", () => {
    const table = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    const tape = watching(table);
    const y = tf.reduceSum(table.at(0).mul(2)).add(tf.reduceSum(tf.gather(table, [1, 1])));
    const seen: unknown[] = [];
    tape.onGradient(table, noting(seen));
    expect(tape.gradient(y, table).toArray()).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(seen).toEqual([
      [
        [2, 2],
        [2, 2],
      ],
    ]);
  });

  it("a variable that is read several times", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const y = v.mul(v).add(v);
    const seen: unknown[] = [];
    tape.onGradient(v, noting(seen));
    expect(tape.gradient(y, v).item()).toBe(7);
    expect(seen).toEqual([7]);
  });

  it("output gradients enter at the target, and several targets add up", () => {
    const x = tf.constant([1, 2]);
    const tape = new tf.GradientTape(PERSISTENT);
    tape.watch(x);
    const y = x.mul(2);
    const z = y.mul(y);
    tape.stop();
    const seen: unknown[] = [];
    tape.onGradient(y, noting(seen));
    tape.gradient(y, x, { outputGradients: [5, 6] });
    tape.gradient([y, z], x, {
      outputGradients: [
        [1, 1],
        [0.5, 0.5],
      ],
    });
    expect(seen).toEqual([
      [5, 6],
      [1 + 2, 1 + 4],
    ]);
  });

  it("nothing, where the tensor is not on the way from a target to a source", () => {
    const x = tf.constant(2);
    const other = tf.constant(3);
    const tape = watching(x, other);
    const beside = x.mul(2);
    const y = x.mul(x);
    const after = y.mul(2);
    const constant = other.mul(5);
    const z = y.mul(constant);
    const seen: unknown[] = [];
    for (const tensor of [beside, after, other, constant]) tape.onGradient(tensor, noting(seen));
    expect(tape.gradient(z, x).item()).toBe(60);
    expect(seen).toEqual([]);
  });

  it("only this tape's passes", () => {
    const x = tf.constant(2);
    const first = watching(x);
    const second = watching(x);
    const y = x.mul(x);
    const seen: unknown[] = [];
    first.onGradient(y, noting(seen));
    expect(second.gradient(y, x).item()).toBe(4);
    expect(seen).toEqual([]);
    first.gradient(y, x);
    expect(seen).toEqual([1]);
  });

  it("each output of an operation with several", () => {
    const x = tf.constant([1, 2, 3, 4]);
    const tape = watching(x);
    const [a, b] = tf.split(x, 2);
    const seen: unknown[] = [];
    tape.onGradient(a!, noting(seen));
    tape.onGradient(b!, (cotangent) => cotangent.mul(10));
    expect(tape.gradient(a!.mul(3).add(b!), x).toArray()).toEqual([3, 3, 10, 10]);
    expect(seen).toEqual([[3, 3]]);
  });
});

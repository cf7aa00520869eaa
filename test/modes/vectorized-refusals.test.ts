/** What a function that is traced cannot do, and how the error says where; its lines are those of this file. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { isTracing } from "../../src/core/dispatch.js";
import { watching } from "../tape/tapes.js";
import { errorOf, leavesNothingActive } from "./modes.js";

leavesNothingActive();

const rows = tf.constant([
  [1, 2],
  [3, 4],
]);

/** The place in this file from which it is called, as `file:line`. */
function here(): string {
  const frame = new Error().stack?.split("\n")[2] ?? "";
  const place = /(vectorized-refusals\.test\.ts:\d+):\d+/.exec(frame);
  if (place === null) throw new Error(`no place in ${frame}`);
  return place[1]!;
}

type Read = (x: tf.Tensor) => unknown;

/** Each way to read a value, with the line that it is on. */
const READS: readonly (readonly [string, Read, string])[] = [
  ["item", (x) => x.at(0).item(), here()],
  ["toArray", (x) => x.toArray(), here()],
  ["data", (x) => x.data(), here()],
  ["data without a copy", (x) => x.data({ copy: false }), here()],
  ["a unary plus", (x) => +x.at(0), here()],
  ["Number", (x) => Number(x.at(1)), here()],
  ["a comparison of the host", (x) => x.at(0) > x.at(1), here()],
  ["booleanMask", (x) => tf.booleanMask(x, x.greater(0)), here()],
  ["a constant of its values", (x) => tf.constant(x.toArray() as number[]), here()],
];

describe("vectorizedMap: reading", () => {
  it.each(READS)("%s is a TraceError with the user's line", (_, read, place) => {
    const error = errorOf(() =>
      tf.vectorizedMap((row: tf.Tensor) => {
        read(row);
        return row;
      }, rows),
    );
    expect(error).toBeInstanceOf(tf.TraceError);
    expect(error.message).toContain(place);
    expect(error.message).toMatch(/tf\.vectorizedMap traces its function/);
    expect(error.message).toMatch(/tf\.where/);
    expect(isTracing()).toBe(false);
  });

  it("read() is a rejected promise, or throws", async () => {
    let promise: Promise<unknown> | undefined;
    const error = await (async () => {
      try {
        tf.vectorizedMap((row: tf.Tensor) => {
          promise = row.read();
          return row;
        }, rows);
        await promise;
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(tf.TraceError);
  });

  it("a variable that is read inside has no value either", () => {
    const v = new tf.Variable(3);
    expect(() => tf.vectorizedMap((row: tf.Tensor) => row.mul(v.item()), rows)).toThrow(
      tf.TraceError,
    );
    expect(v.item()).toBe(3);
  });

  it("what is computed of constants inside has none, what is made outside has", () => {
    const outside = tf.constant(2);
    expect(() =>
      tf.vectorizedMap((row: tf.Tensor) => row.mul(outside.add(1).item()), rows),
    ).toThrow(tf.TraceError);
    expect(tf.vectorizedMap((row: tf.Tensor) => row.mul(outside.item()), rows).toArray()).toEqual([
      [2, 4],
      [6, 8],
    ]);
  });

  it("a condition on a value in an inner map, a gradient or a Jacobian is refused too", () => {
    const choose = (x: tf.Tensor): tf.Tensor => (x.item() > 0 ? x : x.neg());
    const inner = (row: tf.Tensor): tf.Tensor => tf.vectorizedMap(choose, row);
    expect(() => tf.vectorizedMap(inner, rows)).toThrow(tf.TraceError);
    expect(() => tf.vectorizedMap((row: tf.Tensor) => tf.grad(choose)(row.at(0)), rows)).toThrow(
      tf.TraceError,
    );
    expect(() =>
      tf.vectorizedMap((row: tf.Tensor) => tf.jacobian(choose)(row.at(0)), rows),
    ).toThrow(tf.TraceError);
    expect(tf.jacobian((x: tf.Tensor) => inner(x).mul(1), {})).toBeTypeOf("function");
  });

  it("`for…of`, at and unstack need no values", () => {
    const result = tf.vectorizedMap((row: tf.Tensor) => {
      let sum = tf.constant(0);
      for (const element of row) sum = sum.add(element.mul(element));
      const [first] = row;
      return sum.add(first!).add(row.at(-1)).add(tf.unstack(row)[1]!);
    }, rows);
    expect(result.toArray()).toEqual([5 + 1 + 4, 25 + 3 + 8]);
  });

  it("a traced tensor that escapes has no value outside", () => {
    let escaped: tf.Tensor | undefined;
    tf.vectorizedMap((row: tf.Tensor) => {
      escaped = row.mul(2);
      return escaped;
    }, rows);
    expect(() => escaped?.toArray()).toThrow(tf.TraceError);
    expect(() => tf.exp(escaped!).toArray()).toThrow(tf.TraceError);
    expect(() => tf.vectorizedMap((row: tf.Tensor) => row.add(escaped!), rows)).toThrow(
      tf.TraceError,
    );
    expect(() => new tf.Variable(escaped!).toArray()).toThrow(tf.TraceError);
  });
});

describe("vectorizedMap: assigning", () => {
  it.each([
    ["assign", (v: tf.Variable, x: tf.Tensor) => v.assign(x)],
    ["assignAdd", (v: tf.Variable, x: tf.Tensor) => v.assignAdd(x)],
    ["assignSub", (v: tf.Variable, x: tf.Tensor) => v.assignSub(x)],
    ["assign of a constant", (v: tf.Variable) => v.assign([7, 8])],
  ] as const)("%s is a TraceError, and the variable keeps its value", (_, assign) => {
    const v = new tf.Variable([1, 2], { name: "state" });
    const error = errorOf(() =>
      tf.vectorizedMap((row: tf.Tensor) => {
        assign(v, row);
        return row;
      }, rows),
    );
    expect(error).toBeInstanceOf(tf.TraceError);
    expect(error.message).toContain('Variable "state"');
    expect(v.toArray()).toEqual([1, 2]);
    v.assign([5, 6]);
    expect(v.toArray()).toEqual([5, 6]);
  });
});

describe("vectorizedMap: after an error", () => {
  it("tapes and accumulators around it go on as if nothing had been", () => {
    const x = tf.constant([[1, 2]]);
    const tape = watching(x);
    using accumulator = new tf.ForwardAccumulator(x, [[1, 1]]);
    const before = x.mul(x);
    expect(() =>
      tf.vectorizedMap((row: tf.Tensor) => {
        const inner = watching(row);
        inner.watch(row);
        return row.mul(row.at(0).item());
      }, before),
    ).toThrow(tf.TraceError);
    expect(isTracing()).toBe(false);
    expect(tape.recording).toBe(true);
    const y = tf.vectorizedMap((row: tf.Tensor) => row.mul(row), before);
    expect(accumulator.jvp(y).toArray()).toEqual([[4, 32]]);
    expect(tape.gradient(y, x).toArray()).toEqual([[4, 32]]);
  });

  it("a tape or accumulator that was left open inside does not listen outside", () => {
    let left: tf.GradientTape | undefined;
    let accumulator: tf.ForwardAccumulator | undefined;
    tf.vectorizedMap((row: tf.Tensor) => {
      left = watching(row);
      accumulator = new tf.ForwardAccumulator(row, tf.ones([2]));
      return row.mul(2);
    }, rows);
    const v = new tf.Variable(1);
    v.mul(2);
    expect(left?.watchedVariables()).toEqual([]);
    left?.stop();
    accumulator?.stop();
  });
});

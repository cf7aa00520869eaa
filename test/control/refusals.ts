/** Bad input on values, in a graph and in rows: the errors, and that everything stays usable. */
import * as tf from "gradtape";
import { expect, it } from "vitest";
import { isRecording, isTracing } from "../../src/core/dispatch.js";
import { double } from "./control.js";

type ErrorType = abstract new (...parameters: never) => Error;

/** What is wrong, what is done with a vector of two elements, the error, and its message. */
export type BadCase = readonly [string, (x: tf.Tensor) => unknown, ErrorType, RegExp];

/** Calls a function with arguments that its type forbids. */
export function untyped(call: unknown, ...parameters: readonly unknown[]): unknown {
  return Reflect.apply(call as () => unknown, undefined, parameters);
}

const x = double([1, 2]);

/** Runs what is traced too, since some errors come up only then. */
function inGraph(call: BadCase[1]): void {
  const graph = tf.graph.trace(
    (own: tf.Tensor) => {
      const result = call(own);
      return result instanceof tf.Tensor ? result : own;
    },
    [x],
  );
  tf.graph.run(graph, [x]);
}

function inRows(call: BadCase[1]): void {
  tf.vectorizedMap(
    (own: tf.Tensor) => {
      const result = call(own);
      return result instanceof tf.Tensor ? result : own;
    },
    x.reshape([1, 2]),
  );
}

/** Expects the error, and that tapes, loops and traces work afterwards as before. */
function expectRefused(run: () => unknown, type: ErrorType, message: RegExp): void {
  using around = new tf.GradientTape();
  around.watch(x);
  const before = tf.reduceSum(x.mul(x));
  expect(run).toThrow(type);
  expect(run).toThrow(message);
  expect(isTracing()).toBe(false);
  expect(isRecording()).toBe(true);
  const [loop] = tf.whileLoop(
    (v) => tf.less(v, 30),
    (v) => [v.mul(2)],
    [before],
  );
  expect(around.gradient(loop, x).toArray()).toEqual([16, 32]);
  const rows = tf.vectorizedMap(
    (row: tf.Tensor) => tf.scan((s: tf.Tensor) => s, row),
    x.reshape([1, 2]),
  );
  expect(rows.toArray()).toEqual([[1, 1]]);
}

/** A test for every case, on values and traced. */
export function testRefusals({
  everywhere,
  onValues = [],
  traced = [],
}: {
  readonly everywhere: readonly BadCase[];
  /** Where values are needed for something to be wrong. */
  readonly onValues?: readonly BadCase[];
  /** What is wrong only where values are not known. */
  readonly traced?: readonly BadCase[];
}): void {
  it.each([...everywhere, ...onValues])("%s, on values", (_, call, type, message) => {
    expectRefused(() => call(x), type, message);
  });

  it.each([...everywhere, ...traced])("%s, in a graph", (_, call, type, message) => {
    expectRefused(() => inGraph(call), type, message);
  });

  it.each([...everywhere, ...traced])("%s, in rows", (_, call, type, message) => {
    expectRefused(() => inRows(call), type, message);
  });
}

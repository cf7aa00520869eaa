/** What the tests of control flow share. */
import * as tf from "gradtape";
import { afterEach, expect } from "vitest";
import { isRecording, isTracing } from "../../src/core/dispatch.js";

/** A function of tensors. */
export type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor;

/** How a function is run. */
export type Way = (f: TensorFunction, ...inputs: readonly tf.Tensor[]) => tf.Tensor;

/** On values, in a graph that is verified, and in the second of two rows. */
export const WAYS: readonly (readonly [string, Way])[] = [
  ["at once", (f, ...inputs) => f(...inputs)],
  [
    "in a graph",
    (f, ...inputs) => {
      const graph = tf.graph.trace((...own: tf.Tensor[]) => f(...own), [...inputs]);
      tf.graph.verify(graph);
      return tf.graph.run(graph, inputs)[0]!;
    },
  ],
  [
    "in rows",
    (f, ...inputs) => {
      const rows = inputs.map((input) => tf.stack([input, input]));
      return tf.vectorizedMap((own: tf.Tensor[]) => f(...own), rows).at(1);
    },
  ],
];

/** The gradient of Σ f by the input at a position. */
export function gradient(f: TensorFunction, position = 0): TensorFunction {
  return (...inputs) =>
    tf.grad((...own: tf.Tensor[]) => tf.reduceSum(f(...own)), { argnums: position })(...inputs);
}

/** A float64 constant. */
export function double(value: tf.Literal): tf.Tensor {
  return tf.constant(value, { dtype: "float64" });
}

/** An int32 constant. */
export function integer(value: tf.Literal): tf.Tensor {
  return tf.constant(value, { dtype: "int32" });
}

/** Has every test of a file leave no recorder and no trace behind. */
export function leavesNothingActive(): void {
  afterEach(() => {
    expect(isRecording(), "a recorder is left active").toBe(false);
    expect(isTracing(), "a trace is left active").toBe(false);
  });
}

/** Expects shape and values, relatively where they are large. */
export function expectValues(
  actual: tf.Tensor,
  expected: tf.NestedNumbers | tf.Tensor,
  tolerance = 1e-10,
): void {
  const due = expected instanceof tf.Tensor ? expected : double(expected as tf.Literal);
  expect(actual.shape).toEqual(due.shape);
  const values = due.data();
  actual.data().forEach((value, index) => {
    const near = values[index]!;
    const allowed = tolerance * Math.max(1, Math.abs(near));
    const message = `element ${index} is ${value}, which should be ${near}`;
    expect(Object.is(value, near) || Math.abs(value - near) <= allowed, message).toBe(true);
  });
}

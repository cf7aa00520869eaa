/** What the tests of the modes of differentiation share. */
import * as tf from "gradtape";
import { afterEach, expect } from "vitest";
import { isRecording, isTracing } from "../../src/core/dispatch.js";

/** Has every test of a file, whatever it throws, leave no recorder and no trace behind. */
export function leavesNothingActive(): void {
  afterEach(() => {
    expect(isRecording(), "a recorder is left active").toBe(false);
    expect(isTracing(), "a trace is left active").toBe(false);
  });
}

/** A float64 constant. */
export function double(value: tf.Literal): tf.Tensor {
  return tf.constant(value, { dtype: "float64" });
}

/** Expects shape and values, which may differ by `tolerance`, relatively where they are large. */
export function expectClose(
  actual: tf.Tensor | null | undefined,
  expected: tf.NestedNumbers | tf.Tensor,
  tolerance = 1e-6,
): void {
  if (!(actual instanceof tf.Tensor)) throw new Error(`no tensor but ${String(actual)}`);
  const due = expected instanceof tf.Tensor ? expected : double(expected as tf.Literal);
  expect(actual.shape).toEqual(due.shape);
  const values = due.data();
  actual.data().forEach((value, index) => {
    const near = values[index]!;
    const difference = value === near ? 0 : Math.abs(value - near);
    expect(difference, `element ${index} is ${value}, which should be ${near}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(near)),
    );
  });
}

/** The error that `body` throws. */
export function errorOf(body: () => unknown): Error {
  try {
    body();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

/** Collects garbage in several tasks, so that finalizers run in between. */
export async function collect(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { gc } = globalThis;
    if (gc === undefined) throw new Error("the tests need node --expose-gc");
    gc();
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves after other waiting functions have had their turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Every stored value, gradient and second-order gradient of TensorFlow is what gradtape computes. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { describeMismatch } from "./compare.js";
import type { GoldenCase, GoldenTensor } from "./golden.js";
import { decode, readGoldenCases, substitute } from "./golden.js";

/** Elementary and special functions of both libraries are some units in the last place apart. */
const TOLERANCES = { float64: 1e-12, float32: 1e-6, int32: 0, bool: 0 } as const;

describe("golden values of TensorFlow", () => {
  for (const golden of readGoldenCases("tensorflow.json")) {
    it(golden.name, () => {
      const operands = golden.operands.map(toTensor);
      expectTensors("output", evaluate(golden, operands), golden.outputs, golden);
      if (golden.wrt.length > 0) checkDerivatives(golden, operands);
    });
  }
});

function checkDerivatives(golden: GoldenCase, operands: readonly tf.Tensor[]): void {
  const sources = golden.wrt.map((k) => at(operands, k));
  const outer = new tf.GradientTape();
  outer.watch(sources);
  const inner = new tf.GradientTape();
  inner.watch(sources);
  const outputs = evaluate(golden, operands);
  const gradients = inner.gradient(outputs, sources, {
    outputGradients: golden.outputGradients.map(toTensor),
    unconnectedGradients: "zero",
  });
  expectTensors("gradient", gradients, golden.gradients, golden);
  if (golden.secondOrder === undefined) {
    outer.stop();
    return;
  }
  const weights = golden.secondOrder.weights.map(toTensor);
  const weighted = gradients.map((gradient, k) =>
    tf.reduceSum(tf.multiply(at(weights, k), gradient)),
  );
  const second = outer.gradient(tf.addN(weighted), sources, { unconnectedGradients: "zero" });
  expectTensors("second-order gradient", second, golden.secondOrder.gradients, golden);
}

function evaluate(golden: GoldenCase, operands: readonly tf.Tensor[]): readonly tf.Tensor[] {
  const call = publicFunction(golden.call);
  const result: unknown = Reflect.apply(
    call,
    undefined,
    golden.arguments.map((argument) => substitute(argument, operands)),
  );
  const results: readonly unknown[] = Array.isArray(result) ? result : [result];
  return results.map((entry) => {
    if (entry instanceof tf.Tensor) return entry;
    throw new Error(`tf.${golden.call} returned ${String(entry)}, which is not a tensor`);
  });
}

/** The exported function of a dotted name. */
function publicFunction(name: string): (...values: unknown[]) => unknown {
  let found: unknown = tf;
  for (const part of name.split(".")) {
    found = typeof found === "object" && found !== null ? Reflect.get(found, part) : undefined;
  }
  if (typeof found !== "function") throw new Error(`gradtape exports no tf.${name}`);
  const exported = found;
  return (...values) => Reflect.apply(exported, undefined, values);
}

function toTensor(stored: GoldenTensor): tf.Tensor {
  return tf.constant(decode(stored), { dtype: stored.dtype, shape: stored.shape });
}

function expectTensors(
  what: string,
  actual: readonly tf.Tensor[],
  stored: readonly GoldenTensor[],
  golden: GoldenCase,
): void {
  expect(actual.length, `number of ${what}s`).toBe(stored.length);
  stored.forEach((expected, k) => {
    const tensor = at(actual, k);
    const label = `${what} ${k}`;
    expect(tensor.dtype, `dtype of ${label}`).toBe(expected.dtype);
    expect(tensor.shape, `shape of ${label}`).toEqual(expected.shape);
    const tolerance = golden.tolerance ?? TOLERANCES[expected.dtype];
    const mismatch = describeMismatch(tensor.data(), decode(expected), tolerance, golden.compare);
    expect(mismatch, label).toBeUndefined();
  });
}

function at<T>(values: readonly T[], position: number): T {
  const value = values[position];
  if (value === undefined) throw new Error(`nothing at position ${position}`);
  return value;
}

/** Ten steps of every optimizer are those of Keras, in float32 and float64. */
import { readFileSync } from "node:fs";
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { describeMismatch } from "../golden/compare.js";

interface GoldenOptimizer {
  readonly name: string;
  readonly optimizer: "SGD" | "Adam" | "AdamW" | "RMSprop";
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly dtype: "float32" | "float64";
  /** Step, variable, element. */
  readonly after: readonly (readonly (readonly number[])[])[];
}

interface GoldenFile {
  readonly shapes: readonly (readonly number[])[];
  readonly initial: readonly (readonly number[])[];
  readonly gradients: readonly (readonly (readonly number[])[])[];
  readonly cases: readonly GoldenOptimizer[];
}

// The script beside the file writes it in this form.
const golden = JSON.parse(
  readFileSync(new URL("../golden/optimizers.json", import.meta.url), "utf8"),
) as GoldenFile;

// TensorFlow's float32 kernels round in another order; ten steps add up.
const TOLERANCES = { float32: 1e-6, float64: 1e-14 } as const;

describe("golden steps of Keras", () => {
  it("are there for every optimizer in both dtypes", () => {
    expect(golden.cases.length).toBe(26);
    for (const { after } of golden.cases) expect(after.length).toBe(10);
  });

  it.each(golden.cases)("$name", ({ optimizer: kind, options, dtype, after }) => {
    const tensor = (values: readonly number[], k: number): tf.Tensor =>
      tf.constant(values, { dtype, shape: golden.shapes[k]! });
    const variables = golden.initial.map((values, k) => new tf.Variable(tensor(values, k)));
    const optimizer = new tf.optimizers[kind](options);
    golden.gradients.forEach((gradients, step) => {
      optimizer.applyGradients(gradients.map((g, k) => [tensor(g, k), variables[k]!]));
      variables.forEach((variable, k) => {
        expect(variable.dtype).toBe(dtype);
        const expected = after[step]![k]!;
        const mismatch = describeMismatch(variable.data(), expected, TOLERANCES[dtype], "tensor");
        expect(mismatch, `variable ${k} after step ${step}`).toBeUndefined();
      });
    });
    expect(optimizer.iterations).toBe(10);
  });
});

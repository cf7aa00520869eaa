/** Products of partial derivatives and cotangents of large tensors are one kernel, with the bits that single operations give. */

import * as tf from "gradtape";
import { describe, expect, it, vi } from "vitest";
import { operandCotangent } from "../../src/autodiff/rules.js";
import { wasmCompiler } from "../../src/backends/wasm/kernel-compiler.js";
import { runOp } from "../../src/core/dispatch.js";
import { isFloating } from "../../src/core/dtype.js";
import type { Call, Op, Sample } from "../../src/core/op.js";
import type { Tensor } from "../../src/core/tensor.js";
import { casesOf } from "../harness/cases.js";
import { difference } from "../harness/comparing.js";
import { takes } from "../harness/dtypes.js";
import { operandTensor, randomWeights, sampleValues } from "../harness/operands.js";
import { collectOps } from "../harness/ops.js";

/** Blocks of 1,024 and a rest, and more than what constants are computed for. */
const SIZE = 4 * 1024 + 517;

/** Values that rules have to get right whatever the others are. */
const SPECIAL = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN];

/** What a sample's operands are like, so many of them. */
function operandsOf(op: Op, sample: Sample<unknown>, dtype: "float32" | "float64"): Tensor[] {
  return sample.operands.map((operand, position) => {
    const name = `${op.name} ${position}`;
    const drawn = "values" in operand ? sampleValues(operand, name) : undefined;
    const values = Array.from({ length: SIZE }, (_, index) => drawn?.[index % drawn.length]);
    const own =
      drawn === undefined
        ? { ...operand, shape: [SIZE] }
        : { ...operand, shape: [SIZE], values: values as number[] };
    return operandTensor(own, dtype, name);
  });
}

/** The first elements are replaced by special ones. */
function withSpecial(tensor: Tensor): Tensor {
  if (!isFloating(tensor.dtype)) return tensor;
  const values = tensor.data();
  values.set(SPECIAL, 0);
  return tf.constant(values, { dtype: tensor.dtype });
}

const ops = (await collectOps())
  .map(({ op }) => op)
  .filter(({ derivative, lowering }) => {
    return derivative.kind === "partials" && lowering.kind === "elementwise";
  });

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  it.each(ops.map((op) => [op.name, op] as const))("%s", (_, op) => {
    const rule = op.derivative;
    if (rule.kind !== "partials") return;
    const one = casesOf(op)[0]!;
    if (!takes(one, dtype)) return;
    const plain = operandsOf(op, one.sample, dtype);
    for (const inputs of [plain, plain.map(withSpecial)]) {
      const outputs = runOp(op, inputs, one.sample.attributes);
      const call: Call = { inputs, outputs, attributes: one.sample.attributes };
      const weights = randomWeights(SIZE, op.name);
      weights.splice(20, SPECIAL.length, ...SPECIAL);
      const cotangent = tf.constant(weights, { dtype: outputs[0]!.dtype });
      inputs.forEach((input, position) => {
        if (!isFloating(input.dtype)) return;
        const found = operandCotangent(rule, call, cotangent, position) as Tensor | undefined;
        // Where somebody listens, operations are run one by one.
        const tape = new tf.GradientTape();
        const expected = operandCotangent(rule, call, cotangent, position) as Tensor | undefined;
        tape.stop();
        expect(found === undefined).toBe(expected === undefined);
        if (found !== undefined) expect(difference(found, expected!)).toBeUndefined();
      });
    }
  });
});

it("are computed at once where they are made of several operations, and nobody listens", () => {
  const together = vi.spyOn(wasmCompiler, "evaluatePartialProduct");
  const single = vi.spyOn(wasmCompiler, "evaluate");
  const x = tf.random.normal([SIZE], { seed: 1 });
  const tape = new tf.GradientTape({ persistent: true });
  tape.watch(x);
  const y = tf.tanh(x);
  tape.stop();
  const before = single.mock.calls.length;
  tape.gradient(y, x);
  expect(single.mock.calls.length).toBe(before);
  expect(together.mock.results.map(({ value }) => value instanceof tf.Tensor)).toEqual([true]);
  const outer = new tf.GradientTape();
  tape.gradient(y, x);
  outer.stop();
  expect(together.mock.calls).toHaveLength(1);
  expect(single.mock.calls.length).toBeGreaterThan(before);
  vi.restoreAllMocks();
});

/** Every elementwise operation as a kernel, at its samples and at special points, against the reference evaluator. */

import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/backends/reference/evaluate.js";
import { DTYPES, type DType } from "../../src/core/dtype.js";
import { DTypeError } from "../../src/core/errors.js";
import { hostValues } from "../../src/core/reading.js";
import type { Tensor } from "../../src/core/tensor.js";
import { casesOf, inputsOf, type OpCase } from "../harness/cases.js";
import { collectOps } from "../harness/ops.js";
import { atSpecialPoints } from "../harness/special-points.js";
import { opKernel, prepare } from "./kernels.js";
import { worstDistance } from "./ulps.js";

/** Units in the last place: both sides may be off, and the reference computes float32 in double precision. */
const BOUND = 4;

const cases = (await collectOps())
  .filter(({ op }) => op.lowering.kind === "elementwise")
  .flatMap(({ op }) => casesOf(op));

describe.each(cases)("$label", (one) => {
  it.each(DTYPES)("in %s gives what the reference does", (dtype) => {
    check(one, inputsOf(one, dtype));
    check(one, inputsOf({ ...one, ...atSpecialPoints(one, dtype) }, dtype));
  });
});

function check({ op, sample }: OpCase, inputs: readonly Tensor[]): void {
  const result = resultOf(() => op.outputType(inputs, sample.attributes).dtype);
  if (result === undefined) return;
  const dtypes = inputs.map(({ dtype }) => dtype);
  const run = prepare(opKernel(op, dtypes, result));
  const columns = inputs.map((input) => hostValues(input, "test"));
  const count = inputs[0]!.size;
  const expected = valuesOrError(() =>
    hostValues(evaluate(op, inputs, sample.attributes) as Tensor),
  );
  const actual = valuesOrError(() => run(columns, count)[0]!);
  if (typeof expected === "string" || typeof actual === "string") {
    expect(actual).toBe(expected);
    return;
  }
  const { error, at } = worstDistance(result, actual, expected);
  const point = columns.map((column) => column[at]).join(", ");
  expect(error, `at ${point}: ${actual[at]} for ${expected[at]}`).toBeLessThanOrEqual(BOUND);
}

/** undefined where the operation does not take the dtype. */
function resultOf(type: () => DType): DType | undefined {
  try {
    return type();
  } catch (error) {
    if (error instanceof DTypeError) return undefined;
    throw error;
  }
}

/** The message where elements are refused, such as a 0 that an int32 is divided by. */
function valuesOrError(compute: () => ArrayLike<number>): ArrayLike<number> | string {
  try {
    return compute();
  } catch (error) {
    return String(error);
  }
}

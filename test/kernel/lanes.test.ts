/** Kernels give the same bits for every element, wherever in an array it is and wherever the array is in memory. */

import { describe, expect, it } from "vitest";
import { detectFeatures } from "../../src/backends/wasm/features.js";
import { DTYPES, type DType, type TypedArray } from "../../src/core/dtype.js";
import { DTypeError } from "../../src/core/errors.js";
import { hostValues } from "../../src/core/reading.js";
import type { Tensor } from "../../src/core/tensor.js";
import { casesOf, type OpCase } from "../harness/cases.js";
import { sampleValues, tensorFrom } from "../harness/operands.js";
import { collectOps } from "../harness/ops.js";
import { opKernel, prepare } from "./kernels.js";

/** Blocks that are computed together, single ones, and elements. */
const LARGEST = 39;
const options = detectFeatures().relaxedSimd ? [false, true] : [false];

const cases = (await collectOps())
  .filter(({ op }) => op.lowering.kind === "elementwise")
  .flatMap(({ op }) => casesOf(op));

describe.each(options)("with relaxed SIMD: %s", (relaxedSimd) => {
  it.each(cases)("$label has a tail like its lanes", (one) => {
    for (const dtype of DTYPES) {
      const inputs = inputsOf(one, dtype);
      const result = resultOf(one, inputs);
      if (result === undefined) continue;
      const dtypes = inputs.map((input) => input.dtype);
      const run = prepare(opKernel(one.op, dtypes, result), { relaxedSimd });
      const columns = inputs.map((input) => hostValues(input));
      // Each element by itself is the work of the tail.
      const alone = Array.from({ length: LARGEST }, (_, at) =>
        run(part(columns, at, at + 1), 1)[0]!.at(0),
      );
      for (let size = 0; size <= LARGEST; size++) {
        const [out] = run(part(columns, 0, size), size, size % 8);
        expect(Array.from(out!)).toEqual(alone.slice(0, size));
      }
    }
  });
});

/** The sample's values over and over, so that an element is in every lane. */
function inputsOf(one: OpCase, dtype: DType): Tensor[] {
  return one.operands.map((operand, position) => {
    const values = sampleValues(operand, `${one.label} ${position}`);
    const repeated = Array.from({ length: LARGEST }, (_, at) => values[at % values.length]!);
    return tensorFrom(repeated, operand.dtype ?? dtype, [LARGEST]);
  });
}

function part(columns: readonly TypedArray[], begin: number, end: number): TypedArray[] {
  return columns.map((column) => column.slice(begin, end));
}

/** undefined where the operation does not take the dtype, or has to refuse some element. */
function resultOf({ op, sample }: OpCase, inputs: readonly Tensor[]): DType | undefined {
  const { lowering } = op;
  try {
    const { dtype } = op.outputType(inputs, sample.attributes);
    if (lowering.kind === "elementwise" && inputs.at(-1)!.dtype === "int32") {
      const columns = inputs.map((input) => hostValues(input));
      columns[0]!.forEach((_, at) => {
        (lowering.integer ?? lowering.scalar)(...columns.map((column) => column[at]!));
      });
    }
    return dtype;
  } catch (error) {
    if (error instanceof DTypeError || String(error).startsWith("ArgumentError")) return undefined;
    throw error;
  }
}

/** Elementwise operations compiled, at zeros of both signs, NaN, infinities, and numbers at the ends of the range. */

import { describe, expect, it } from "vitest";
import { runOp } from "../../src/core/dispatch.js";
import type { Op } from "../../src/core/op.js";
import type { Tensor } from "../../src/core/tensor.js";
import { compile } from "../../src/runtime/compile.js";
import { tensorFrom } from "../harness/operands.js";
import { collectOps } from "../harness/ops.js";
import { useReference } from "../harness/sizes.js";

useReference();

const SIGNED = [0, 0.5, 1, 2, 100.5, Number.POSITIVE_INFINITY, 88, 104, 709, 746, 2 ** 24, 2 ** 31];
const ENDS = [1e-40, 1e30, 5e-324, 1e-310, 1e300, 2 ** 53, 1e5, 1e-8, Math.PI, Math.PI / 2];
const SPECIAL = [...[...SIGNED, ...ENDS].flatMap((value) => [value, -value]), Number.NaN, 3, 170.3];

type FloatingType = "float32" | "float64";

/** Relative, and where numbers are about to vanish. */
const ACCURACY = {
  float32: { relative: 1e-5, vanishing: 1e-37 },
  float64: { relative: 1e-12, vanishing: 1e-306 },
} as const;

/** The operands of one sample with every special value, or every pair of two, in the place of its floating operands. */
function operandsOf(op: Op, dtype: FloatingType): Tensor[] {
  const { operands } = op.samples[0]!;
  const free = operands.filter((operand) => operand.dtype === undefined).length;
  const rows =
    free < 2 ? SPECIAL.map((one) => [one]) : SPECIAL.flatMap((a) => SPECIAL.map((b) => [a, b]));
  // Some of them are behind the last whole vector.
  while (rows.length % 4 !== 3) rows.push(rows[0]!);
  let next = 0;
  return operands.map((operand) => {
    if (operand.dtype === undefined) {
      const place = next++;
      return tensorFrom(
        rows.map((row) => row[place] ?? row[0]!),
        dtype,
        [rows.length],
      );
    }
    const values = "values" in operand ? operand.values : [0, 1];
    return tensorFrom(
      rows.map((_, at) => values[at % values.length]!),
      operand.dtype,
      [rows.length],
    );
  });
}

function isNear(found: number, wanted: number, dtype: FloatingType): boolean {
  if (Object.is(found, wanted)) return true;
  if (!Number.isFinite(found) || !Number.isFinite(wanted)) return false;
  if (found === 0 && wanted === 0) return false;
  const { relative, vanishing } = ACCURACY[dtype];
  const off = Math.abs(found - wanted);
  return off <= relative * Math.abs(wanted) || off < vanishing;
}

const elementwise = (await collectOps())
  .map(({ op }) => op)
  .filter(({ lowering }) => lowering.kind === "elementwise");

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  it.each(elementwise.map((op) => [op.name, op] as const))("%s", (_, op) => {
    const inputs = operandsOf(op, dtype);
    const { attributes } = op.samples[0]!;
    const run = (own: readonly Tensor[]): Tensor => runOp(op, own, attributes)[0]!;
    const wanted = run(inputs).data();
    const found = compile(run)(inputs).data();
    const wrong = [...wanted.keys()].filter((at) => !isNear(found[at]!, wanted[at]!, dtype));
    const texts = wrong.slice(0, 5).map((at) => {
      const given = inputs.map((one) => one.data()[at]).join(", ");
      return `${op.name}(${given}) is ${found[at]} instead of ${wanted[at]}`;
    });
    expect(texts).toEqual([]);
  });
});

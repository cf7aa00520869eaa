/** All that is checked of an operation, by name; each check gives what is wrong, and nothing if all is right. */

import type { DType } from "../../src/core/dtype.js";
import { checkBatching, checkNestedBatching } from "./batching.js";
import { checkBroadcasting, checkEmpty } from "./broadcasting.js";
import { casesOf, type OpCase } from "./cases.js";
import { checkCompiled } from "./compiling.js";
import { checkFirstOrder, checkSecondOrder, checkThirdOrder } from "./derivatives.js";
import { checkFloat32, checkIntegers, takes } from "./dtypes.js";
import { checkFlatness } from "./flatness.js";
import { checkLayouts, checkScalars } from "./layouts.js";
import { checkMaskedGradients, checkMaskedMixtures } from "./masking.js";
import {
  checkJacobians,
  checkPushforward,
  checkSecondOrderModes,
  checkThirdOrderModes,
} from "./modes.js";
import type { FoundOp } from "./ops.js";
import { checkAdjoint, checkPurity, checkResiduals } from "./rules.js";
import { checkSpecialValues, isPointwise } from "./special-points.js";
import { checkTracing } from "./tracing.js";
import { checkGradientTypes, checkOutputTypes } from "./types.js";

/** Gives a message for everything that is wrong with an operation. */
export type Check = (found: FoundOp) => string[];

const FLOATING = ["float32", "float64"] as const;

/** Kinds of computation that only move elements, or work on each in its own dtype. */
const TAKE_BOOL: ReadonlySet<string> = new Set([
  "elementwise",
  "view",
  "gather",
  "replace",
  "concat",
  "cast",
]);

/** A check of every sample. */
function everySample(check: (one: OpCase) => string[]): Check {
  return ({ op }) => casesOf(op).flatMap(check);
}

/** A check of every sample in each of the dtypes that the operation takes. */
function everyDType(
  check: (one: OpCase, dtype: DType) => string[],
  dtypes: (one: OpCase) => readonly DType[] = () => FLOATING,
): Check {
  return everySample((one) =>
    dtypes(one).flatMap((dtype) => (takes(one, dtype) ? check(one, dtype) : [])),
  );
}

/** As a check, but silent about operations that have no derivative. */
function differentiable(check: Check): Check {
  return (found) => (found.op.derivative.kind === "none" ? [] : check(found));
}

/** The checks that hold for every operation. */
export const CHECKS: Readonly<Record<string, Check>> = {
  "outputs have the declared types": everyDType(checkOutputTypes, ({ op }) =>
    TAKE_BOOL.has(op.lowering.kind) ? [...FLOATING, "int32", "bool"] : [...FLOATING, "int32"],
  ),
  "gradients have the types of the operands": everyDType(checkGradientTypes),
  "first order": differentiable(everySample(checkFirstOrder)),
  "second order": differentiable(everySample(checkSecondOrder)),
  "third order": differentiable(({ op }) => casesOf(op).slice(0, 1).flatMap(checkThirdOrder)),
  "float32 agrees with float64": everySample(checkFloat32),
  "int32 agrees with float64": everySample(checkIntegers),
  "operands in any layout": everyDType(checkLayouts),
  "scalars as elements of arrays": everyDType(checkScalars),
  "special values": everyDType(checkSpecialValues, () => [...FLOATING, "int32"]),
  "what where leaves out has no gradient": differentiable(
    everySample((one) => {
      if (isPointwise(one)) return FLOATING.flatMap((dtype) => checkMaskedGradients(one, dtype));
      // What is not finite is refused there, by a typed error.
      if (one.op.name === "checkNumerics") return [];
      // Sums of products are summed with whatever they meet, as in any other library.
      return one.op.derivative.kind === "bilinear" ? [] : checkMaskedMixtures(one, "float64");
    }),
  ),
  broadcasting: (found) => FLOATING.flatMap((dtype) => checkBroadcasting(found, dtype)),
  "no elements": ({ op }) => FLOATING.flatMap((dtype) => checkEmpty(op, dtype)),
  "a tape keeps what the rule reads": ({ op }) => checkResiduals(casesOf(op)),
  "the rule changes nothing": everySample(checkPurity),
  "the transpose is the adjoint": everySample(checkAdjoint),
  "forward is the adjoint of reverse": differentiable(everySample(checkPushforward)),
  "second order in every mode": differentiable(everySample(checkSecondOrderModes)),
  "third order in every mode": differentiable(({ op }) =>
    casesOf(op).slice(0, 1).flatMap(checkThirdOrderModes),
  ),
  "Jacobians in both modes": differentiable(everySample(checkJacobians)),
  "batched is the same as a loop": everySample(checkBatching),
  "rows in rows": everySample(checkNestedBatching),
  "traced is the same as eager": everySample(checkTracing),
  "compiled is the same as eager": everySample((one) =>
    FLOATING.flatMap((dtype) => (takes(one, dtype) ? checkCompiled(one, dtype) : [])),
  ),
  "no derivative where it is flat": everySample(checkFlatness),
};

/** What a check finds, an exception among it. */
export function findings(check: () => string[]): string[] {
  try {
    return check();
  } catch (error) {
    return [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}

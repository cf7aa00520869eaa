/** Functions made of operations: their derivatives, and that none of them is forgotten. */

import { describe, expect, test } from "vitest";
import { checkBatching } from "./harness/batching.js";
import { checkCompiled } from "./harness/compiling.js";
import { COMPOSITES, compositeCases } from "./harness/composites/index.js";
import { checkFirstOrder, checkSecondOrder } from "./harness/derivatives.js";
import { checkFloat32 } from "./harness/dtypes.js";
import { checkMaskedGradients, checkMaskedMixtures } from "./harness/masking.js";
import { checkPushforward, checkSecondOrderModes } from "./harness/modes.js";
import { collectOps, opOf } from "./harness/ops.js";
import {
  NOT_DIFFERENTIABLE,
  type PublicFunction,
  publicNames,
} from "./harness/public-functions.js";
import { operationsRunBy } from "./harness/running.js";
import { checkTracing } from "./harness/tracing.js";
import { checkGradientTypes } from "./harness/types.js";

/** Whether the checks of the operation say all about the function: it passes its operands on, and has no options. */
function onlyRuns(run: PublicFunction): boolean {
  const op = opOf(run);
  return (
    op?.lowering.kind === "elementwise" &&
    op.inputs.length === run.length &&
    op.samples.every(({ attributes }) => attributes === undefined)
  );
}

test("every public function just runs a declared operation, is called here, or has no derivative", () => {
  const called = new Set<unknown>(COMPOSITES.map(({ covers }) => covers));
  const forgotten = [...publicNames()]
    .filter(([run]) => !onlyRuns(run) && !called.has(run))
    .map(([, names]) => names[0]!)
    .filter((name) => !NOT_DIFFERENTIABLE.has(name));
  expect(forgotten).toEqual([]);
});

test("what is listed as not differentiable is there", () => {
  const names = new Set([...publicNames().values()].map(([name]) => name));
  expect([...NOT_DIFFERENTIABLE].filter((name) => !names.has(name))).toEqual([]);
});

test("every operation that runs is exported where the checks of operations find it", async () => {
  const found = new Set((await collectOps()).map(({ op }) => op));
  const ran = operationsRunBy(() => {
    for (const one of compositeCases()) checkGradientTypes(one, "float64");
  });
  const others = [...ran].filter((op) => !found.has(op)).map(({ name }) => name);
  // They pass on what a function of the user computes, so that they have no samples of their own.
  expect(others.sort()).toEqual(["compiledCall", "customGradient"]);
});

for (const one of compositeCases()) {
  describe(one.label, () => {
    test("first order", () => {
      expect(checkFirstOrder(one)).toEqual([]);
    });
    test("second order", () => {
      expect(checkSecondOrder(one)).toEqual([]);
    });
    test("forward is the adjoint of reverse, and second orders agree in every mode", () => {
      expect([...checkPushforward(one), ...checkSecondOrderModes(one)]).toEqual([]);
    });
    if (one.composite.readsValues !== true) {
      test("traced is the same as eager, and batched is the same as a loop", () => {
        expect([...checkTracing(one), ...checkBatching(one)]).toEqual([]);
      });
      test("compiled is the same as eager", () => {
        expect(checkCompiled(one)).toEqual([]);
      });
    }
    test("gradients have the types of the operands", () => {
      expect(checkGradientTypes(one, "float32")).toEqual([]);
    });
    if (one.composite.drawsByDType !== true) {
      test("float32 agrees with float64", () => {
        expect(checkFloat32(one)).toEqual([]);
      });
    }
    if (one.composite.finiteOnly !== true) {
      test("what where leaves out has no gradient", () => {
        const check = one.composite.pointwise ? checkMaskedGradients : checkMaskedMixtures;
        expect(check(one, "float64")).toEqual([]);
      });
    }
  });
}

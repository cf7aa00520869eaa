/** Functions made of operations: their derivatives, and that none of them is forgotten. */

import { describe, expect, test } from "vitest";
import { COMPOSITES, compositeCases } from "./harness/composites/index.js";
import { checkFirstOrder, checkSecondOrder } from "./harness/derivatives.js";
import { checkFloat32 } from "./harness/dtypes.js";
import { collectOps, opOf } from "./harness/ops.js";
import { NOT_DIFFERENTIABLE, publicNames } from "./harness/public-functions.js";
import { operationsRunBy } from "./harness/running.js";
import { checkMaskedGradients } from "./harness/special-points.js";
import { checkGradientTypes } from "./harness/types.js";

test("every public function runs a declared operation, is called here, or has no derivative", () => {
  const called = new Set<unknown>(COMPOSITES.map(({ covers }) => covers));
  const forgotten = [...publicNames()]
    .filter(([run]) => opOf(run) === undefined && !called.has(run))
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
  expect([...ran].filter((op) => !found.has(op)).map(({ name }) => name)).toEqual([]);
});

for (const one of compositeCases()) {
  describe(one.label, () => {
    test("first order", () => {
      expect(checkFirstOrder(one)).toEqual([]);
    });
    test("second order", () => {
      expect(checkSecondOrder(one)).toEqual([]);
    });
    test("gradients have the types of the operands", () => {
      expect(checkGradientTypes(one, "float32")).toEqual([]);
    });
    if (one.composite.drawsByDType !== true) {
      test("float32 agrees with float64", () => {
        expect(checkFloat32(one)).toEqual([]);
      });
    }
    if (one.composite.pointwise === true) {
      test("what where leaves out has no gradient", () => {
        expect(checkMaskedGradients(one, "float64")).toEqual([]);
      });
    }
  });
}

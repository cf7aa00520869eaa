/** Every operation at every sample, by checks that follow from its declaration. */

import { describe, expect, test } from "vitest";
import { CHECKS } from "./harness/checks.js";
import { collectOps, sharedNames } from "./harness/ops.js";

const ops = await collectOps();

test("no two operations have one name", () => {
  expect(sharedNames(ops)).toEqual([]);
});

test("every operation has samples", () => {
  expect(ops.filter(({ op }) => op.samples.length === 0).map(({ op }) => op.name)).toEqual([]);
});

for (const found of ops) {
  describe(found.op.name, () => {
    test.each(Object.entries(CHECKS))("%s", (_, check) => {
      expect(check(found)).toEqual([]);
    });
  });
}

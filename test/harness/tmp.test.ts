import { test, expect } from "vitest";
import { add } from "../../src/ops/arithmetic.js";
import { collectOps, sharedNames } from "./ops.js";
test("x", async () => {
  const ops = await collectOps();
  console.log(ops.length, ops.map((o) => o.op.name + (o.run ? "" : "*")).join(" "));
  console.log(sharedNames(ops));
  expect(ops.some((o) => o.op === add.op)).toBe(true);
});

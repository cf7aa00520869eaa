/** The checks notice every derivative that is broken on purpose, but for those that are listed with a reason. */

import { expect, test } from "vitest";
import { complaints, runMutations } from "./mutation/run.js";

test("broken derivatives are noticed", async () => {
  const report = await runMutations();
  expect(complaints(report)).toEqual([]);
  expect(Math.min(...report.made.values())).toBeGreaterThan(0);
});

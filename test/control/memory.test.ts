/** How much less memory the gradient of a scan takes whose states are computed again; each runs in a process of its own. */

import { expect, it } from "vitest";
import { runProgram } from "../harness/child-program.js";

it("the gradient of a scan of 10,000 steps takes a fifth of the memory with checkpoint", async () => {
  const plain = await runProgram(new URL("./programs/long-scan.ts", import.meta.url), "plain");
  const again = await runProgram(new URL("./programs/long-scan.ts", import.meta.url), "checkpoint");
  const [megabytes, megabytesAgain] = [plain, again].map(
    ({ kilobytes }) => ((kilobytes ?? 0) * 1024) / 1e6,
  ) as [number, number];
  console.log(
    `peak memory over the start of the process: ${megabytes.toFixed(0)} MB, ` +
      `with checkpoint ${megabytesAgain.toFixed(0)} MB`,
  );
  expect(again["gradient"]).toBeCloseTo(plain["gradient"]!, 12);
  // A dozen tensors of 8 kB a step are 960 MB.
  expect(megabytes).toBeGreaterThan(900);
  expect(megabytesAgain).toBeLessThan(megabytes / 5);
}, 180_000);

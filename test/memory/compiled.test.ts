/** Compiled functions that are called often, and with many signatures, take no more and more memory. */

import { expect, it } from "vitest";
import { runProgram } from "../harness/child-program.js";

const program = (name: string): URL => new URL(`./programs/${name}.ts`, import.meta.url);

it("10,000 calls leave nothing behind", async () => {
  const { heap, resident, sum } = await runProgram(program("compiled-calls"));
  expect(sum).toBeCloseTo(256 * (Math.tanh(1) + 1 - Math.tanh(1) ** 2), 3);
  expect(heap).toBeLessThan(1e6);
  expect(resident).toBeLessThan(30e6);
}, 120_000);

it("1,000 signatures take the memory of those that are kept", async () => {
  // Without end it would be about 900 · 600 kB.
  const { resident, sum, traces } = await runProgram(program("compiled-signatures"));
  expect(sum).toBe(0);
  expect(traces).toBe(100);
  expect(resident).toBeLessThan(150e6);
}, 120_000);

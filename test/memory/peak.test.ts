/** How much memory programs may take at most; each runs in a process of its own. */

import { expect, it } from "vitest";
import { runProgram } from "../harness/child-program.js";

const program = (name: string): URL => new URL(`./programs/${name}.ts`, import.meta.url);

/** Megabytes of 10⁶ bytes. */
const megabytes = (kilobytes: number | undefined): number => ((kilobytes ?? 0) * 1024) / 1e6;

it("a tape of 1,000,000 scalar operations and its gradient stay under 350 MB", async () => {
  const { gradient, peakKilobytes } = await runProgram(program("long-tape"));
  expect(gradient).toBe(1_000_001);
  expect(megabytes(peakKilobytes)).toBeGreaterThan(10);
  expect(megabytes(peakKilobytes)).toBeLessThan(350);
});

it("a synchronous loop over 4 MB tensors stays under 512 MB with nothing disposed of", async () => {
  const { first, peakKilobytes } = await runProgram(program("large-tensors"));
  expect(first).toBeCloseTo(0.998 ** 300, 4);
  expect(megabytes(peakKilobytes)).toBeGreaterThan(10);
  expect(megabytes(peakKilobytes)).toBeLessThan(512);
}, 120_000);

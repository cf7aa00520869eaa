/** Threads that die, programs that end, engines without shared memory: nothing hangs, and results are right. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "gradtape-threads-"));
const run = promisify(execFile);

async function bundle(name: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))],
    alias: { gradtape: fileURLToPath(new URL("../../src/node.ts", import.meta.url)) },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outfile,
  });
  return outfile;
}

/** What a program of the folder beside prints as JSON; it has to end by itself. */
async function resultOf(name: string, ...parameters: string[]): Promise<unknown> {
  const file = programs.get(name)!;
  const { stdout } = await run(process.execPath, ["--expose-gc", file, ...parameters], {
    timeout: 25_000,
    killSignal: "SIGKILL",
  });
  return JSON.parse(stdout);
}

const programs = new Map<string, string>();

beforeAll(async () => {
  for (const name of ["faults", "many-programs"]) programs.set(name, await bundle(name));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a program with threads", () => {
  it("ends by itself while workers are alive", async () => {
    expect(await resultOf("faults", "none")).toMatchObject({ right: true, workers: 1 });
  });

  it("gets right results where a worker is terminated between calls, and another one", async () => {
    const result = await resultOf("faults", "between");
    expect(result).toMatchObject({ right: true, workers: 1, joinedAgain: true });
  });

  it("gets right results where a worker dies with a part in its hands", async () => {
    const result = await resultOf("faults", "amid");
    expect(result).toMatchObject({ right: true, workers: 1, joinedAgain: true });
  });

  it("runs in a page, whose main thread may not wait", async () => {
    expect(await resultOf("faults", "web")).toMatchObject({ right: true, joinedAgain: true });
  });

  it("computes alone where workers cannot be started", async () => {
    expect(await resultOf("faults", "forbidden")).toMatchObject({ right: true, workers: 0 });
  });

  it("computes alone where workers die at once", async () => {
    expect(await resultOf("faults", "broken")).toMatchObject({ right: true, workers: 0 });
  });

  it("computes alone without shared memory", async () => {
    expect(await resultOf("faults", "unshared")).toMatchObject({ right: true, workers: 0 });
  });

  it("keeps to its memory over 10,000 calls and 1,000 signatures", async () => {
    const { calls, signatures, workers } = (await resultOf("many-programs")) as {
      readonly calls: number;
      readonly signatures: number;
      readonly workers: number;
    };
    expect(workers).toBe(1);
    expect(calls).toBeLessThan(32);
    expect(signatures).toBeLessThan(128);
  });
});

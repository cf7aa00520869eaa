/** Where code from text is forbidden, as a strict content security policy does, results are the same. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { results } from "./elementwise-program.js";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradtape-"));
  await build({
    entryPoints: [fileURLToPath(new URL("elementwise-program.ts", import.meta.url))],
    alias: { gradtape: fileURLToPath(new URL("../../src/index.ts", import.meta.url)) },
    bundle: true,
    format: "esm",
    outfile: join(folder, "program.mjs"),
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

it("computes the same without code from text", () => {
  const script = `import { results } from ${JSON.stringify(join(folder, "program.mjs"))};
    let forbidden = false;
    try { new Function(""); } catch { forbidden = true; }
    console.log(JSON.stringify({ forbidden, results: results() }));`;
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval"];
  const printed = execFileSync(process.execPath, [...flags, script], { encoding: "utf8" });
  const { forbidden, results: found } = JSON.parse(printed) as {
    readonly forbidden: boolean;
    readonly results: readonly (readonly number[])[];
  };
  expect(forbidden).toBe(true);
  // The last digits of compiled functions are those of another program.
  const wanted = (results() as unknown[]).flat(9) as number[];
  const values = (found as unknown[]).flat(9) as number[];
  expect(values).toHaveLength(wanted.length);
  values.forEach((value, place) => {
    const other = wanted[place];
    if (typeof other !== "number") expect(value).toEqual(other);
    else expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(other)));
  });
});

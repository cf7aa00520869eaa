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
  expect(JSON.parse(printed)).toEqual({ forbidden: true, results: results() });
});

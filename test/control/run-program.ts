/** Runs a program of this folder in a Node process of its own, on the sources, and gives what it printed as JSON. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

/** Bundled first, so that nothing but the program and the library takes memory. */
export async function runControlProgram(
  name: string,
  ...parameters: readonly string[]
): Promise<Readonly<Record<string, number>>> {
  const folder = mkdtempSync(join(tmpdir(), "gradtape-control-"));
  try {
    const outfile = join(folder, `${name}.mjs`);
    await build({
      entryPoints: [fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))],
      alias: { gradtape: fileURLToPath(new URL("../../src/index.ts", import.meta.url)) },
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      outfile,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile, ...parameters]);
    return JSON.parse(stdout) as Readonly<Record<string, number>>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

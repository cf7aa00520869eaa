/** Starts a tool: puts its TypeScript into one file of plain JavaScript in a temporary folder, and runs that. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Packages stay outside the bundle: "gradtape" is the built library of the package that this file is in. */
const installedPackages = {
  name: "installed-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^(gradtape$|@)/ }, ({ path }) => ({
      path: import.meta.resolve(path),
      external: true,
    }));
  },
};

/** Serves the program at this address, which exports `serve`, on standard input and output. */
export async function start(entry) {
  const folder = mkdtempSync(join(tmpdir(), "gradtape-gradbench-"));
  try {
    const outfile = join(folder, "tool.mjs");
    await build({
      entryPoints: [fileURLToPath(entry)],
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "error",
      outfile,
      plugins: [installedPackages],
    });
    const { serve } = await import(pathToFileURL(outfile).href);
    rmSync(folder, { recursive: true });
    await serve(process.stdin, process.stdout);
  } catch (error) {
    if (error?.code === "ERR_MODULE_NOT_FOUND") console.error("run `npm run build` first");
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

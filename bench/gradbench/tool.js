/** Starts the tool: puts its TypeScript into one file of plain JavaScript in a temporary folder, and runs that. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** "gradtape" is the built library of the package that this file is in; it stays outside the bundle. */
const builtLibrary = {
  name: "built-library",
  setup({ onResolve }) {
    onResolve({ filter: /^gradtape$/ }, ({ path }) => ({
      path: import.meta.resolve(path),
      external: true,
    }));
  },
};

const folder = mkdtempSync(join(tmpdir(), "gradtape-gradbench-"));
try {
  const outfile = join(folder, "tool.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./main.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
    outfile,
    plugins: [builtLibrary],
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

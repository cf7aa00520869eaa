/** The bundlers that users have, each told as little as possible, with minification. */

import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build, transform } from "esbuild";
import { type Plugin, rollup } from "rollup";
import webpack from "webpack";
import type { Consumer } from "./consumer.js";

/** Bundles the program at `entry` and gives the text of the only chunk. */
export type Bundler = (consumer: Consumer, entry: string) => Promise<string>;

/** esbuild alone, which is the fastest. */
export async function withEsbuild(_consumer: Consumer, entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return outputFiles[0]!.text;
}

/** Finds the package and heeds its `sideEffects`, as the usual plugin for packages does. */
function packagePlugin(library: string): Plugin {
  const manifest = JSON.parse(readFileSync(join(library, "package.json"), "utf8")) as {
    readonly exports: { readonly ".": { readonly default: string } };
    readonly sideEffects: readonly string[];
  };
  const found = (id: string) => ({
    id,
    moduleSideEffects: manifest.sideEffects.includes(`./${relative(library, id)}`),
  });
  return {
    name: "package",
    resolveId(source, importer) {
      if (source === "gradtape") return found(join(library, manifest.exports["."].default));
      if (importer?.startsWith(library)) return found(resolve(dirname(importer), source));
      return null;
    },
  };
}

async function withRollup(consumer: Consumer, entry: string): Promise<string> {
  const bundle = await rollup({ input: entry, plugins: [packagePlugin(consumer.library)] });
  const { output } = await bundle.generate({ format: "esm" });
  const { code } = await transform(output[0].code, { minify: true, format: "esm" });
  return code;
}

async function withWebpack(consumer: Consumer, entry: string): Promise<string> {
  const compiler = webpack({
    mode: "production",
    context: consumer.folder,
    entry,
    target: ["web", "es2022"],
    experiments: { outputModule: true },
    output: { path: join(consumer.folder, "webpack"), filename: "bundle.mjs", module: true },
  });
  await new Promise<void>((done, fail) => {
    compiler.run((error, stats) => {
      if (error) fail(error);
      else if (stats?.hasErrors() || stats?.hasWarnings()) fail(new Error(stats.toString()));
      else done();
    });
  });
  await new Promise<void>((done) => compiler.close(() => done()));
  return readFileSync(join(consumer.folder, "webpack", "bundle.mjs"), "utf8");
}

export const bundlers: readonly (readonly [name: string, bundler: Bundler])[] = [
  ["esbuild", withEsbuild],
  ["rollup", withRollup],
  ["webpack", withWebpack],
];

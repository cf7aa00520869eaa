/** The bundlers that users have, each told as little as possible, with minification. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build, transform } from "esbuild";
import { type Plugin, rollup } from "rollup";
import webpack from "webpack";
import type { Consumer } from "./consumer.js";

/** What a page loads for a program: the files that it begins with, and those that it may load later. */
export interface Bundle {
  readonly first: string;
  readonly later: string;
}

/** Bundles the program at `entry` and writes it as `bundle.mjs` into a folder of its own. */
export type Bundler = (
  consumer: Consumer,
  entry: string,
) => Promise<Bundle & { readonly path: string }>;

/** The files of a folder by whether the entry imports them, directly or not, with `import` statements. */
function sorted(folder: string): Bundle & { readonly path: string } {
  const files = readdirSync(folder).filter((file) => /\.m?js$/.test(file));
  const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  const first = new Set<string>();
  const visit = (file: string): void => {
    if (first.has(file)) return;
    first.add(file);
    for (const other of files) {
      const isImported = new RegExp(`(from|import)\\s*"\\./${other.replaceAll(".", "\\.")}"`);
      if (isImported.test(texts.get(file)!)) visit(other);
    }
  };
  visit("bundle.mjs");
  const textOf = (wanted: readonly string[]): string =>
    wanted.map((file) => texts.get(file)!).join("\n");
  return {
    first: textOf([...first]),
    later: textOf(files.filter((file) => !first.has(file))),
    path: join(folder, "bundle.mjs"),
  };
}

/**
 * esbuild alone, which is the fastest. Told to split it makes a file of its own of what is loaded later, also where the program never
 * does so, and counts what both have in common by whole modules.
 */
export const esbuild =
  (splitting: boolean): Bundler =>
  async (consumer, entry) => {
    const folder = consumer.newFolder("esbuild");
    await build({
      entryPoints: { bundle: entry },
      bundle: true,
      minify: true,
      splitting,
      format: "esm",
      outdir: folder,
      outExtension: { ".js": ".mjs" },
    });
    return sorted(folder);
  };

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

const withRollup: Bundler = async (consumer, entry) => {
  const folder = consumer.newFolder("rollup");
  const bundle = await rollup({ input: entry, plugins: [packagePlugin(consumer.library)] });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: "bundle.mjs",
    chunkFileNames: "[name]-[hash].mjs",
  });
  for (const part of output) {
    if (part.type !== "chunk") continue;
    const { code } = await transform(part.code, { minify: true, format: "esm" });
    writeFileSync(join(folder, part.fileName), code);
  }
  return sorted(folder);
};

const withWebpack: Bundler = async (consumer, entry) => {
  const folder = consumer.newFolder("webpack");
  const compiler = webpack({
    mode: "production",
    context: consumer.folder,
    entry,
    target: ["web", "es2022"],
    experiments: { outputModule: true },
    performance: { hints: false },
    output: { path: folder, filename: "bundle.mjs", module: true },
  });
  await new Promise<void>((done, fail) => {
    compiler.run((error, stats) => {
      if (error) fail(error);
      else if (stats?.hasErrors() || stats?.hasWarnings()) fail(new Error(stats.toString()));
      else done();
    });
  });
  await new Promise<void>((done) => compiler.close(() => done()));
  return sorted(folder);
};

/** Each bundler by name: for programs that never compile, for those that may, and what its own loader of parts takes, in kB. */
export const bundlers: readonly (readonly [
  name: string,
  small: Bundler,
  whole: Bundler,
  loader: number,
])[] = [
  ["esbuild", esbuild(false), esbuild(true), 0],
  ["rollup", withRollup, withRollup, 0],
  ["webpack", withWebpack, withWebpack, 2],
];

/** A consumer's project in a temporary folder, with the freshly built package in its node_modules. */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const project = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** TypeScript's compiler, for `node`. */
export const COMPILER = project("node_modules/typescript-native/bin/tsc");

/** The consumer's project. */
export interface Consumer {
  readonly folder: string;
  /** Where the package is installed. */
  readonly library: string;
  /** Writes a file of the project and gives its path. */
  write(name: string, text: string): string;
  /** Makes an empty folder of the project and gives its path. */
  newFolder(name: string): string;
  /** Runs Node in the project and gives what it prints; an Error with all of that when it fails. */
  node(...words: readonly string[]): Promise<string>;
  remove(): void;
}

/** Builds the library and installs it, source files and manifest included, as npm would unpack it. */
export async function makeConsumer(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), "gradtape-consumer-"));
  const library = join(folder, "node_modules", "gradtape");
  mkdirSync(library, { recursive: true });
  cpSync(project("package.json"), join(library, "package.json"));
  cpSync(project("src"), join(library, "src"), { recursive: true });
  await run(process.execPath, [
    COMPILER,
    ...["-p", project("tsconfig.build.json")],
    ...["--outDir", join(library, "dist")],
  ]);
  const path = [project("node_modules/.bin"), process.env["PATH"]].join(delimiter);
  await run("npm", ["run", "build:bundle"], { cwd: library, env: { ...process.env, PATH: path } });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const newFolder = (name: string): string => mkdtempSync(join(folder, `${name}-`));
  const node = async (...words: readonly string[]): Promise<string> => {
    try {
      const { stdout } = await run(process.execPath, words, { cwd: folder });
      return stdout;
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      throw new Error(`${words.join(" ")}:\n${stdout}${stderr}`);
    }
  };
  return {
    folder,
    library,
    write,
    newFolder,
    node,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Runs a program in a Node process of its own, on the sources, and gives what it printed as JSON. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const library = fileURLToPath(new URL("../../src/node.ts", import.meta.url));

/** A program as a bundle, so that nothing but the program and the library takes time and memory; to be disposed of. */
export class ChildProgram implements Disposable {
  readonly #folder: string;
  readonly #bundle: string;

  private constructor(folder: string, bundle: string) {
    this.#folder = folder;
    this.#bundle = bundle;
  }

  static async build(source: URL): Promise<ChildProgram> {
    const folder = mkdtempSync(join(tmpdir(), "gradtape-child-"));
    const outfile = join(folder, "program.mjs");
    const child = new ChildProgram(folder, outfile);
    try {
      await build({
        entryPoints: [fileURLToPath(source)],
        alias: { gradtape: library },
        bundle: true,
        format: "esm",
        platform: "node",
        target: "node20",
        outfile,
      });
    } catch (error) {
      child[Symbol.dispose]();
      throw error;
    }
    return child;
  }

  /** What it prints in a run with some parameters; it can collect garbage. */
  async run<Printed = Readonly<Record<string, number>>>(
    ...parameters: readonly string[]
  ): Promise<Printed> {
    const all = ["--expose-gc", this.#bundle, ...parameters];
    const { stdout } = await promisify(execFile)(process.execPath, all, { maxBuffer: 1e8 });
    return JSON.parse(stdout) as Printed;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** What a program prints that is run once. */
export async function runProgram(
  source: URL,
  ...parameters: readonly string[]
): Promise<Readonly<Record<string, number>>> {
  const child = await ChildProgram.build(source);
  try {
    return await child.run(...parameters);
  } finally {
    child[Symbol.dispose]();
  }
}

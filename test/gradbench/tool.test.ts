/** The tool as a process: what the command in its README does, in a package that is built here. */

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const project = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradtape-tool-"));
  const manifest = { name: "gradtape", type: "module", exports: "./library.js" };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  cpSync(project("bench/gradbench"), join(folder, "bench/gradbench"), { recursive: true });
  symlinkSync(project("node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const buildLibrary = () =>
  build({
    entryPoints: [project("src/index.ts")],
    outfile: join(folder, "library.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
  });

/** Runs the tool on some input, with a folder of its own for temporary files. */
async function run(input: string) {
  const temporary = mkdtempSync(join(folder, "tmp-"));
  const child = spawn(process.execPath, [join(folder, "bench/gradbench/tool.js")], {
    env: { ...process.env, TMPDIR: temporary },
  });
  child.stdin.end(input);
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { lines: output.split("\n"), errors, code, left: readdirSync(temporary) };
}

describe("tool.js", () => {
  it("says what is missing while the library is not built", async () => {
    const { errors, code } = await run("");
    expect(code).not.toBe(0);
    expect(errors).toContain("run `npm run build` first");
  });

  it("answers line by line, and ends with its input", async () => {
    await buildLibrary();
    const input = [
      '{"id":0,"kind":"start","eval":"hello"}',
      '{"id":1,"kind":"define","module":"hello"}',
      '{"id":2,"kind":"evaluate","module":"hello","function":"double","input":3}',
      "nonsense",
      "",
      '{"id":3,"kind":"analysis","of":2,"valid":true}',
      '{"id":4,"kind":"end"}',
    ];
    const { lines, errors, code, left } = await run(input.join("\n"));
    expect({ errors, code, left }).toEqual({ errors: "", code: 0, left: [] });
    expect(lines.pop()).toBe("");
    const responses = lines.map((line) => JSON.parse(line) as { id: unknown; output?: unknown });
    expect(responses.map(({ id }) => id)).toEqual([0, 1, 2, null, 3, 4]);
    expect(responses[2]!.output).toBe(6);
  });

  it("ends quietly when nobody reads its answers", async () => {
    const child = spawn(process.execPath, [join(folder, "bench/gradbench/tool.js")]);
    child.stdout.destroy();
    for (let id = 0; id < 3; id++) child.stdin.write(`{"id":${id},"kind":"start"}\n`);
    child.stdin.on("error", () => {});
    child.stdin.end();
    const errors = text(child.stderr);
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, errors: await errors }).toEqual({ code: 0, errors: "" });
  });
});

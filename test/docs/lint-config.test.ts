/** The ESLint configuration that the README shows, run by ESLint on the README's own example. */

import {
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ESLint, type Linter } from "eslint";
import { expect, test } from "vitest";
import { codeBlocks, section } from "./markdown.js";
import { ROOT } from "./run-block.js";

const blocks = codeBlocks(
  section(readFileSync(join(ROOT, "README.md"), "utf8"), "A tensor is not a condition"),
);

function code(language: string): string {
  return blocks.find((block) => block.language === language)?.code ?? "";
}

test("reports the wrong line of the example, and no other", { timeout: 120_000 }, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gradtape-lint-")));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "eslint.config.mjs"), code("js"));
    writeFileSync(join(folder, "program.ts"), code("ts"));
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: join(ROOT, "tsconfig.base.json"),
        compilerOptions: { types: [], paths: { gradtape: [join(ROOT, "src/index.ts")] } },
        include: ["program.ts"],
      }),
    );
    const config: { readonly default: Linter.Config[] } = await import(
      /* @vite-ignore */ join(folder, "eslint.config.mjs")
    );
    const eslint = new ESLint({
      cwd: folder,
      overrideConfigFile: true,
      overrideConfig: config.default,
    });
    const [result] = await eslint.lintFiles(["program.ts"]);
    const lines = code("ts").split("\n");
    expect(result?.messages.map(({ ruleId, line }) => [ruleId, lines[line - 1]])).toEqual([
      ["gradtape/no-tensor-condition", lines.find((line) => line.startsWith("const wrong"))],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

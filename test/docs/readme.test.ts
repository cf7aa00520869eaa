/** The READMEs: their code runs and gives what they say, their commands, links and names exist, and they agree. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "gradtape";
import { describe, expect, test } from "vitest";
import { codeBlocks, codeSpans, headings, links, prose, section, tableSizes } from "./markdown.js";
import { ROOT, runBlock } from "./run-block.js";
import { typeErrors } from "./type-check.js";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const english = read("README.md");
const chinese = read("README.zh-CN.md");
const both = [
  ["README.md", english],
  ["README.zh-CN.md", chinese],
] as const;

/** The commands of the blocks of shell code. */
function commands(markdown: string): string[] {
  return codeBlocks(markdown)
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => code.trim().split("\n"));
}

/** The text however its lines are broken. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** What a dotted name such as `tf.math.exp` stands for. */
function lookUp(name: string): unknown {
  let value: unknown = { tf, GradientTape: tf.GradientTape.prototype };
  for (const part of name.split("."))
    value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

/** The dotted names of a text's code spans. */
function dottedNames(markdown: string, start: RegExp): string[] {
  return codeSpans(markdown).flatMap((span) => start.exec(span)?.[0] ?? []);
}

describe.each(both)("%s", (_file, markdown) => {
  const blocks = codeBlocks(markdown);
  const programs = blocks.flatMap((block, index) =>
    block.language === "ts" ? [{ ...block, next: blocks[index + 1] }] : [],
  );

  test.each(programs)("the code of line $line runs, with the values shown", async (program) => {
    const { problems, printed } = await runBlock(program.code);
    expect(problems).toEqual([]);
    const shown = program.next?.language === "text" ? program.next.code : "";
    expect(oneLine(printed)).toBe(oneLine(shown));
  });

  test("its first two commands are those of the checks, which it names all", () => {
    const steps = [...read(".ci/run").matchAll(/^step "(.+)"$/gm)].map((match) => match[1]!);
    expect(steps.length).toBeGreaterThan(2);
    expect(commands(markdown).slice(0, 2)).toEqual(steps.slice(0, 2));
    expect(steps.filter((step) => !commands(markdown).includes(step))).toEqual([]);
  });

  test("its scripts exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const text = [...commands(markdown), ...codeSpans(markdown)].join("\n");
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const files = [...text.matchAll(/\stest\/\S+\.py$/gm)].map(([file]) => file.trim());
    expect(files).toEqual(
      readdirSync(join(ROOT, "test/golden"))
        .filter((file) => /^make-.*\.py$/.test(file))
        .map((file) => `test/golden/${file}`)
        .sort((a, b) => files.indexOf(a) - files.indexOf(b)),
    );
  });

  test("its relative links lead somewhere", () => {
    const relative = links(markdown).filter((link) => !link.startsWith("https://"));
    expect(relative.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });
});

test("the code has no type errors", { timeout: 120_000 }, () => {
  const programs = codeBlocks(english).filter(({ language }) => language === "ts");
  const wrong = { language: "ts", code: "export const x: number = true;\n", line: 7777 };
  expect(typeErrors([...programs, wrong])).toEqual([expect.stringMatching(/^line 7777: /)]);
});

test("the shown values are checked", async () => {
  const program = 'import * as tf from "gradtape";\ntf.square(3).item(); // 8\n';
  expect((await runBlock(program)).problems).toEqual(["line 2 shows 8, but the value is 9"]);
  await expect(runBlock("const x = 1; // one, so to say\n")).rejects.toThrow("no literal");
});

test("the folder table has the folders of src in the order of the boundaries", async () => {
  const folders = codeSpans(section(english, "Where things are"))
    .filter((span) => /^(src\/)?\w+$/.test(span) && existsSync(join(ROOT, span)))
    .filter((span) => span !== "src");
  const inSource = folders.filter((folder) => folder.startsWith("src/"));
  const present = readdirSync(join(ROOT, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `src/${entry.name}`);
  expect([...inSource].sort()).toEqual(present.sort());
  expect(folders.filter((folder) => !folder.startsWith("src/"))).toEqual([
    "examples",
    "bench",
    "test",
  ]);
  const rules = [...read(".dependency-cruiser.mjs").matchAll(/^ {2}"(\w+)",$/gm)];
  const order = rules.map((match) => `src/${match[1]}`);
  expect(inSource.filter((folder) => folder !== "src/lint")).toEqual(
    order.filter((folder) => inSource.includes(folder)),
  );
});

test("the names of the tour exist, and those that are said to be missing do not", () => {
  const named = dottedNames(section(english, "A short tour"), /^tf\.[\w.]+/);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => lookUp(name) === undefined)).toEqual([]);
  const missing = dottedNames(section(english, "What is not there"), /^(tf|GradientTape)\.[\w.]+/);
  expect(missing.length).toBeGreaterThan(5);
  expect(missing.filter((name) => lookUp(name) !== undefined)).toEqual([]);
});

describe("the two languages", () => {
  test("have the same code", () => {
    expect(codeBlocks(chinese).map(({ language, code }) => ({ language, code }))).toEqual(
      codeBlocks(english).map(({ language, code }) => ({ language, code })),
    );
  });

  test("have headings of the same levels", () => {
    const levels = (markdown: string) => headings(markdown).map(({ level }) => level);
    expect(levels(chinese)).toEqual(levels(english));
    expect(headings(chinese).filter(({ text }) => !/\p{Script=Han}|gradtape/u.test(text))).toEqual(
      [],
    );
  });

  test("name the same code, links and tables", () => {
    const spans = (markdown: string) => [...new Set(codeSpans(markdown))].sort();
    expect(spans(chinese)).toEqual(spans(english));
    const others = (markdown: string) => links(markdown).filter((link) => !/^README/.test(link));
    expect(others(chinese)).toEqual(others(english));
    expect(tableSizes(chinese)).toEqual(tableSizes(english));
    expect(prose(chinese).match(/^- /gm)?.length).toBe(prose(english).match(/^- /gm)?.length);
  });
});

/** Runs a document's block of TypeScript and collects what it prints and the values that its comments show. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import ts from "typescript";
import { vi } from "vitest";
import { isShown, readShown, type ShownValue } from "./shown-value.js";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The name under which a block collects the values of statements that have a comment behind them. */
const COLLECTED = "collectedValues";

interface Check {
  /** Line of the block, counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly shown: ShownValue;
}

interface Instrumented {
  readonly code: string;
  readonly checks: readonly Check[];
}

/**
 * The block with each value that a comment shows pushed into a list:
 * `statement; // value` shows what an expression gives, or what a declared name holds.
 *
 * @throws Error when a comment behind code shows no literal, or stands behind anything else.
 */
export function instrument(block: string): Instrumented {
  const file = ts.createSourceFile("block.ts", block, ts.ScriptTarget.ESNext, true);
  const checks: Check[] = [];
  const edits: { readonly at: number; readonly text: string }[] = [];
  const visit = (node: ts.Node): void => {
    const expression = shownExpression(node);
    const comment = ts.getTrailingCommentRanges(block, node.end)?.[0];
    if (expression !== undefined && comment !== undefined) {
      const text = block.slice(comment.pos + 2, comment.end).trim();
      const { line } = file.getLineAndCharacterOfPosition(comment.pos);
      const push = `${COLLECTED}.push([${checks.length}, `;
      if (ts.isExpressionStatement(node)) {
        edits.push({ at: expression.getStart(), text: push }, { at: expression.end, text: "])" });
      } else {
        edits.push({ at: node.end, text: ` ${push}${expression.getText()}]);` });
      }
      checks.push({ line: line + 1, text, shown: readShown(text) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const behindCode = block.split("\n").filter((line) => /^\s*[^\s/].*\s\/\/\s/.test(line));
  if (behindCode.length !== checks.length) {
    throw new Error(`not every comment stands behind a statement: ${behindCode.join("\n")}`);
  }
  let code = block;
  for (const { at, text } of edits.sort((first, second) => second.at - first.at)) {
    code = code.slice(0, at) + text + code.slice(at);
  }
  return { code: `export const ${COLLECTED}: [number, unknown][] = []; ${code}`, checks };
}

/** What a comment behind a statement is about. */
function shownExpression(node: ts.Node): ts.Expression | undefined {
  if (ts.isExpressionStatement(node)) return node.expression;
  if (!ts.isVariableStatement(node)) return undefined;
  const [declaration] = node.declarationList.declarations;
  return declaration !== undefined && ts.isIdentifier(declaration.name)
    ? declaration.name
    : undefined;
}

/** The file that a block says it belongs to in its first line, such as `// src/ops/special.ts`. */
export function placeOf(block: string): string | undefined {
  return /^\/\/ (src\/\S+\.ts)\n/.exec(block)?.[1];
}

/** Relative imports as seen from the file that the block belongs to. */
function resolveImports(code: string, place: string | undefined): string {
  if (place === undefined) return code;
  const folder = dirname(resolve(ROOT, place));
  return code.replaceAll(
    /from "(\.[^"]*)\.js"/g,
    (_, path: string) => `from ${JSON.stringify(`${resolve(folder, path)}.ts`)}`,
  );
}

/** What a block did. */
export interface Outcome {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly printed: string;
  readonly checks: number;
  /** What is wrong with the values shown. */
  readonly problems: readonly string[];
}

/** Runs a block on the library's sources. */
export async function runBlock(block: string): Promise<Outcome> {
  const { code, checks } = instrument(block);
  const source = resolveImports(code, placeOf(block));
  const { code: script } = transformSync(source, { loader: "ts", target: "node20" });
  const folder = mkdtempSync(join(tmpdir(), "gradtape-docs-"));
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
    printed.push(values.map(String).join(" "));
  });
  try {
    const file = join(folder, "block.mjs");
    writeFileSync(file, script);
    const exports: Record<string, unknown> = await import(/* @vite-ignore */ file);
    const collected = exports[COLLECTED] as readonly (readonly [number, unknown])[];
    const problems = checks.flatMap((check, index) => judge(check, index, collected));
    return { exports, printed: printed.join("\n"), checks: checks.length, problems };
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
  }
}

function judge(
  { line, text, shown }: Check,
  index: number,
  collected: readonly (readonly [number, unknown])[],
): string[] {
  const values = collected.filter(([at]) => at === index);
  if (values.length === 0) return [`line ${line} was never reached`];
  return values.flatMap(([, value]) =>
    isShown(value, shown)
      ? []
      : [`line ${line} shows ${text}, but the value is ${JSON.stringify(value)}`],
  );
}

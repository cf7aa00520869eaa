/** Type-checks blocks of TypeScript as if they were files of the project. */

import { dirname, join } from "node:path";
import ts from "typescript";
import type { CodeBlock } from "./markdown.js";
import { placeOf, ROOT } from "./run-block.js";

/** The type errors of the blocks, each with its line in the document. */
export function typeErrors(blocks: readonly CodeBlock[]): string[] {
  const files = new Map(blocks.map((block, index) => [fileName(block, index), block]));
  const options = projectOptions();
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name)?.code ?? readFile(name);
  host.getSourceFile = (name, language) => {
    const block = files.get(name);
    return block === undefined
      ? getSourceFile(name, language)
      : ts.createSourceFile(name, block.code, language);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([name, block]) => {
    const file = program.getSourceFile(name);
    const problems = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return problems.map(({ start = 0, messageText }) => {
      const { line } = ts.getLineAndCharacterOfPosition(file!, start);
      return `line ${block.line + line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}

/** Blocks that belong to a file are checked beside it, the others in the project's folder. */
function fileName(block: CodeBlock, index: number): string {
  const place = placeOf(block.code);
  return join(ROOT, place === undefined ? "." : dirname(place), `document-block-${index}.ts`);
}

/** The project's own options; a document may declare names only to show them. */
function projectOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return { ...options, noUnusedLocals: false, noUnusedParameters: false };
}

/** Runs the lint rule over pieces of code, with and without type information. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { recommended } from "gradtape/lint";
import ts from "typescript";

const root = "/project";

/** A stand-in for the installed package, and another package with a class of the same name. */
const packages: Readonly<Record<string, string>> = {
  [`${root}/node_modules/gradtape/index.d.ts`]: `
    export declare class Tensor {
      readonly shape: readonly number[];
      item(): number;
      add(other: TensorLike): Tensor;
    }
    export declare class Variable extends Tensor { assign(value: TensorLike): this; }
    export type TensorLike = Tensor | number;
    export declare function greater(a: TensorLike, b: TensorLike): Tensor;
    export declare function split(x: TensorLike, parts: number): Tensor[];
  `,
  [`${root}/node_modules/other/index.d.ts`]: "export declare class Tensor { item(): number; }",
};

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  types: [],
};

const parsed = new Map<string, ts.SourceFile | undefined>();

function createProgram(fileName: string, code: string): ts.Program {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const written = (name: string): string | undefined => (name === fileName ? code : packages[name]);
  host.fileExists = (name) => written(name) !== undefined || fileExists(name);
  host.readFile = (name) => written(name) ?? readFile(name);
  host.directoryExists = () => true;
  host.getSourceFile = (name, language) => {
    const text = written(name);
    if (text !== undefined) return ts.createSourceFile(name, text, language, true);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, language));
    return parsed.get(name);
  };
  return ts.createProgram([fileName], options, host);
}

/** One finding: the code that was marked, and the code after the rule's suggestion was taken. */
export interface Finding {
  readonly marked: string;
  readonly repaired: string | null;
}

function run(code: string, fileName: string, languageOptions: Linter.LanguageOptions): Finding[] {
  const config: Linter.Config[] = [{ files: ["**/*.{js,ts}"], languageOptions }, recommended];
  const starts = code
    .split("\n")
    .map((_line, i, all) => all.slice(0, i).join("\n").length + (i && 1));
  const offset = (line = 1, column = 1): number => (starts[line - 1] ?? 0) + column - 1;
  return new Linter({ cwd: root }).verify(code, config, fileName).map((message) => {
    if (message.ruleId !== "gradtape/no-tensor-condition") throw new Error(message.message);
    const fix = message.suggestions?.[0]?.fix;
    return {
      marked: code.slice(
        offset(message.line, message.column),
        offset(message.endLine, message.endColumn),
      ),
      repaired: fix ? code.slice(0, fix.range[0]) + fix.text + code.slice(fix.range[1]) : null,
    };
  });
}

/** What the rule finds in plain JavaScript, where nothing is known of types. */
export function findUntyped(code: string): Finding[] {
  return run(code, `${root}/program.js`, {});
}

/** What the rule finds in TypeScript with type information; the code must be free of type errors. */
export function findTyped(code: string): Finding[] {
  const fileName = `${root}/program.ts`;
  const program = createProgram(fileName, code);
  const [problem] = ts.getPreEmitDiagnostics(program);
  if (problem !== undefined) {
    throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
  }
  return run(code, fileName, { parser, parserOptions: { programs: [program] } });
}

/** The marked pieces of code alone. */
export const marks = (findings: readonly Finding[]): string[] => findings.map((f) => f.marked);

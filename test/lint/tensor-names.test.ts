/** The names that the untyped lint rule passes over are those whose declared result is no tensor. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { NON_TENSOR_FUNCTIONS, NON_TENSOR_METHODS } from "../../src/lint/tensor-names.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const index = `${root}src/index.ts`;
const { config } = ts.readConfigFile(`${root}tsconfig.build.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram([index], { ...options, noEmit: true });
const checker = program.getTypeChecker();

function exportsOfIndex(): ts.Symbol[] {
  const source = program.getSourceFile(index);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${index} is missing or exports nothing`);
  return checker.getExportsOfModule(module);
}

function givesTensor(signature: ts.Signature): boolean {
  const result = signature.getReturnType();
  const name = (checker.getBaseConstraintOfType(result) ?? result).getSymbol()?.name;
  return name === "Tensor" || name === "Variable";
}

/** A namespace is a module or an object literal; anything else has methods of its own. */
function members(type: ts.Type): readonly ts.Symbol[] {
  const flags = type.getSymbol()?.flags ?? ts.SymbolFlags.None;
  const isNamespace = flags & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.ObjectLiteral);
  return isNamespace ? type.getProperties() : [];
}

/** Names of the functions among the symbols, and in namespaces among them, that can give something else. */
function nonTensorNames(symbols: readonly ts.Symbol[]): string[] {
  return symbols.flatMap((symbol) => {
    const type = checker.getTypeOfSymbol(symbol);
    if (symbol.name.startsWith("__@") || type.getConstructSignatures().length > 0) return [];
    const inside = nonTensorNames(members(type));
    return type.getCallSignatures().every(givesTensor) ? inside : [symbol.name, ...inside];
  });
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();
const exported = exportsOfIndex();

test("functions", () => {
  expect(sorted(NON_TENSOR_FUNCTIONS)).toEqual(sorted(nonTensorNames(exported)));
});

test("methods", () => {
  const names = exported
    .filter(({ name }) => name === "Tensor" || name === "Variable")
    .map((symbol) => checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(symbol)))
    .flatMap((type) => nonTensorNames(type.getProperties()));
  expect(sorted(NON_TENSOR_METHODS)).toEqual(sorted(names));
});

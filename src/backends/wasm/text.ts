/** WebAssembly modules in the text format (WAT), for people to read and for tools to check. */

// Source: WebAssembly Core Specification 3.0, https://webassembly.github.io/spec/core/text/modules.html

import { InternalError } from "../../core/errors.js";
import { bodyLines, valueType } from "./text-code.js";
import { ByteReader } from "./text-numbers.js";

const HEADER_BYTES = 8;
const SECTIONS = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const KINDS = ["func", "table", "memory", "global"] as const;
const FUNCTION_TYPE = 0x60;
const FUNCTION_REFERENCE = 0x70;

/** Parameters and results of a function. */
interface FunctionType {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

/** Something that a module imports. */
interface Import {
  readonly module: string;
  readonly name: string;
  /** The number of the type of a function, or the text of what a table or memory must have. */
  readonly type: number | string;
}

/** Something that a module exports. */
interface Export {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly number: number;
}

/** What the sections of a module hold. */
interface Contents {
  readonly types: FunctionType[];
  readonly imports: Import[];
  /** The numbers of the types of the module's own functions. */
  readonly functions: number[];
  readonly exports: Export[];
  readonly bodies: ByteReader[];
}

/**
 * The text of a module as the assembler makes them: of types, imports, functions and exports.
 *
 * Functions are named after what they are imported or exported as, or else by number, as in `$f7`; types and locals have numbers.
 *
 * @throws InternalError for sections, types and instructions that the assembler does not write.
 */
export function moduleText(bytes: Uint8Array): string {
  const { types, imports, functions, exports, bodies } = readSections(bytes);
  const importedFunctions = imports.flatMap((one) =>
    typeof one.type === "number" ? [{ ...one, type: one.type }] : [],
  );
  const names = functionNames(importedFunctions, functions.length, exports);
  const callee = (number: number): string => names[number] ?? String(number);
  const use = (type: number): string => `(type ${type})${signature(types[type]!)}`;
  let next = 0;
  const lines = [
    ...types.map((type, number) => `(type (;${number};) (func${signature(type)}))`),
    ...imports.map(({ module, name, type }) => {
      const text = typeof type === "number" ? `(func ${callee(next++)} ${use(type)})` : type;
      return `(import ${quoted(module)} ${quoted(name)} ${text})`;
    }),
    ...exports.map(({ name, kind, number }) => {
      return `(export ${quoted(name)} (${kind} ${kind === "func" ? callee(number) : number}))`;
    }),
    ...functions.flatMap((type, position) => {
      const { parameters } = types[type]!;
      const body = bodyLines(bodies[position]!, parameters.length, callee);
      const name = callee(importedFunctions.length + position);
      return [`(func ${name} ${use(type)}`, ...body.map((line) => `  ${line}`), ")"];
    }),
  ];
  return ["(module", ...lines.map((line) => `  ${line}`), ")"].join("\n");
}

function readSections(bytes: Uint8Array): Contents {
  const reader = new ByteReader(bytes);
  reader.view(HEADER_BYTES);
  const contents: Contents = { types: [], imports: [], functions: [], exports: [], bodies: [] };
  while (!reader.isAtEnd) {
    const section = reader.byte();
    const content = reader.part();
    switch (section) {
      case SECTIONS.type:
        contents.types.push(...content.list(() => readType(content)));
        break;
      case SECTIONS.import:
        contents.imports.push(...content.list(() => readImport(content)));
        break;
      case SECTIONS.function:
        contents.functions.push(...content.list(() => content.unsigned()));
        break;
      case SECTIONS.export:
        contents.exports.push(...content.list(() => readExport(content)));
        break;
      case SECTIONS.code:
        contents.bodies.push(...content.list(() => content.part()));
        break;
      default:
        throw new InternalError(`inspect: the assembler writes no section ${section}`);
    }
  }
  return contents;
}

function readType(reader: ByteReader): FunctionType {
  const form = reader.byte();
  if (form !== FUNCTION_TYPE) {
    throw new InternalError(`inspect: the assembler writes no type of the form ${form}`);
  }
  const types = (): string[] => reader.list(() => valueType(reader));
  return { parameters: types(), results: types() };
}

function readImport(reader: ByteReader): Import {
  const module = reader.name();
  const name = reader.name();
  const kind = KINDS[reader.byte()];
  switch (kind) {
    case "func":
      return { module, name, type: reader.unsigned() };
    case "table": {
      const isOfFunctions = reader.byte() === FUNCTION_REFERENCE;
      return {
        module,
        name,
        type: `(table ${limits(reader)} ${isOfFunctions ? "func" : "extern"}ref)`,
      };
    }
    case "memory":
      return { module, name, type: `(memory ${limits(reader)})` };
    default:
      throw new InternalError(`inspect: the assembler imports no ${kind}`);
  }
}

function readExport(reader: ByteReader): Export {
  const name = reader.name();
  const kind = KINDS[reader.byte()];
  if (kind === undefined) throw new InternalError(`inspect: ${name} is exported as nothing known`);
  return { name, kind, number: reader.unsigned() };
}

/** Of a memory or table: the least size, the largest if there is one, and whether threads share it. */
function limits(reader: ByteReader): string {
  const flags = reader.byte();
  const sizes = [reader.unsigned()];
  if ((flags & 1) !== 0) sizes.push(reader.unsigned());
  return sizes.join(" ") + ((flags & 2) === 0 ? "" : " shared");
}

/** The names of all functions, imported ones first, each different from the others. */
function functionNames(
  imports: readonly Import[],
  own: number,
  exports: readonly Export[],
): readonly string[] {
  const wanted = imports.map(({ module, name }) => `${module}.${name}`);
  for (const { name, kind, number } of exports) if (kind === "func") wanted[number] ??= name;
  const taken = new Set<string>();
  return Array.from({ length: imports.length + own }, (_, number) => {
    const name = wanted[number];
    const isUsable =
      name !== undefined &&
      // Letters, digits and signs that the text format allows in names; not such names as others get by their number.
      /^[\w!#$%&'*+./:<=>?@\\^`|~-]+$/.test(name) &&
      !/^f\d+$/.test(name) &&
      !taken.has(name);
    const chosen = isUsable ? name : `f${number}`;
    taken.add(chosen);
    return `$${chosen}`;
  });
}

function signature({ parameters, results }: FunctionType): string {
  const part = (keyword: string, types: readonly string[]): string =>
    types.length === 0 ? "" : ` (${keyword} ${types.join(" ")})`;
  return part("param", parameters) + part("result", results);
}

/** A name between quotation marks; bytes that may not stand there as they are have backslashes and hexadecimal numbers. */
function quoted(name: string): string {
  const escaped = Array.from(new TextEncoder().encode(name), (byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(16).padStart(2, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

/** WebAssembly modules in the text format (WAT), for people to read and for tools to check. */

// Source: WebAssembly Core Specification 3.0, https://webassembly.github.io/spec/core/binary/modules.html

import { InternalError } from "../../core/errors.js";
import { bodyLines, valueType } from "./text-code.js";
import { ByteReader } from "./text-numbers.js";

const HEADER_BYTES = 8;
const SECTIONS = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const KINDS = ["func", "table", "memory", "global"] as const;
const FUNCTION_REFERENCE = 0x70;

/** Parameters and results of a function. */
interface FunctionType {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

/** An imported function, or one of the module's own. */
interface FunctionEntry {
  readonly type: number;
  readonly importedAs?: { readonly module: string; readonly name: string };
}

/** What something is exported as. */
interface ExportEntry {
  readonly name: string;
  readonly kind: number;
  readonly number: number;
}

/**
 * The text of a module as the assembler makes them: of types, imports, functions and exports.
 *
 * Functions are named after what they are imported or exported as, else by their number, as in `$f7`; locals have numbers.
 *
 * @throws InternalError for sections, types and instructions that the assembler does not write.
 */
export function moduleText(bytes: Uint8Array): string {
  const lines: string[] = [];
  const types: FunctionType[] = [];
  const functions: FunctionEntry[] = [];
  const exported: ExportEntry[] = [];
  const bodies: ByteReader[] = [];
  const imported: (() => string)[] = [];
  const callee = (number: number): string => functionNames[number] ?? String(number);
  const reader = new ByteReader(bytes);
  reader.view(HEADER_BYTES);
  while (!reader.isAtEnd) {
    const section = reader.byte();
    const content = reader.part();
    switch (section) {
      case SECTIONS.type:
        types.push(...content.list(() => functionType(content)));
        break;
      case SECTIONS.import:
        imported.push(...content.list(() => importEntry(content, functions)));
        break;
      case SECTIONS.function:
        functions.push(...content.list(() => ({ type: content.unsigned() })));
        break;
      case SECTIONS.export:
        exported.push(
          ...content.list(() => ({
            name: content.name(),
            kind: content.byte(),
            number: content.unsigned(),
          })),
        );
        break;
      case SECTIONS.code:
        bodies.push(...content.list(() => content.part()));
        break;
      default:
        throw new InternalError(`inspect: the assembler writes no section ${section}`);
    }
  }
  void lines;
  void callee;
  return "";
}

/** Assembles WebAssembly modules: an imported memory, imported functions, and functions of their own. */

import { append, writeBytes, writeName, writeUnsigned } from "./encoding.js";
import type { FunctionBuilder, FunctionReference } from "./function-builder.js";
import { VALUE_TYPES, type ValueType } from "./opcodes.js";

/** What a memory must have to be imported, in pages of 64 KiB. */
export interface MemoryLimits {
  readonly minimum: number;
  /** Needed for shared memory. */
  readonly maximum?: number;
  readonly shared?: boolean;
}

/** The name under which a module imports something. */
export interface ImportName {
  readonly module: string;
  readonly name: string;
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0x00;
const MEMORY_KIND = 0x02;

const SECTIONS = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;

/** A module in the making. */
export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #typeBytes: number[] = [];
  readonly #imports: (ImportName & { readonly type: number })[] = [];
  readonly #functions: { readonly type: number; readonly body: FunctionBuilder }[] = [];
  readonly #exports: { readonly name: string; readonly callee: FunctionReference }[] = [];
  #memory: (ImportName & MemoryLimits) | undefined;

  /** The memory that loads and stores are for. */
  importMemory(from: ImportName, limits: MemoryLimits): void {
    this.#memory = { ...from, ...limits };
  }

  importFunction(
    from: ImportName,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
  ): FunctionReference {
    this.#imports.push({ ...from, type: this.#typeNumber(parameters, results) });
    return { imported: true, position: this.#imports.length - 1 };
  }

  /** Adds a function, whose body may still be written afterwards. */
  addFunction(body: FunctionBuilder): FunctionReference {
    this.#functions.push({ type: this.#typeNumber(body.parameters, body.results), body });
    return { imported: false, position: this.#functions.length - 1 };
  }

  exportFunction(name: string, callee: FunctionReference): void {
    this.#exports.push({ name, callee });
  }

  /** The module. */
  encode(): Uint8Array<ArrayBuffer> {
    const resolve = ({ imported, position }: FunctionReference): number =>
      imported ? position : this.#imports.length + position;
    const head = [...MAGIC_AND_VERSION];
    section(head, SECTIONS.type, this.#types.length, (content) => {
      append(content, this.#typeBytes);
    });
    const imports = this.#imports.length + (this.#memory === undefined ? 0 : 1);
    section(head, SECTIONS.import, imports, (content) => this.#writeImports(content));
    section(head, SECTIONS.function, this.#functions.length, (content) => {
      for (const { type } of this.#functions) writeUnsigned(content, type);
    });
    section(head, SECTIONS.export, this.#exports.length, (content) => {
      for (const { name, callee } of this.#exports) {
        writeName(content, name);
        content.push(FUNCTION_KIND);
        writeUnsigned(content, resolve(callee));
      }
    });
    return joined([head, ...this.#codeSection(resolve)]);
  }

  /** The bodies of the functions, each by itself: they are most of a module. */
  #codeSection(resolve: (callee: FunctionReference) => number): readonly (readonly number[])[] {
    if (this.#functions.length === 0) return [];
    const count: number[] = [];
    writeUnsigned(count, this.#functions.length);
    const parts = this.#functions.flatMap(({ body }) => {
      const code = body.encode(resolve);
      const length: number[] = [];
      writeUnsigned(length, totalLength(code));
      return [length, ...code];
    });
    const header: number[] = [SECTIONS.code];
    writeUnsigned(header, totalLength([count, ...parts]));
    return [header, count, ...parts];
  }

  #writeImports(content: number[]): void {
    for (const { module, name, type } of this.#imports) {
      writeName(content, module);
      writeName(content, name);
      content.push(FUNCTION_KIND);
      writeUnsigned(content, type);
    }
    if (this.#memory === undefined) return;
    const { module, name, minimum, maximum, shared = false } = this.#memory;
    writeName(content, module);
    writeName(content, name);
    content.push(MEMORY_KIND, (maximum === undefined ? 0 : 1) + (shared ? 2 : 0));
    writeUnsigned(content, minimum);
    if (maximum !== undefined) writeUnsigned(content, maximum);
  }

  #typeNumber(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join(" ")} to ${results.join(" ")}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#typeBytes.push(FUNCTION_TYPE);
    for (const list of [parameters, results]) {
      writeBytes(
        this.#typeBytes,
        list.map((type) => VALUE_TYPES[type]),
      );
    }
    return this.#types.push(key) - 1;
  }
}

/** Appends a section with `count` entries; one without entries is left out. */
function section(
  bytes: number[],
  number: number,
  count: number,
  write: (content: number[]) => void,
): void {
  if (count === 0) return;
  const content: number[] = [];
  writeUnsigned(content, count);
  write(content);
  bytes.push(number);
  writeBytes(bytes, content);
}

function totalLength(parts: readonly (readonly number[])[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Lists of bytes one after another. */
function joined(parts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(totalLength(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The body of a WebAssembly function as text: its locals and its instructions, a line each. */

import { InternalError } from "../../core/errors.js";
import { PLAIN, SATURATING, SIMD, VALUE_TYPES } from "./opcodes.js";
import { type ByteReader, floatText, vectorText } from "./text-numbers.js";

// Instructions that `FunctionBuilder` has methods for, and two of their kind for modules with tables and cleared memory.
const STRUCTURED = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  call: 0x10,
  call_indirect: 0x11,
  "local.get": 0x20,
  "local.set": 0x21,
  "local.tee": 0x22,
  "i32.const": 0x41,
  "i64.const": 0x42,
  "f32.const": 0x43,
  "f64.const": 0x44,
};
const BULK = { "memory.copy": 0x0a, "memory.fill": 0x0b };
const VECTOR = { "v128.const": 0x0c, "i8x16.shuffle": 0x0d };

const NAMES = /* @__PURE__ */ namesByNumber({ ...PLAIN, ...STRUCTURED });
const PREFIXED: ReadonlyMap<number, ReadonlyMap<number, string>> = /* @__PURE__ */ new Map([
  [0xfc, /* @__PURE__ */ namesByNumber({ ...SATURATING, ...BULK })],
  [0xfd, /* @__PURE__ */ namesByNumber({ ...SIMD, ...VECTOR })],
]);
const TYPES = /* @__PURE__ */ namesByNumber(VALUE_TYPES);
const NO_RESULT = 0x40;
const LOCALS_PER_LINE = 16;

/** How instructions name what lies outside of them. */
interface Scope {
  /** The name of a function. */
  readonly callee: (number: number) => string;
  /** The blocks around, the innermost last. */
  readonly labels: readonly string[];
}

/** The name of a value type. */
export function valueType(reader: ByteReader): string {
  const number = reader.byte();
  return TYPES.get(number) ?? unknown("type", number);
}

/**
 * Local variables and instructions of a function, without the `end` that closes it.
 *
 * @param parameters how many parameters it has; local variables are numbered after them
 */
export function bodyLines(
  reader: ByteReader,
  parameters: number,
  callee: (number: number) => string,
): string[] {
  const lines: string[] = [];
  let local = parameters;
  reader.list(() => {
    const end = local + reader.unsigned();
    const type = valueType(reader);
    while (local < end) {
      const count = Math.min(end - local, LOCALS_PER_LINE);
      const numbers = count === 1 ? String(local) : `${local} to ${local + count - 1}`;
      lines.push(`(local${` ${type}`.repeat(count)}) ;; ${numbers}`);
      local += count;
    }
  });
  const labels: string[] = [];
  let blocks = 0;
  for (;;) {
    const name = instructionName(reader);
    if (name === "end" && labels.pop() === undefined) return lines;
    const indentation = "  ".repeat(labels.length - (name === "else" ? 1 : 0));
    if (name === "block" || name === "loop" || name === "if") {
      const label = `$${name}${blocks++}`;
      lines.push(`${indentation}${name} ${label}${blockResult(reader)}`);
      labels.push(label);
    } else {
      lines.push([indentation + name, ...immediates(name, reader, { callee, labels })].join(" "));
    }
  }
}

function instructionName(reader: ByteReader): string {
  const first = reader.byte();
  const names = PREFIXED.get(first);
  if (names === undefined) return NAMES.get(first) ?? unknown("instruction", first);
  const number = reader.unsigned();
  return names.get(number) ?? unknown("instruction", first, number);
}

function blockResult(reader: ByteReader): string {
  const number = reader.byte();
  if (number === NO_RESULT) return "";
  return ` (result ${TYPES.get(number) ?? unknown("block type", number)})`;
}

/** What follows the name of an instruction. */
function immediates(name: string, reader: ByteReader, { callee, labels }: Scope): string[] {
  switch (name) {
    case "br":
    case "br_if": {
      const depth = reader.unsigned();
      // Only the function itself, which lies around all blocks, is without a label.
      return [labels.at(-1 - depth) ?? String(depth)];
    }
    case "call":
      return [callee(reader.unsigned())];
    case "call_indirect": {
      const type = reader.unsigned();
      return [String(reader.unsigned()), `(type ${type})`];
    }
    case "local.get":
    case "local.set":
    case "local.tee":
      return [String(reader.unsigned())];
    case "i32.const":
    case "i64.const":
      return [String(reader.signed())];
    case "f32.const":
      return [floatText(32, reader.view(4))];
    case "f64.const":
      return [floatText(64, reader.view(8))];
    case "v128.const":
      return [vectorText(reader.view(16))];
    case "i8x16.shuffle":
      return Array.from({ length: 16 }, () => String(reader.byte()));
    case "memory.copy":
    case "memory.fill":
      // The numbers of memories, of which there is one.
      reader.view(name === "memory.copy" ? 2 : 1);
      return [];
    default:
      return [...memoryArgument(name, reader), ...laneNumber(name, reader)];
  }
}

/** Where a load or store is from the address on the stack, and its alignment where that is not the size of what it moves. */
function memoryArgument(name: string, reader: ByteReader): string[] {
  if (!/\.(load|store|atomic)/.test(name)) return [];
  const alignment = 2 ** reader.unsigned();
  const offset = reader.unsigned();
  const parts: string[] = [];
  if (offset !== 0) parts.push(`offset=${offset}`);
  if (alignment !== naturalAlignment(name)) parts.push(`align=${alignment}`);
  return parts;
}

/** The bytes that an instruction moves: those that it names, as in `v128.load32_zero`, or those of its type. */
function naturalAlignment(name: string): number {
  if (name.startsWith("memory.atomic.")) return name.endsWith("64") ? 8 : 4;
  const named = /(?:load|store|rmw)(\d+)(?:x(\d+))?/.exec(name);
  const type = /^[a-z](\d+)/.exec(name);
  return (Number(named?.[1] ?? type?.[1]) * Number(named?.[2] ?? 1)) / 8;
}

function laneNumber(name: string, reader: ByteReader): string[] {
  return /_lane(_[su])?$/.test(name) ? [String(reader.byte())] : [];
}

function namesByNumber(numbers: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(numbers).map(([name, number]) => [number, name]));
}

function unknown(what: string, ...numbers: readonly number[]): never {
  const hexadecimal = numbers.map((number) => `0x${number.toString(16)}`).join(" ");
  throw new InternalError(`inspect: no ${what} with the number ${hexadecimal} is known`);
}

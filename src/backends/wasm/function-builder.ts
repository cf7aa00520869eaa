/** Writes the body of one WebAssembly function. */

import {
  overwriteUnsigned,
  reserveUnsigned,
  writeFloat,
  writeInteger,
  writeSigned,
  writeUnsigned,
} from "./encoding.js";
import { type InstructionName, opcodeBytes, VALUE_TYPES, type ValueType } from "./opcodes.js";

/** A parameter or local variable of a function. */
export type Local = number;

/** A function of a module, imported or its own; its number is known only when all imports are. */
export interface FunctionReference {
  readonly imported: boolean;
  /** Position among the imported functions, or among the others. */
  readonly position: number;
}

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BRANCH = 0x0c;
const BRANCH_IF = 0x0d;
const CALL = 0x10;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const CONSTANTS = { i32: 0x41, i64: 0x42, f32: 0x43, f64: 0x44 } as const;
const NO_RESULT = 0x40;

/** A function in the making: every method appends an instruction. */
export class FunctionBuilder {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #bytes: number[] = [];
  readonly #calls: { readonly at: number; readonly callee: FunctionReference }[] = [];

  constructor(parameters: readonly ValueType[], results: readonly ValueType[]) {
    this.parameters = parameters;
    this.results = results;
  }

  /** A new local variable, zero at first. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return this.parameters.length + this.#locals.length - 1;
  }

  get(local: Local): this {
    return this.#withNumber(LOCAL_GET, local);
  }

  set(local: Local): this {
    return this.#withNumber(LOCAL_SET, local);
  }

  tee(local: Local): this {
    return this.#withNumber(LOCAL_TEE, local);
  }

  /** An instruction without operands. */
  op(name: InstructionName): this {
    for (const byte of opcodeBytes(name)) this.#bytes.push(byte);
    return this;
  }

  /** An instruction that takes the number of a lane. */
  lane(name: InstructionName, lane: number): this {
    this.op(name);
    this.#bytes.push(lane);
    return this;
  }

  /** A load or store at the address on the stack plus `offset`; nothing is said of its alignment. */
  memory(name: InstructionName, offset = 0, lane?: number): this {
    this.op(name);
    this.#bytes.push(0);
    writeUnsigned(this.#bytes, offset);
    if (lane !== undefined) this.#bytes.push(lane);
    return this;
  }

  /** A constant of a plain type. */
  constant(type: Exclude<ValueType, "v128">, value: number | bigint): this {
    this.#bytes.push(CONSTANTS[type]);
    if (type === "i32" || type === "i64") writeSigned(this.#bytes, value);
    else writeFloat(this.#bytes, type === "f32" ? 32 : 64, Number(value));
    return this;
  }

  /** A vector with the same constant in every lane. */
  splat(type: Exclude<ValueType, "v128">, value: number | bigint): this {
    const bits = type === "i32" || type === "f32" ? 32 : 64;
    this.#bytes.push(0xfd, 0x0c);
    if (type === "i32" || type === "i64") writeInteger(this.#bytes, bits, value, 128 / bits);
    else writeFloat(this.#bytes, bits, Number(value), 128 / bits);
    return this;
  }

  /** The 16 bytes with the given numbers out of the 32 of two vectors. */
  shuffle(bytes: readonly number[]): this {
    this.#bytes.push(0xfd, 0x0d, ...bytes);
    return this;
  }

  /** Copies bytes: takes where to, where from, and how many; the parts may overlap. */
  copyMemory(): this {
    this.#bytes.push(0xfc, 0x0a, 0x00, 0x00);
    return this;
  }

  call(callee: FunctionReference): this {
    this.#bytes.push(CALL);
    this.#calls.push({ at: this.#bytes.length, callee });
    reserveUnsigned(this.#bytes);
    return this;
  }

  /** Instructions that `branch` leaves. */
  block(body: () => void): this {
    return this.#nested(BLOCK, body);
  }

  /** Instructions that `branch` starts again. */
  loop(body: () => void): this {
    return this.#nested(LOOP, body);
  }

  /** Instructions that run where the number on the stack is not 0. */
  if(body: () => void, otherwise?: () => void): this {
    this.#bytes.push(IF, NO_RESULT);
    body();
    if (otherwise !== undefined) {
      this.#bytes.push(ELSE);
      otherwise();
    }
    this.#bytes.push(END);
    return this;
  }

  /** Goes to the block or loop that is `depth` levels further out than the innermost one. */
  branch(depth: number): this {
    return this.#withNumber(BRANCH, depth);
  }

  branchIf(depth: number): this {
    return this.#withNumber(BRANCH_IF, depth);
  }

  /** Locals and instructions as the module has them, in parts; `resolve` gives the numbers of functions. */
  encode(resolve: (callee: FunctionReference) => number): readonly (readonly number[])[] {
    for (const { at, callee } of this.#calls) overwriteUnsigned(this.#bytes, at, resolve(callee));
    const runs: { readonly type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const locals: number[] = [];
    writeUnsigned(locals, runs.length);
    for (const { type, count } of runs) {
      writeUnsigned(locals, count);
      locals.push(VALUE_TYPES[type]);
    }
    return [locals, this.#bytes, [END]];
  }

  #withNumber(opcode: number, value: number): this {
    this.#bytes.push(opcode);
    writeUnsigned(this.#bytes, value);
    return this;
  }

  #nested(opcode: number, body: () => void): this {
    this.#bytes.push(opcode, NO_RESULT);
    body();
    this.#bytes.push(END);
    return this;
  }
}

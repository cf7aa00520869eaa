/** Builds scalar programs instruction by instruction; equal instructions are made once. */

import { InternalError } from "../core/errors.js";
import type { ScalarFunction } from "../core/lowering.js";
import { Numbering } from "../core/numbering.js";
import type {
  BinaryOpcode,
  ComparisonOpcode,
  Instruction,
  Opcode,
  ScalarCode,
  ScalarType,
  ShiftOpcode,
  UnaryOpcode,
  Value,
} from "./scalar-code.js";

const TYPES: readonly ScalarType[] = ["f32", "f64", "i32", "i64", "bool"];

/** Three positions below this, and what is done with them, are a number without rounding. */
const KEY_BASE = 2 ** 14;

/** What an instruction runs that is not among the instructions. */
interface Outside {
  readonly callee?: ScalarFunction | undefined;
  readonly fallback?: ScalarCode | undefined;
}

/** A program under construction. */
export class CodeBuilder {
  readonly #code: Instruction[] = [];
  readonly #known = new Map<number | string, Value>();
  readonly #opcodes = new Numbering();
  /** Numbers of callees and fallbacks. */
  readonly #outside = new Numbering();
  readonly #ordinary = new Set<Value>();

  /** The program so far. */
  get code(): ScalarCode {
    return this.#code;
  }

  /** Notes that a value is neither 0 nor infinite nor NaN. */
  assumeOrdinary(value: Value): void {
    this.#ordinary.add(value);
  }

  /** Whether a value is known to be neither 0 nor infinite nor NaN. */
  isOrdinary(value: Value): boolean {
    const { op, immediate } = this.#code[value]!;
    if (op === "neg" || op === "abs") return this.isOrdinary(this.#code[value]!.inputs[0]!);
    if (op !== "constant") return this.#ordinary.has(value);
    return Number.isFinite(Number(immediate)) && Number(immediate) !== 0;
  }

  typeOf(value: Value): ScalarType {
    return this.#code[value]!.type;
  }

  operand(type: ScalarType, position: number): Value {
    return this.#append("operand", type, [], position);
  }

  constant(type: ScalarType, value: number | bigint): Value {
    return this.#append("constant", type, [], type === "f32" ? Math.fround(Number(value)) : value);
  }

  /** The constant as a value of the same type as another. */
  like(value: Value, constant: number | bigint): Value {
    return this.constant(this.typeOf(value), constant);
  }

  unary(op: Exclude<UnaryOpcode, "convert" | "reinterpret">, a: Value): Value {
    return this.#append(op, this.typeOf(a), [a]);
  }

  binary(op: Exclude<BinaryOpcode, ComparisonOpcode>, a: Value, b: Value): Value {
    this.#checkEqual(op, a, b);
    return this.#append(op, this.typeOf(a), [a, b]);
  }

  compare(op: ComparisonOpcode, a: Value, b: Value): Value {
    this.#checkEqual(op, a, b);
    return this.#append(op, "bool", [a, b]);
  }

  shift(op: ShiftOpcode, a: Value, bits: number): Value {
    return this.#append(op, this.typeOf(a), [a], bits);
  }

  add(a: Value, b: Value): Value {
    return this.binary("add", a, b);
  }

  sub(a: Value, b: Value): Value {
    return this.binary("sub", a, b);
  }

  mul(a: Value, b: Value): Value {
    return this.binary("mul", a, b);
  }

  div(a: Value, b: Value): Value {
    return this.binary("div", a, b);
  }

  /** a·b + c; see the opcode. */
  madd(a: Value, b: Value, c: Value): Value {
    this.#checkEqual("madd", a, b);
    this.#checkEqual("madd", a, c);
    return this.#append("madd", this.typeOf(a), [a, b, c]);
  }

  select(condition: Value, a: Value, b: Value): Value {
    this.#checkEqual("select", a, b);
    return this.#append("select", this.typeOf(a), [condition, a, b]);
  }

  convert(type: ScalarType, a: Value): Value {
    return this.typeOf(a) === type ? a : this.#append("convert", type, [a]);
  }

  reinterpret(type: ScalarType, a: Value): Value {
    return this.#append("reinterpret", type, [a]);
  }

  call(type: ScalarType, callee: ScalarFunction, inputs: readonly Value[]): Value {
    return this.#append("call", type, inputs, undefined, { callee });
  }

  /** The value, and `callee(...inputs)` where the condition, which is rarely so, holds. */
  patch(condition: Value, value: Value, callee: ScalarFunction, inputs: readonly Value[]): Value {
    const all = [condition, value, ...inputs];
    return this.#append("patch", this.typeOf(value), all, undefined, { callee });
  }

  /** The value where the condition, which is rarely otherwise, holds, and what the fallback gives for the inputs elsewhere. */
  guard(condition: Value, value: Value, fallback: ScalarCode, inputs: readonly Value[]): Value {
    const all = [condition, value, ...inputs];
    return this.#append("guard", this.typeOf(value), all, undefined, { fallback });
  }

  /** Puts a program in, with the given values for its operands; returns the values of its instructions by their positions. */
  inline(code: ScalarCode, operands: readonly Value[]): Value[] {
    const values: Value[] = [];
    for (const { op, type, inputs, immediate, callee, fallback } of code) {
      const value =
        op === "operand"
          ? operands[Number(immediate)]!
          : this.#append(
              op,
              type,
              inputs.map((input) => values[input]!),
              immediate,
              { callee, fallback },
            );
      values.push(value);
    }
    return values;
  }

  #append(
    op: Opcode,
    type: ScalarType,
    inputs: readonly Value[],
    immediate?: number | bigint,
    { callee, fallback }: Outside = {},
  ): Value {
    const outside = callee ?? fallback;
    const key =
      outside === undefined && op !== "constant" && inputs.length <= 3
        ? this.#numericKey(op, type, inputs, Number(immediate ?? 0))
        : this.#textKey(op, type, inputs, immediate, outside);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const position = this.#code.length;
    this.#code.push({
      op,
      type,
      inputs,
      ...(immediate === undefined ? {} : { immediate }),
      ...(callee === undefined ? {} : { callee }),
      ...(fallback === undefined ? {} : { fallback }),
    });
    this.#known.set(key, position);
    return position;
  }

  /** A key that is made faster than one of text. Operands and shifts, which alone have an immediate, have at most one input. */
  #numericKey(
    op: Opcode,
    type: ScalarType,
    inputs: readonly Value[],
    immediate: number,
  ): number | string {
    if (this.#code.length >= KEY_BASE - 1 || immediate >= KEY_BASE) {
      return this.#textKey(op, type, inputs, immediate, undefined);
    }
    let key = this.#opcodes.of(op) * 8 + TYPES.indexOf(type);
    key = key * KEY_BASE + (inputs[0] ?? -1) + 1;
    key = key * KEY_BASE + (inputs[1] ?? -1) + 1;
    return key * KEY_BASE + (inputs[2] === undefined ? immediate : inputs[2] + 1);
  }

  #textKey(
    op: Opcode,
    type: ScalarType,
    inputs: readonly Value[],
    immediate: number | bigint | undefined,
    outside: ScalarFunction | ScalarCode | undefined,
  ): string {
    const number = outside === undefined ? -1 : this.#outside.of(outside);
    return `${op} ${type} ${inputs.join()} ${textOf(immediate)} ${number}`;
  }

  #checkEqual(op: Opcode, a: Value, b: Value): void {
    if (this.typeOf(a) !== this.typeOf(b)) {
      throw new InternalError(`${op} of ${this.typeOf(a)} and ${this.typeOf(b)}`);
    }
  }
}

/** Tells −0 from 0, which as text are alike. */
function textOf(immediate: number | bigint | undefined): string {
  return Object.is(immediate, -0) ? "-0" : String(immediate);
}

/** Scalar programs as WebAssembly on single numbers, each value in a local of its own. */

import { InternalError } from "../../core/errors.js";
import type { Instruction, ScalarCode, ScalarType, Value } from "../../kernel/scalar-code.js";
import type { Callees } from "./callees.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import type { InstructionName, ValueType } from "./opcodes.js";

/** The type in which a value is kept; bool is 0 or 1. */
export function plainType(type: ScalarType): Exclude<ValueType, "v128"> {
  return type === "bool" ? "i32" : type;
}

const INTEGER_NAMES: Readonly<Partial<Record<Instruction["op"], string>>> = {
  lt: "lt_s",
  le: "le_s",
  gt: "gt_s",
  ge: "ge_s",
  shrSigned: "shr_s",
  shrUnsigned: "shr_u",
};

/** How values of one type are converted to another; f64 and f32 from i64 have no use. */
const CONVERSIONS: Readonly<Record<string, readonly InstructionName[]>> = {
  "f32 f64": ["f64.promote_f32"],
  "f64 f32": ["f32.demote_f64"],
  "i32 f32": ["f32.convert_i32_s"],
  "i32 f64": ["f64.convert_i32_s"],
  "bool f32": ["f32.convert_i32_s"],
  "bool f64": ["f64.convert_i32_s"],
  "bool i32": [],
  "f32 i32": ["i32.trunc_sat_f32_s"],
  "f64 i32": ["i32.trunc_sat_f64_s"],
};

/** Writes programs into a function. */
export class ScalarEmitter {
  readonly #body: FunctionBuilder;
  readonly #callees: Callees;
  readonly #code: ScalarCode;
  readonly #relaxed: boolean;
  readonly #locals: (Local | undefined)[];

  constructor(body: FunctionBuilder, callees: Callees, code: ScalarCode, relaxed: boolean) {
    this.#body = body;
    this.#callees = callees;
    this.#code = code;
    this.#relaxed = relaxed;
    this.#locals = new Array<Local | undefined>(code.length);
  }

  /** Has a value in a local that is given: where an operand's element is already, or where a result is wanted. */
  keepIn(value: Value, local: Local): void {
    this.#locals[value] = local;
  }

  /** Puts a value on the stack. */
  get(value: Value): void {
    const { op, type, immediate } = this.#code[value]!;
    if (op === "constant") this.#body.constant(plainType(type), immediate!);
    else this.#body.get(this.#local(value));
  }

  /** Computes the live instructions; `operand` puts an operand's element on the stack. */
  emit(live: readonly boolean[], operand: (position: number) => void): void {
    this.#code.forEach((instruction, value) => {
      if (!live[value] || instruction.op === "constant") return;
      if (instruction.op === "operand") operand(Number(instruction.immediate));
      else this.#compute(instruction, value);
      this.#body.set(this.#local(value));
    });
  }

  #local(value: Value): Local {
    this.#locals[value] ??= this.#body.local(plainType(this.#code[value]!.type));
    return this.#locals[value]!;
  }

  #getAll(values: readonly Value[]): void {
    for (const value of values) this.get(value);
  }

  #compute(instruction: Instruction, value: Value): void {
    const { op, type, inputs } = instruction;
    const [a, b, c] = inputs as [Value, Value, Value];
    switch (op) {
      case "select":
        this.#select(b, c, () => this.get(a));
        return;
      case "min":
      case "max":
        if (type !== "i32") break;
        this.#select(a, b, () => this.#apply(op === "min" ? "i32.lt_s" : "i32.gt_s", a, b));
        return;
      case "pmin":
        this.#select(b, a, () => this.#apply(`${type}.lt` as InstructionName, b, a));
        return;
      case "pmax":
        this.#select(b, a, () => this.#apply(`${type}.lt` as InstructionName, a, b));
        return;
      case "madd":
        this.#multiplyAdd(type, inputs);
        return;
      case "not":
        this.#apply("i32.eqz", a);
        return;
      case "convert":
        this.#convert(this.#code[a]!.type, type, a);
        return;
      case "reinterpret":
        this.#apply(`${type}.reinterpret_${this.#code[a]!.type}` as InstructionName, a);
        return;
      case "call":
        this.#call(instruction, inputs);
        return;
      case "patch":
        this.#patch(instruction, this.#local(value));
        return;
      case "guard":
        this.#guard(instruction, this.#local(value));
        return;
      case "neg":
      case "abs":
        if (type !== "i32") break;
        this.#integerSign(op, a);
        return;
    }
    const plain = plainType(this.#code[a]!.type);
    const name = plain === "i32" || plain === "i64" ? (INTEGER_NAMES[op] ?? op) : op;
    this.#getAll(inputs);
    if (instruction.immediate !== undefined) this.#body.constant(plain, instruction.immediate);
    this.#body.op(`${plain}.${name}` as InstructionName);
  }

  #apply(name: InstructionName, ...inputs: readonly Value[]): void {
    this.#getAll(inputs);
    this.#body.op(name);
  }

  #select(a: Value, b: Value, condition: () => void): void {
    this.#getAll([a, b]);
    condition();
    this.#body.op("select");
  }

  #integerSign(op: "neg" | "abs", a: Value): void {
    const body = this.#body.constant("i32", 0).get(this.#local(a)).op("i32.sub");
    if (op === "neg") return;
    body.get(this.#local(a)).get(this.#local(a)).constant("i32", 0);
    body.op("i32.lt_s").op("select");
  }

  /** Lanes that round once need a tail that does, and only vectors have the instruction. */
  #multiplyAdd(type: ScalarType, inputs: readonly Value[]): void {
    const vector = type === "f32" ? "f32x4" : "f64x2";
    if (this.#relaxed) {
      for (const input of inputs) {
        this.get(input);
        this.#body.op(`${vector}.splat`);
      }
      this.#body.op(`${vector}.relaxed_madd`).lane(`${vector}.extract_lane`, 0);
    } else {
      this.#apply(`${type}.mul` as InstructionName, inputs[0]!, inputs[1]!);
      this.get(inputs[2]!);
      this.#body.op(`${type}.add` as InstructionName);
    }
  }

  #convert(from: ScalarType, to: ScalarType, a: Value): void {
    this.get(a);
    if (to === "bool") {
      this.#body.constant(plainType(from), 0).op(`${plainType(from)}.ne` as InstructionName);
      return;
    }
    const names = CONVERSIONS[`${from} ${to}`];
    if (names === undefined) throw new InternalError(`no conversion from ${from} to ${to}`);
    for (const name of names) this.#body.op(name);
  }

  #call({ callee, type }: Instruction, inputs: readonly Value[]): void {
    const types = inputs.map((input) => this.#code[input]!.type);
    inputs.forEach((input, index) => {
      this.get(input);
      if (types[index] === "f32") this.#body.op("f64.promote_f32");
    });
    this.#body.call(this.#callees.reference(callee!, types, type));
    if (type === "f32") this.#body.op("f32.demote_f64");
  }

  #patch(instruction: Instruction, result: Local): void {
    const [condition, value, ...inputs] = instruction.inputs as [Value, Value, ...Value[]];
    this.get(value);
    this.#body.set(result);
    this.get(condition);
    this.#body.if(() => {
      this.#call(instruction, inputs);
      this.#body.set(result);
    });
    this.#body.get(result);
  }

  #guard({ inputs: all, fallback }: Instruction, result: Local): void {
    const [condition, value, ...inputs] = all as [Value, Value, ...Value[]];
    this.get(value);
    this.#body.set(result);
    this.get(condition);
    this.#body.op("i32.eqz").if(() => {
      this.#getAll(inputs);
      this.#body.call(this.#functionOf(fallback!)).set(result);
    });
    this.#body.get(result);
  }

  #functionOf(program: ScalarCode): FunctionReference {
    return this.#callees.ofProgram(program, "1 number", () => {
      const operands = program.filter(({ op }) => op === "operand");
      const types = operands.map(({ type }) => plainType(type));
      const body = new FunctionBuilder(types, [plainType(program.at(-1)!.type)]);
      const writer = new ScalarEmitter(body, this.#callees, program, this.#relaxed);
      writer.emit(
        program.map(() => true),
        (position) => body.get(position),
      );
      writer.get(program.length - 1);
      return body;
    });
  }
}

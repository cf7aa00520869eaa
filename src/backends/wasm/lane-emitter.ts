/**
 * Scalar programs as WebAssembly on vectors: 2 positions at a time where a type of 64 bits is involved, else 4.
 *
 * Values of 32 bits lie in the first lanes. A truth value is a mask as wide as the widest type: in each lane all bits set, or none.
 */

import { InternalError } from "../../core/errors.js";
import type {
  FloatType,
  Instruction,
  ScalarCode,
  ScalarType,
  Value,
} from "../../kernel/scalar-code.js";
import type { Callees } from "./callees.js";
import type { FunctionBuilder, FunctionReference, Local } from "./function-builder.js";
import { LaneCalls } from "./lane-calls.js";
import { vectorFunction, writeGuard } from "./lane-guard.js";
import type { InstructionName } from "./opcodes.js";
import { type Lanes, VECTORS } from "./vectors.js";

const INTEGER_NAMES: Readonly<Partial<Record<Instruction["op"], string>>> = {
  lt: "lt_s",
  le: "le_s",
  gt: "gt_s",
  ge: "ge_s",
  min: "min_s",
  max: "max_s",
  shrSigned: "shr_s",
  shrUnsigned: "shr_u",
};

const COMPARISONS: readonly string[] = ["eq", "ne", "lt", "le", "gt", "ge"];

const CONVERSIONS: Readonly<Record<string, InstructionName>> = {
  "f32 f64": "f64x2.promote_low_f32x4",
  "f64 f32": "f32x4.demote_f64x2_zero",
  "i32 f32": "f32x4.convert_i32x4_s",
  "i32 f64": "f64x2.convert_low_i32x4_s",
  "f32 i32": "i32x4.trunc_sat_f32x4_s",
  "f64 i32": "i32x4.trunc_sat_f64x2_s_zero",
};

/** Takes the low half of each lane of 64 bits. */
const LOW_HALVES = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

/** Writes programs into a function. */
export class LaneEmitter {
  readonly lanes: Lanes;
  readonly #body: FunctionBuilder;
  readonly #callees: Callees;
  readonly #calls: LaneCalls;
  readonly #code: ScalarCode;
  readonly #relaxed: boolean;
  readonly #locals: (Local | undefined)[];
  readonly #constants: Map<string, Local>;
  #scratch: Local | undefined;

  constructor(
    body: FunctionBuilder,
    callees: Callees,
    code: ScalarCode,
    lanes: Lanes,
    relaxed: boolean,
  ) {
    this.#body = body;
    this.#calls = new LaneCalls(body, callees, code, lanes, (value) => this.get(value));
    this.#code = code;
    this.lanes = lanes;
    this.#callees = callees;
    this.#relaxed = relaxed;
    this.#locals = new Array<Local | undefined>(code.length);
    this.#constants = new Map();
  }

  /** An emitter for another block, with the values that are there already as they are. */
  another(): LaneEmitter {
    const other = new LaneEmitter(this.#body, this.#callees, this.#code, this.lanes, this.#relaxed);
    this.#locals.forEach((local, value) => {
      other.#locals[value] = local;
    });
    for (const [key, local] of this.#constants) other.#constants.set(key, local);
    return other;
  }

  /** Fills the locals of constants, which a loop that follows then need not do. */
  prepare(live: readonly boolean[]): void {
    this.#code.forEach(({ op, type, inputs, immediate }, value) => {
      if (!live[value]) return;
      if (op === "constant") {
        if (type === "bool") this.#body.splat("i32", immediate === 1 ? -1 : 0);
        else this.#body.splat(type, immediate!);
        this.#body.set(this.#local(value));
      } else if (op === "copysign") {
        this.#keep(type, "sign");
      } else if (op === "convert" && type !== "bool" && this.#typeOf(inputs[0]!) === "bool") {
        this.#keep(type, "one");
      } else if (op === "convert" && type === "bool") {
        this.#keep(this.#typeOf(inputs[0]!), "zero");
      }
    });
  }

  /** Puts a value on the stack. */
  get(value: Value): void {
    this.#body.get(this.#local(value));
  }

  /** Computes the live instructions; `operand` puts a block of an operand on the stack. */
  emit(live: readonly boolean[], operand: (position: number) => void): void {
    LaneEmitter.emitTogether([this], live, operand);
  }

  /** Computes the live instructions for several blocks by turns, so that one need not wait for the results of another. */
  static emitTogether(
    emitters: readonly LaneEmitter[],
    live: readonly boolean[],
    operand: (position: number, turn: number) => void,
  ): void {
    emitters[0]!.#code.forEach((instruction, value) => {
      if (!live[value] || instruction.op === "constant") return;
      emitters.forEach((emitter, turn) => {
        if (instruction.op === "operand") operand(Number(instruction.immediate), turn);
        else emitter.#compute(instruction, value);
        emitter.#body.set(emitter.#local(value));
      });
    });
  }

  /** Makes a mask of 32 bits a lane of one of 64 bits on the stack, if masks are so wide. */
  widenMask(): void {
    if (this.lanes === 2) this.#body.op("i64x2.extend_low_i32x4_s");
  }

  /** Makes a mask on the stack one of 32 bits a lane. */
  narrowMask(): void {
    if (this.lanes === 4) return;
    this.duplicate();
    this.#body.shuffle(LOW_HALVES);
  }

  /** Puts the vector on the stack there once more. */
  duplicate(): void {
    this.#scratch ??= this.#body.local("v128");
    this.#body.tee(this.#scratch).get(this.#scratch);
  }

  #typeOf(value: Value): ScalarType {
    return this.#code[value]!.type;
  }

  #local(value: Value): Local {
    this.#locals[value] ??= this.#body.local("v128");
    return this.#locals[value]!;
  }

  #getAll(values: readonly Value[]): void {
    for (const value of values) this.get(value);
  }

  #keep(type: ScalarType, what: "sign" | "one" | "zero"): void {
    const key = `${type} ${what}`;
    if (this.#constants.has(key)) return;
    const local = this.#body.local("v128");
    this.#constants.set(key, local);
    if (what === "sign") this.#body.splat(type as FloatType, -0);
    else this.#body.splat(type === "bool" ? "i32" : type, what === "one" ? 1 : 0);
    this.#body.set(local);
  }

  #constant(type: ScalarType, what: "sign" | "one" | "zero"): Local {
    return this.#constants.get(`${type} ${what}`)!;
  }

  #compute(instruction: Instruction, value: Value): void {
    const { op, type, inputs, immediate } = instruction;
    const [a, b, c] = inputs as [Value, Value, Value];
    switch (op) {
      case "select":
        this.#select(type, a, b, c);
        return;
      case "copysign":
        this.#getAll([b, a]);
        this.#body.get(this.#constant(type, "sign")).op("v128.bitselect");
        return;
      case "and":
      case "or":
      case "xor":
      case "not":
        this.#getAll(inputs);
        this.#body.op(`v128.${op}`);
        return;
      case "reinterpret":
        this.get(a);
        return;
      case "madd":
        this.#multiplyAdd(type as FloatType, a, b, c);
        return;
      case "convert":
        this.#convert(this.#typeOf(a), type, a);
        return;
      case "call":
        this.#calls.call(instruction, this.#local(value));
        return;
      case "patch":
        this.#calls.patch(instruction, this.#local(value));
        return;
      case "guard":
        writeGuard(this.#body, this, instruction, this.#fallback(instruction), this.#local(value));
        return;
    }
    const from = this.#typeOf(a);
    if (from === "bool") {
      this.#compareMasks(op, inputs);
      return;
    }
    const integer = from === "i32" || from === "i64";
    this.#getAll(inputs);
    if (immediate !== undefined) this.#body.constant("i32", immediate);
    const name = integer ? (INTEGER_NAMES[op] ?? op) : op;
    this.#body.op(`${VECTORS[from]}.${name}` as InstructionName);
    if (COMPARISONS.includes(op) && (from === "f32" || from === "i32")) this.widenMask();
  }

  /** Where one side is 0, the mask alone makes the choice. */
  #select(type: ScalarType, condition: Value, a: Value, b: Value): void {
    const isZero = (value: Value): boolean => {
      const { op, immediate } = this.#code[value]!;
      return op === "constant" && Object.is(Number(immediate), 0);
    };
    const mask = (): void => {
      this.get(condition);
      if (type === "f32" || type === "i32") this.narrowMask();
    };
    if (isZero(a)) {
      this.get(b);
      mask();
      this.#body.op("v128.andnot");
    } else if (isZero(b)) {
      this.get(a);
      mask();
      this.#body.op("v128.and");
    } else {
      this.#getAll([a, b]);
      mask();
      this.#body.op("v128.bitselect");
    }
  }

  #compareMasks(op: Instruction["op"], inputs: readonly Value[]): void {
    if (op !== "eq" && op !== "ne") throw new InternalError(`no ${op} of truth values`);
    this.#getAll(inputs);
    this.#body.op("v128.xor");
    if (op === "eq") this.#body.op("v128.not");
  }

  #fallback({ fallback }: Instruction): FunctionReference {
    const { lanes } = this;
    const writerOf = (body: FunctionBuilder): LaneEmitter =>
      new LaneEmitter(body, this.#callees, fallback!, lanes, this.#relaxed);
    return vectorFunction(this.#callees, fallback!, lanes, writerOf);
  }

  #multiplyAdd(type: FloatType, a: Value, b: Value, c: Value): void {
    const vector = type === "f32" ? "f32x4" : "f64x2";
    this.#getAll([a, b]);
    if (!this.#relaxed) this.#body.op(`${vector}.mul`);
    this.get(c);
    this.#body.op(this.#relaxed ? `${vector}.relaxed_madd` : `${vector}.add`);
  }

  #convert(from: ScalarType, to: ScalarType, a: Value): void {
    this.get(a);
    if (to === "bool") {
      this.#body.get(this.#constant(from, "zero"));
      this.#body.op(`${VECTORS[from as Exclude<ScalarType, "bool">]}.ne` as InstructionName);
      if (from === "f32" || from === "i32") this.widenMask();
    } else if (from === "bool") {
      if (to === "f32" || to === "i32") this.narrowMask();
      this.#body.get(this.#constant(to, "one")).op("v128.and");
    } else {
      const name = CONVERSIONS[`${from} ${to}`];
      if (name === undefined) throw new InternalError(`no conversion from ${from} to ${to}`);
      this.#body.op(name);
    }
  }
}

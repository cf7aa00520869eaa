/** Calls of JavaScript functions from vectors: lane by lane. */

import type { Instruction, ScalarCode, ScalarType, Value } from "../../kernel/scalar-code.js";
import type { Callees } from "./callees.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { type Lanes, VECTORS } from "./vectors.js";

/** Writes the calls of a program. */
export class LaneCalls {
  readonly #body: FunctionBuilder;
  readonly #callees: Callees;
  readonly #code: ScalarCode;
  readonly #lanes: Lanes;
  /** Puts a value's vector on the stack. */
  readonly #get: (value: Value) => void;
  #truth: Local | undefined;

  constructor(
    body: FunctionBuilder,
    callees: Callees,
    code: ScalarCode,
    lanes: Lanes,
    get: (value: Value) => void,
  ) {
    this.#body = body;
    this.#callees = callees;
    this.#code = code;
    this.#lanes = lanes;
    this.#get = get;
  }

  /** Puts what the callee gives for each lane on the stack, by way of a local. */
  call(instruction: Instruction, to: Local): void {
    for (let lane = 0; lane < this.#lanes; lane++) {
      this.#callLane(instruction, instruction.inputs, lane, to);
    }
    this.#body.get(to);
  }

  /** Puts the value, replaced by what the callee gives in lanes where the condition holds, on the stack. */
  patch(instruction: Instruction, to: Local): void {
    const [condition, value, ...inputs] = instruction.inputs as [Value, Value, ...Value[]];
    const body = this.#body;
    this.#get(value);
    body.set(to);
    this.#get(condition);
    body.op("v128.any_true").if(() => {
      for (let lane = 0; lane < this.#lanes; lane++) {
        this.#get(condition);
        body.lane("i32x4.extract_lane", this.#maskLane(lane));
        body.if(() => this.#callLane(instruction, inputs, lane, to));
      }
    });
    body.get(to);
  }

  #callLane(
    { callee, type }: Instruction,
    inputs: readonly Value[],
    lane: number,
    to: Local,
  ): void {
    const types = inputs.map((input) => this.#code[input]!.type);
    this.#body.get(to);
    inputs.forEach((input, index) => {
      this.#extract(input, types[index]!, lane);
    });
    this.#body.call(this.#callees.reference(callee!, types, type));
    this.#replace(type, lane);
    this.#body.set(to);
  }

  /** Puts one lane on the stack as functions of JavaScript take it. */
  #extract(value: Value, type: ScalarType, lane: number): void {
    this.#get(value);
    if (type === "bool") {
      this.#body.lane("i32x4.extract_lane", this.#maskLane(lane)).constant("i32", 1).op("i32.and");
    } else {
      this.#body.lane(`${VECTORS[type]}.extract_lane`, lane);
      if (type === "f32") this.#body.op("f64.promote_f32");
    }
  }

  /** Puts the number on the stack, as functions of JavaScript give it, into a lane of the vector under it. */
  #replace(type: ScalarType, lane: number): void {
    const body = this.#body;
    if (type !== "bool") {
      if (type === "f32") body.op("f32.demote_f64");
      body.lane(`${VECTORS[type]}.replace_lane`, lane);
      return;
    }
    this.#truth ??= body.local("i32");
    body.set(this.#truth).constant("i32", 0).get(this.#truth).op("i32.sub");
    if (this.#lanes === 2) body.op("i64.extend_i32_s");
    body.lane(this.#lanes === 2 ? "i64x2.replace_lane" : "i32x4.replace_lane", lane);
  }

  /** The number of a lane of 32 bits that lies in a lane of a mask. */
  #maskLane(lane: number): number {
    return this.#lanes === 4 ? lane : 2 * lane;
  }
}

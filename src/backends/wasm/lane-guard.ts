/** Guarded values of vectors: computed for all lanes by a fast program, and once more by another where some lane needs that. */

import { bytesOf } from "../../kernel/elementwise-kernel.js";
import type { Instruction, ScalarCode, Value } from "../../kernel/scalar-code.js";
import type { Callees } from "./callees.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import type { ValueType } from "./opcodes.js";
import type { Lanes } from "./vectors.js";

/** What writes a program for vectors. */
export interface VectorWriter {
  readonly lanes: Lanes;
  get(value: Value): void;
  prepare(live: readonly boolean[]): void;
  emit(live: readonly boolean[], operand: (position: number) => void): void;
  narrowMask(): void;
}

/**
 * Puts the result of a guard on the stack, by way of a local.
 *
 * @param fallback the function of vectors that the guard falls back to
 */
export function writeGuard(
  body: FunctionBuilder,
  emitter: VectorWriter,
  { inputs: all, type }: Instruction,
  fallback: FunctionReference,
  to: Local,
): void {
  const [condition, value, ...inputs] = all as [Value, Value, ...Value[]];
  const { lanes } = emitter;
  emitter.get(value);
  body.set(to);
  emitter.get(condition);
  body.op(lanes === 4 ? "i32x4.bitmask" : "i64x2.bitmask");
  body.constant("i32", 2 ** lanes - 1).op("i32.ne");
  body.if(() => {
    emitter.get(value);
    for (const input of inputs) emitter.get(input);
    body.call(fallback);
    emitter.get(condition);
    if (bytesOf(type) === 4) emitter.narrowMask();
    body.op("v128.bitselect").set(to);
  });
  body.get(to);
}

/** A program as a function of vectors, which a module has once for all its guards. */
export function vectorFunction(
  callees: Callees,
  program: ScalarCode,
  lanes: Lanes,
  writerOf: (body: FunctionBuilder) => VectorWriter,
): FunctionReference {
  return callees.ofProgram(program, `${lanes} lanes`, () => {
    const operands = program.filter(({ op }) => op === "operand").length;
    const body = new FunctionBuilder(new Array<ValueType>(operands).fill("v128"), ["v128"]);
    const writer = writerOf(body);
    const live = program.map(() => true);
    writer.prepare(live);
    writer.emit(live, (position) => body.get(position));
    writer.get(program.length - 1);
    return body;
  });
}

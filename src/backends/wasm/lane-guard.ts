/** Guarded values of vectors: computed for all lanes by a fast program, and once more by another where some lane needs that. */

import { bytesOf } from "../../kernel/elementwise-kernel.js";
import type { Instruction, ScalarCode, Value } from "../../kernel/scalar-code.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import type { Lanes } from "./vectors.js";

/** What writes vectors: of the program with the guard, or of what it falls back to. */
export interface VectorWriter {
  readonly lanes: Lanes;
  get(value: Value): void;
  prepare(live: readonly boolean[]): void;
  emit(live: readonly boolean[], operand: (position: number) => void): void;
  narrowMask(): void;
}

/**
 * Puts the result of a guard on the stack, by way of a local. The constants of the fallback are made where they are needed, since
 * registers are scarcer than its time.
 */
export function writeGuard(
  body: FunctionBuilder,
  emitter: VectorWriter,
  { inputs: all, type, fallback }: Instruction,
  writerOf: (code: ScalarCode) => VectorWriter,
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
    const other = writerOf(fallback!);
    const live = new Array<boolean>(fallback!.length).fill(true);
    other.prepare(live);
    other.emit(live, (position) => emitter.get(inputs[position]!));
    emitter.get(value);
    other.get(fallback!.length - 1);
    emitter.get(condition);
    if (bytesOf(type) === 4) emitter.narrowMask();
    body.op("v128.bitselect").set(to);
  });
  body.get(to);
}

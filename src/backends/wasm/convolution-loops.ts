/** Loops of generated code around windows, and a function that fills memory with zeros. */

import type { ModuleBuilder } from "./assembler.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";

/** Repeats until the counter, which must be positive at first, has come down to 0. */
export function countDown(body: FunctionBuilder, counter: Local, write: () => void): void {
  body.loop(() => {
    write();
    body.get(counter).constant("i32", 1).op("i32.sub").tee(counter).branchIf(0);
  });
}

/** Repeats so many times; `write` may also write the code without a loop around it. */
export function repeat(body: FunctionBuilder, times: number, write: () => void): void {
  if (times === 1) write();
  if (times <= 1) return;
  const counter = body.local("i32");
  body.constant("i32", times).set(counter);
  countDown(body, counter, write);
}

/** Adds a constant to a local. */
export function advance(body: FunctionBuilder, local: Local, by: number): void {
  if (by !== 0) body.get(local).constant("i32", by).op("i32.add").set(local);
}

/** Puts the address or number in a local plus a constant on the stack. */
export function pushSum(body: FunctionBuilder, local: Local, plus: number): void {
  body.get(local);
  if (plus !== 0) body.constant("i32", plus).op("i32.add");
}

/** Puts the smaller or the larger of a local and a constant on the stack. */
export function pushExtremum(
  body: FunctionBuilder,
  which: "smaller" | "larger",
  local: Local,
  constant: number,
): void {
  body.get(local).constant("i32", constant).get(local).constant("i32", constant);
  body.op(which === "smaller" ? "i32.lt_s" : "i32.gt_s").op("select");
}

/** Bytes that one call of the function that fills with zeros does; engines replace a function by a faster one between calls only. */
const FILLED_AT_ONCE = 16384;

/** Adds a function (address: i32) -> () that writes zeros to so many bytes, a multiple of 4. */
export function addZeroFill(module: ModuleBuilder, bytes: number): FunctionReference {
  const body = new FunctionBuilder(["i32"], []);
  const step = (by: number, store: () => void): void => {
    body.get(0);
    store();
    advance(body, 0, by);
  };
  const whole = Math.floor(bytes / FILLED_AT_ONCE);
  if (whole > 0) {
    const block = new FunctionBuilder(["i32"], []);
    repeat(block, FILLED_AT_ONCE / 64, () => {
      for (let at = 0; at < 64; at += 16) block.get(0).splat("i32", 0).memory("v128.store", at);
      advance(block, 0, 64);
    });
    const callee = module.addFunction(block);
    repeat(body, whole, () => step(FILLED_AT_ONCE, () => void body.call(callee)));
  }
  const rest = bytes - whole * FILLED_AT_ONCE;
  repeat(body, Math.floor(rest / 16), () => {
    step(16, () => void body.splat("i32", 0).memory("v128.store"));
  });
  repeat(body, Math.floor((rest % 16) / 4), () => {
    step(4, () => void body.constant("i32", 0).memory("i32.store"));
  });
  return module.addFunction(body);
}

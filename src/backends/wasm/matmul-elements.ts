/** What generated matrix products do with elements and vectors of each type, and the functions that products of a module share. */

import type { ModuleBuilder } from "./assembler.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import type { InstructionName, ValueType } from "./opcodes.js";

export type ElementType = "f32" | "f64" | "i32";

/** What all code of one product has in common. */
export interface Setting {
  readonly module: ModuleBuilder;
  readonly type: ElementType;
  /** Whether multiplication and addition may be one instruction that rounds once, which there is for floats. */
  readonly relaxed: boolean;
}

/** Bytes of an element. */
export function widthOf(type: ElementType): 4 | 8 {
  return type === "f64" ? 8 : 4;
}

/** Elements of a vector. */
export function lanesIn(type: ElementType): 2 | 4 {
  return type === "f64" ? 2 : 4;
}

export function vectorOp(type: ElementType, name: "add" | "mul"): InstructionName {
  return `${type}x${lanesIn(type)}.${name}` as InstructionName;
}

/** Replaces the address on the stack by a vector with the element there in every lane. */
export function loadSplat(body: FunctionBuilder, type: ElementType, offset = 0): void {
  body.memory(type === "f64" ? "v128.load64_splat" : "v128.load32_splat", offset);
}

/** Replaces the address on the stack by a vector with the element there in the first lane, and zeros. */
export function loadFirst(body: FunctionBuilder, type: ElementType, offset = 0): void {
  body.memory(type === "f64" ? "v128.load64_zero" : "v128.load32_zero", offset);
}

/** Adds the product of the vectors that `push` puts on the stack to an accumulator. */
export function multiplyAdd(
  body: FunctionBuilder,
  { type, relaxed }: Setting,
  accumulator: Local,
  push: () => void,
): void {
  push();
  if (relaxed) {
    body.get(accumulator).op(type === "f32" ? "f32x4.relaxed_madd" : "f64x2.relaxed_madd");
  } else {
    body.op(vectorOp(type, "mul")).get(accumulator).op(vectorOp(type, "add"));
  }
  body.set(accumulator);
}

const shared = new WeakMap<ModuleBuilder, Map<string, FunctionReference>>();

/** A function that all products of a module with the same type share, written when it is first asked for. */
export function sharedFunction(
  { module, type, relaxed }: Setting,
  name: string,
  parameters: number,
  write: (body: FunctionBuilder) => void,
): FunctionReference {
  let functions = shared.get(module);
  if (functions === undefined) {
    functions = new Map();
    shared.set(module, functions);
  }
  const key = `${name} ${type} ${relaxed}`;
  let callee = functions.get(key);
  if (callee === undefined) {
    const body = new FunctionBuilder(new Array<ValueType>(parameters).fill("i32"), []);
    callee = module.addFunction(body);
    functions.set(key, callee);
    write(body);
  }
  return callee;
}

/** Calls a function whose parameters have names, in the order of their numbers. */
export function callNamed<Name extends string>(
  body: FunctionBuilder,
  callee: FunctionReference,
  parameters: Readonly<Record<Name, number>>,
  push: Readonly<Record<Name, () => unknown>>,
): void {
  for (const name of Object.keys(parameters) as Name[]) push[name]();
  body.call(callee);
}

/** Adds a constant to a local, modulo 2³². */
export function addConstant(body: FunctionBuilder, local: Local, by: number): void {
  if (by !== 0)
    body
      .get(local)
      .constant("i32", by | 0)
      .op("i32.add")
      .set(local);
}

/** Adds a local to another. */
export function addLocal(body: FunctionBuilder, local: Local, by: Local): void {
  body.get(local).get(by).op("i32.add").set(local);
}

/** Adds a multiple of a local to another. */
export function addMultiple(body: FunctionBuilder, local: Local, by: Local, times: number): void {
  body.get(by).constant("i32", times).op("i32.mul").get(local).op("i32.add").set(local);
}

/** Repeats while at least `step` are left of a count, which `write` takes `step` of; the count loses them. */
export function whileLeft(
  body: FunctionBuilder,
  count: Local,
  step: number,
  write: () => void,
): void {
  body.get(count).constant("i32", step).op("i32.ge_s");
  body.if(() => {
    body.loop(() => {
      write();
      body.get(count).constant("i32", step).op("i32.sub").tee(count);
      body.constant("i32", step).op("i32.ge_s").branchIf(0);
    });
  });
}

/** Repeats until a count, which is positive at first, is used up by `step` at a time. */
export function whileAny(
  body: FunctionBuilder,
  count: Local,
  step: number,
  write: () => void,
): void {
  body.loop(() => {
    write();
    body.get(count).constant("i32", step).op("i32.sub").tee(count);
    body.constant("i32", 0).op("i32.gt_s").branchIf(0);
  });
}

/** Puts the smaller of a local and a constant on the stack. */
export function pushAtMost(body: FunctionBuilder, local: Local, most: number): void {
  body.get(local).constant("i32", most).get(local).constant("i32", most);
  body.op("i32.lt_s").op("select");
}

/** Puts the smaller of two locals on the stack. */
export function pushSmaller(body: FunctionBuilder, first: Local, second: Local): void {
  body.get(first).get(second).get(first).get(second).op("i32.lt_s").op("select");
}

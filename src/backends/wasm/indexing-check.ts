/** Indices that are data, in generated code: the check of their range. */

import type { ModuleBuilder } from "./assembler.js";
import { countDown } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference } from "./function-builder.js";
import { ELEMENTS_PER_CALL, inRuns, moveBy } from "./indexing-parts.js";

/** Called, without arguments or results, where an index is out of range; it throws. */
export type Fail = FunctionReference;

/** The smallest number that is no index into so many elements; as an unsigned number every negative index is above it. */
export function indexLimit(length: number): number {
  return Math.min(length, 2 ** 31) | 0;
}

/** Calls the function that throws; nothing is done after it. */
export function failWith(body: FunctionBuilder, fail: Fail): void {
  body.call(fail).op("unreachable");
}

/** Adds a function (indices: i32) -> () that calls `fail` unless all of so many indices are from 0 to length − 1. */
export function addIndexCheck(
  module: ModuleBuilder,
  length: number,
  count: number,
  fail: Fail,
): FunctionReference {
  const part = addPartCheck(module, length, fail);
  const body = new FunctionBuilder(["i32"], []);
  inRuns(body, count, ELEMENTS_PER_CALL, (indices) => {
    body.get(0).constant("i32", indices).call(part);
    moveBy(body, 0, 4 * indices);
  });
  return module.addFunction(body);
}

/** Adds the function (indices: i32, count: i32) -> () for at least one index. */
function addPartCheck(module: ModuleBuilder, length: number, fail: Fail): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32"], []);
  const wrong = body.local("v128");
  const rest = body.local("i32");
  const check = (load: "v128.load" | "v128.load32_splat", bytes: number): void => {
    body.get(0).memory(load).splat("i32", indexLimit(length)).op("i32x4.ge_u");
    body.get(wrong).op("v128.or").set(wrong);
    moveBy(body, 0, bytes);
  };
  body.get(1).constant("i32", 3).op("i32.and").set(rest);
  body.get(1).constant("i32", 2).op("i32.shr_u").tee(1);
  body.if(() => countDown(body, 1, () => check("v128.load", 16)));
  body.get(rest);
  body.if(() => countDown(body, rest, () => check("v128.load32_splat", 4)));
  body.get(wrong).op("v128.any_true");
  body.if(() => failWith(body, fail));
  return module.addFunction(body);
}

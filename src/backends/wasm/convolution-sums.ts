/** Sums of float32 arrays in float64, and their rounding back, in generated code. */

import type { ModuleBuilder } from "./assembler.js";
import { advance, repeat } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference } from "./function-builder.js";

/** Adds a function (array of f32: i32, sums: i32) -> () that adds an array to sums in float64. */
export function addWidenedSum(module: ModuleBuilder, size: number): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32"], []);
  inPairs(body, size, [4, 8], (at, single) => {
    body
      .get(1)
      .get(1)
      .memory(single ? "v128.load64_zero" : "v128.load", 8 * at);
    body.get(0).memory(single ? "v128.load32_zero" : "v128.load64_zero", 4 * at);
    body.op("f64x2.promote_low_f32x4").op("f64x2.add");
    if (single) body.memory("v128.store64_lane", 8 * at, 0);
    else body.memory("v128.store", 8 * at);
  });
  return module.addFunction(body);
}

/** Adds a function (sums: i32, result: i32) -> () that rounds float64 to float32. */
export function addNarrow(module: ModuleBuilder, size: number): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32"], []);
  inPairs(body, size, [8, 4], (at, single) => {
    body
      .get(1)
      .get(0)
      .memory(single ? "v128.load64_zero" : "v128.load", 8 * at);
    body.op("f32x4.demote_f64x2_zero");
    body.memory(single ? "v128.store32_lane" : "v128.store64_lane", 4 * at, 0);
  });
  return module.addFunction(body);
}

/** Pairs in one turn of the loop. */
const PAIRS = 4;

/** Goes through elements in pairs: `write` is for those `at` behind the two pointers, which move by `bytes` for each element. */
function inPairs(
  body: FunctionBuilder,
  size: number,
  bytes: readonly [number, number],
  write: (at: number, single: boolean) => void,
): void {
  const turns = Math.floor(size / (2 * PAIRS));
  repeat(body, turns, () => {
    for (let pair = 0; pair < PAIRS; pair++) write(2 * pair, false);
    bytes.forEach((width, pointer) => {
      advance(body, pointer, 2 * PAIRS * width);
    });
  });
  const rest = size - turns * 2 * PAIRS;
  for (let at = 0; at + 1 < rest; at += 2) write(at, false);
  if (rest % 2 === 1) write(rest - 1, true);
}

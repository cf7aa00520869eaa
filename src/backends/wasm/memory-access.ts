/** Loads and stores of elements and of blocks of them; bool is a byte in memory, 0 or 1 as a number, a mask in lanes. */

import type { ScalarType } from "../../kernel/scalar-code.js";
import type { FunctionBuilder } from "./function-builder.js";
import type { LaneEmitter } from "./lane-emitter.js";

/** Replaces the address on the stack by the element at that address plus `offset`. */
export function loadElement(body: FunctionBuilder, type: ScalarType, offset = 0): void {
  body.memory(type === "bool" ? "i32.load8_u" : `${type}.load`, offset);
}

/** Stores the element on the stack at the address under it plus `offset`. */
export function storeElement(body: FunctionBuilder, type: ScalarType, offset = 0): void {
  body.memory(type === "bool" ? "i32.store8" : `${type}.store`, offset);
}

/** Replaces the element on the stack by a vector that has it in every lane. */
export function splatElement(body: FunctionBuilder, type: ScalarType): void {
  switch (type) {
    case "bool":
      body.op("i32x4.splat").op("i32x4.neg");
      return;
    case "f64":
    case "i64":
      body.op(`${type}x2.splat`);
      return;
    default:
      body.op(`${type}x4.splat`);
  }
}

/** Replaces the address on the stack by the block at that address plus `offset`. */
export function loadBlock(
  body: FunctionBuilder,
  emitter: LaneEmitter,
  type: ScalarType,
  offset: number,
): void {
  if (type === "bool") {
    // Two bytes are read from two positions: there may be nothing behind them.
    body.memory(emitter.lanes === 4 ? "v128.load32_zero" : "v128.load16_splat", offset);
    body.op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u").op("i32x4.neg");
    emitter.widenMask();
  } else if (emitter.lanes === 2 && (type === "f32" || type === "i32")) {
    body.memory("v128.load64_zero", offset);
  } else {
    body.memory("v128.load", offset);
  }
}

/** Stores the block on the stack at the address under it plus `offset`. */
export function storeBlock(
  body: FunctionBuilder,
  emitter: LaneEmitter,
  type: ScalarType,
  offset: number,
): void {
  if (type === "bool") {
    emitter.narrowMask();
    body.op("i32x4.neg");
    emitter.duplicate();
    body.op("i16x8.narrow_i32x4_u");
    emitter.duplicate();
    body.op("i8x16.narrow_i16x8_u");
    body.memory(emitter.lanes === 4 ? "v128.store32_lane" : "v128.store16_lane", offset, 0);
  } else if (emitter.lanes === 2 && (type === "f32" || type === "i32")) {
    body.memory("v128.store64_lane", offset, 0);
  } else {
    body.memory("v128.store", offset);
  }
}

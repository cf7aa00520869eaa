/** Loads and stores of lanes whose elements do not lie side by side. */

import type { ScalarType } from "../../kernel/scalar-code.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import type { LaneEmitter } from "./lane-emitter.js";
import { loadBlock, loadElement, splatElement, storeBlock } from "./memory-access.js";

/** Elements at a pointer plus `offset`, one every `step`, all in bytes. */
export interface LaneAddress {
  readonly pointer: Local;
  readonly offset: number;
  readonly step: number;
}

/** Puts a block on the stack; with a step of 0 its element is in all lanes. */
export function loadLanes(
  body: FunctionBuilder,
  emitter: LaneEmitter,
  type: ScalarType,
  { pointer, offset, step }: LaneAddress,
  width: number,
): void {
  if (step === 0) {
    body.get(pointer);
    loadElement(body, type, offset);
    splatElement(body, type);
    return;
  }
  if (step === width) {
    body.get(pointer);
    loadBlock(body, emitter, type, offset);
    return;
  }
  const { lanes } = emitter;
  for (let lane = 0; lane < lanes; lane++) body.get(pointer);
  if (type === "bool") {
    body.splat("i32", 0);
    for (let lane = 0; lane < lanes; lane++) {
      body.memory("v128.load8_lane", offset + lane * step, lane);
    }
    body.op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u").op("i32x4.neg");
    emitter.widenMask();
    return;
  }
  const bits = width * 8;
  body.memory(bits === 32 ? "v128.load32_zero" : "v128.load64_zero", offset);
  for (let lane = 1; lane < lanes; lane++) {
    body.memory(bits === 32 ? "v128.load32_lane" : "v128.load64_lane", offset + lane * step, lane);
  }
}

/** Stores the block that `get` puts on the stack. */
export function storeLanes(
  body: FunctionBuilder,
  emitter: LaneEmitter,
  type: ScalarType,
  { pointer, offset, step }: LaneAddress,
  width: number,
  scratch: Local,
  get: () => void,
): void {
  if (step === width) {
    body.get(pointer);
    get();
    storeBlock(body, emitter, type, offset);
    return;
  }
  get();
  if (type === "bool") {
    emitter.narrowMask();
    body.op("i32x4.neg");
    emitter.duplicate();
    body.op("i16x8.narrow_i32x4_u");
    emitter.duplicate();
    body.op("i8x16.narrow_i16x8_u");
  }
  body.set(scratch);
  const name = { 1: "v128.store8_lane", 4: "v128.store32_lane", 8: "v128.store64_lane" } as const;
  for (let lane = 0; lane < emitter.lanes; lane++) {
    body.get(pointer).get(scratch);
    body.memory(name[width as 1 | 4 | 8], offset + lane * step, lane);
  }
}

/** What pooling does with a block of neighbouring channels of one window, whatever it computes. */

import type { FunctionBuilder, Local } from "./function-builder.js";

export type PoolType = "f32" | "f64" | "i32";

/** How many channels a block has: as many as a vector, or a single one. */
export type Width = 1 | 2 | 4;

/** Where a window is while code for it is written. */
export interface WindowPlace {
  /** The address of the block in the first pixel of the window that lies in the image. */
  readonly corner: Local;
  /** The number of the first element of that block in its batch of images. */
  readonly position: Local;
  /** The address of the block among the windows. */
  readonly window: Local;
  /** One divided by how many pixels of the window lie in the image, as a vector of float64. */
  readonly share: Local;
}

/** The code for one block; the pixels of the window are taken one after the other in row-major order. */
export interface BlockEmitter {
  /** Bytes of an element among the windows. */
  readonly windowBytes: number;
  /** What the function does once, ahead of all windows. */
  prepare(): void;
  begin(width: Width): void;
  /** The pixel of which the block is `offset` bytes behind the address in `pointer`. */
  take(width: Width, pointer: Local, offset: number): void;
  end(width: Width): void;
}

/** Bytes of an element. */
export function bytesOfType(type: PoolType): 4 | 8 {
  return type === "f64" ? 8 : 4;
}

/** Channels that fill a vector. */
export function fullWidth(type: PoolType): 2 | 4 {
  return type === "f64" ? 2 : 4;
}

/** Replaces the address on the stack by the block at that address plus `offset`. */
export function loadPart(
  body: FunctionBuilder,
  type: PoolType,
  width: Width,
  offset: number,
): void {
  if (width !== 1) body.memory("v128.load", offset);
  else body.memory(type === "f64" ? "v128.load64_zero" : "v128.load32_zero", offset);
}

/** Stores the block on the stack at the address under it plus `offset`. */
export function storePart(
  body: FunctionBuilder,
  type: PoolType,
  width: Width,
  offset: number,
): void {
  if (width !== 1) body.memory("v128.store", offset);
  else body.memory(type === "f64" ? "v128.store64_lane" : "v128.store32_lane", offset, 0);
}

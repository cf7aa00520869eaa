/** Buffers of tensors that users hold themselves, as they asked for no copy: their values may change after all. */

import type { TypedArray } from "./dtype.js";

const foreign = /* @__PURE__ */ new WeakSet<ArrayBufferLike>();

/** Notes that the user holds a buffer. */
export function noteForeign(buffer: TypedArray): void {
  foreign.add(buffer.buffer);
}

/** Whether the user may write to a buffer. */
export function isForeign(buffer: TypedArray): boolean {
  return foreign.has(buffer.buffer);
}

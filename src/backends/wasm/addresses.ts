/** Addresses in generated code: known ones, and such as a local holds. */

import type { FunctionBuilder, Local } from "./function-builder.js";

export type Address =
  | { readonly kind: "fixed"; readonly address: number }
  | { readonly kind: "local"; readonly local: Local; readonly offset: number };

export function fixed(address: number): Address {
  return { kind: "fixed", address };
}

/** The address so many bytes further. */
export function behind(address: Address, bytes: number): Address {
  if (address.kind === "fixed") return fixed(address.address + bytes);
  return { ...address, offset: address.offset + bytes };
}

/** Puts an address on the stack. */
export function pushAddress(body: FunctionBuilder, address: Address): void {
  if (address.kind === "fixed") {
    body.constant("i32", address.address | 0);
    return;
  }
  body.get(address.local);
  if (address.offset !== 0) body.constant("i32", address.offset).op("i32.add");
}

/** Longer copies are left to the engine. */
const LONGEST_INLINE_COPY = 128;

/** Copies bytes from one place to another that does not overlap it. */
export function copyBytes(body: FunctionBuilder, from: Address, to: Address, bytes: number): void {
  if (bytes === 0) return;
  if (bytes > LONGEST_INLINE_COPY) {
    pushAddress(body, to);
    pushAddress(body, from);
    body.constant("i32", bytes).copyMemory();
    return;
  }
  let at = 0;
  for (const [width, load, store] of [
    [16, "v128.load", "v128.store"],
    [8, "i64.load", "i64.store"],
    [4, "i32.load", "i32.store"],
    [1, "i32.load8_u", "i32.store8"],
  ] as const) {
    for (; bytes - at >= width; at += width) {
      pushAddress(body, behind(to, at));
      pushAddress(body, behind(from, at));
      body.memory(load).memory(store);
    }
  }
}

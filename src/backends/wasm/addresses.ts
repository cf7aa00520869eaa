/** Addresses in generated code: known ones, such as a local holds, and those of arrays that are not in memory but in locals or code. */

import type { DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import { bytesOf } from "../../kernel/elementwise-kernel.js";
import { type ScalarType, scalarType } from "../../kernel/scalar-code.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { loadElement, storeElement } from "./memory-access.js";
import { plainType } from "./scalar-emitter.js";

export type Address =
  | { readonly kind: "fixed"; readonly address: number }
  | { readonly kind: "local"; readonly local: Local; readonly offset: number }
  | ElementLocals
  /** Elements that are part of the code, from one of them on; nothing can be written there. */
  | {
      readonly kind: "constants";
      readonly type: ScalarType;
      readonly values: ArrayLike<number>;
      readonly first: number;
    };

/** An array with a local for each element, from one of them on. */
export interface ElementLocals {
  readonly kind: "elements";
  readonly type: ScalarType;
  readonly locals: readonly Local[];
  readonly first: number;
}

export function fixed(address: number): Address {
  return { kind: "fixed", address };
}

/** The address so many bytes further. */
export function behind(address: Address, bytes: number): Address {
  switch (address.kind) {
    case "fixed":
      return fixed(address.address + bytes);
    case "local":
      return { ...address, offset: address.offset + bytes };
    case "elements":
    case "constants":
      return { ...address, first: address.first + bytes / bytesOf(address.type) };
  }
}

/** An array in new locals. */
export function newElements(body: FunctionBuilder, dtype: DType, elements: number): ElementLocals {
  const type = scalarType(dtype);
  const plain = plainType(type);
  const locals = Array.from({ length: elements }, () => body.local(plain));
  return { kind: "elements", type, locals, first: 0 };
}

/** Puts an address in memory on the stack. */
export function pushAddress(body: FunctionBuilder, address: Address): void {
  if (address.kind === "fixed") {
    body.constant("i32", address.address | 0);
    return;
  }
  if (address.kind !== "local") throw new InternalError(`no address for ${address.kind}`);
  body.get(address.local);
  if (address.offset !== 0) body.constant("i32", address.offset).op("i32.add");
}

/** Puts the element at an address on the stack. */
export function getElement(body: FunctionBuilder, address: Address, type: ScalarType): void {
  if (address.kind === "elements") {
    body.get(address.locals[address.first]!);
    return;
  }
  if (address.kind === "constants") {
    body.constant(plainType(type), address.values[address.first]!);
    return;
  }
  pushAddress(body, address);
  loadElement(body, type);
}

/** Writes what `get` puts on the stack to an address. */
export function setElement(
  body: FunctionBuilder,
  address: Address,
  type: ScalarType,
  get: () => void,
): void {
  if (address.kind === "elements") {
    get();
    body.set(address.locals[address.first]!);
    return;
  }
  pushAddress(body, address);
  get();
  storeElement(body, type);
}

/** Longer copies are left to the engine. */
const LONGEST_INLINE_COPY = 128;

/** Copies bytes from one place to another that does not overlap it. */
export function copyBytes(body: FunctionBuilder, from: Address, to: Address, bytes: number): void {
  if (bytes === 0) return;
  if (from.kind === "elements" || from.kind === "constants") {
    copyElements(body, from, to, bytes, from.type);
    return;
  }
  if (to.kind === "elements") {
    copyElements(body, from, to, bytes, to.type);
    return;
  }
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

function copyElements(
  body: FunctionBuilder,
  from: Address,
  to: Address,
  bytes: number,
  type: ScalarType,
): void {
  for (let at = 0; at < bytes; at += bytesOf(type)) {
    setElement(body, behind(to, at), type, () => getElement(body, behind(from, at), type));
  }
}

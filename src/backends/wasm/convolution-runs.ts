/** Short stretches of memory in generated code: copied, added to others, or filled with zeros. */

import { advance, repeat } from "./convolution-loops.js";
import type { FunctionBuilder, Local } from "./function-builder.js";

export type FloatType = "f32" | "f64";

/** An address: what a local holds plus a constant. */
export interface RunPlace {
  readonly local: Local;
  readonly offset: number;
}

/** Longer runs are gone through in a loop, so many bytes a turn. */
const WRITTEN_OUT = 512;
const TURN = 64;

/** Loads and stores of parts of a vector. */
const PARTS = [
  { width: 16, load: "v128.load", store: "v128.store" },
  { width: 8, load: "v128.load64_zero", store: "v128.store64_lane" },
  { width: 4, load: "v128.load32_zero", store: "v128.store32_lane" },
] as const;
type Part = (typeof PARTS)[number];

/** Copies bytes, a multiple of 4, to a place that does not overlap theirs. */
export function copyRun(body: FunctionBuilder, from: RunPlace, to: RunPlace, bytes: number): void {
  inParts(body, [from, to], bytes, (part, [source, target]) => {
    body.get(target!.local);
    load(body, part, source!);
    store(body, part, target!);
  });
}

/** Adds the elements at one place to those at another. */
export function addRun(
  body: FunctionBuilder,
  type: FloatType,
  from: RunPlace,
  to: RunPlace,
  bytes: number,
): void {
  inParts(body, [from, to], bytes, (part, [source, target]) => {
    body.get(target!.local);
    load(body, part, target!);
    load(body, part, source!);
    body.op(type === "f64" ? "f64x2.add" : "f32x4.add");
    store(body, part, target!);
  });
}

/** Writes zeros. */
export function zeroRun(body: FunctionBuilder, to: RunPlace, bytes: number): void {
  inParts(body, [to], bytes, (part, [target]) => {
    body.get(target!.local).splat("i32", 0);
    store(body, part, target!);
  });
}

/** Puts a part on the stack. */
function load(body: FunctionBuilder, part: Part, { local, offset }: RunPlace): void {
  body.get(local).memory(part.load, offset);
}

/** Stores the part on the stack at the address under it plus the offset. */
function store(body: FunctionBuilder, part: Part, { offset }: RunPlace): void {
  if (part.width === 16) body.memory(part.store, offset);
  else body.memory(part.store, offset, 0);
}

/** Writes the code for all parts of runs of the same length. */
function inParts(
  body: FunctionBuilder,
  places: readonly RunPlace[],
  bytes: number,
  write: (part: Part, places: readonly RunPlace[]) => void,
): void {
  const writeOut = (from: readonly RunPlace[], length: number): void => {
    let at = 0;
    for (const part of PARTS) {
      for (; length - at >= part.width; at += part.width) {
        const by = at;
        write(
          part,
          from.map(({ local, offset }) => ({ local, offset: offset + by })),
        );
      }
    }
  };
  if (bytes <= WRITTEN_OUT) {
    writeOut(places, bytes);
    return;
  }
  const moving = places.map(({ local, offset }) => {
    const pointer = body.local("i32");
    body.get(local).constant("i32", offset).op("i32.add").set(pointer);
    return { local: pointer, offset: 0 };
  });
  repeat(body, Math.floor(bytes / TURN), () => {
    writeOut(moving, TURN);
    for (const { local } of moving) advance(body, local, TURN);
  });
  writeOut(moving, bytes % TURN);
}

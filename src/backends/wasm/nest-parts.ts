/** Loop nests cut along their outermost dimension. */

import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { Nest } from "../../kernel/nest.js";
import type { NestStatement } from "../../kernel/program.js";
import { liveInstructions } from "../../kernel/scalar-code.js";
import { schedule } from "./nest.js";

export interface NestParts {
  readonly kind: "nest";
  readonly nest: Nest;
  readonly arrays: readonly number[];
  /** Positions of the outermost dimension in a part; the last may have fewer. */
  readonly perPart: number;
  readonly parts: number;
  /** About how long one thread takes for all. */
  readonly nanoseconds: number;
}

/** A part should take so many nanoseconds that taking it does not count. */
const SHORTEST_PART = 20_000;
const MOST_PARTS = 64;

/** Nests that take less are not worth waking anybody. */
const SHORTEST = 120_000;

/** Nanoseconds for an instruction on 4 bytes as a lane of a vector, and for 4 bytes that go to or from memory. */
const INSTRUCTION = 0.045;
const TRANSFER = 0.03;

/** Nanoseconds for a value that is accumulated. */
const REDUCTION = 0.2;

/** How many times as long as other instructions these take. */
const SLOW: Readonly<Record<string, number>> = { div: 5, sqrt: 5 };

/** Fewer bytes are still in the caches of the processor that wrote them: others would have to fetch them from there. */
const CACHED = 2 ** 23;

/** Where vectors lie along the outermost dimension, parts are whole blocks of so many positions. */
const BLOCK = 64;

/** The parts of a nest; undefined where there is only one. */
export function nestParts(statement: NestStatement): NestParts | undefined {
  const nanoseconds = worthSharing(statement.nest);
  if (nanoseconds < SHORTEST || !canRepeat(statement)) return undefined;
  const { nest, lanes } = schedule(statement.nest);
  const kept = nest.dims.length - nest.reduced;
  if (kept === 0) return undefined;
  const outermost = nest.dims[0]!;
  const isOfLanes = lanes.isVector && (lanes.isKept ? kept === 1 : nest.dims.length === 1);
  const step = isOfLanes ? BLOCK : 1;
  const wanted = Math.min(MOST_PARTS, Math.floor(nanoseconds / SHORTEST_PART));
  const perPart = Math.ceil(outermost / wanted / step) * step;
  const parts = Math.ceil(outermost / perPart);
  if (parts < 2) return undefined;
  return { ...statement, perPart, parts, nanoseconds };
}

/** Whether parts of it may be computed by others and again: it calls nothing of JavaScript, and reads nothing that it writes. */
export function canRepeat({ nest, arrays }: NestStatement): boolean {
  const written = new Set(nest.results.map(({ array }) => arrays[array]!));
  if (nest.operands.some(({ array }) => written.has(arrays[array]!))) return false;
  const live = liveOf(nest);
  // Where a value has to be patched, which is rare, a worker leaves the part to the calling thread.
  return !nest.code.some(({ op }, value) => live[value]! && op === "call");
}

function liveOf({ code, results }: Nest): readonly boolean[] {
  return liveInstructions(
    code,
    results.map(({ value }) => value),
  );
}

/** About how many nanoseconds of what one thread does others could do as well. */
export function worthSharing(nest: Nest): number {
  const { dims, code, operands, results } = nest;
  const live = liveOf(nest);
  let perPosition = 0;
  code.forEach(({ op, type }, value) => {
    if (!live[value] || op === "constant" || op === "operand") return;
    perPosition += INSTRUCTION * (type === "f64" || type === "i64" ? 2 : 1) * (SLOW[op] ?? 1);
  });
  for (const { reducer } of results) if (reducer !== undefined) perPosition += REDUCTION;
  const positions = dims.reduce((product, size) => product * size, 1);
  const bytes = [...operands, ...results]
    .filter(({ strides }) => strides.some((stride) => stride !== 0))
    .reduce((sum, { dtype }) => sum + bytesOfDType(dtype), 0);
  if (positions * bytes > CACHED) perPosition += (TRANSFER * bytes) / 4;
  return positions * perPosition;
}

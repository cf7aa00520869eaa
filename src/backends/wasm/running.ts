/** Running sums and products along one axis in generated code, and linear recurrences; floats are accumulated in float64. */

import type { DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { ModuleBuilder } from "./assembler.js";
import type { FunctionBuilder, FunctionReference } from "./function-builder.js";
import { addLineWalk, type Cell, type Lines, type LineWork } from "./indexing-lines.js";

/** A linear recurrence along lines of floats. */
export interface RecurrenceKernel extends Lines {
  readonly dtype: DType;
}

/** A running sum or product along lines of numbers. */
export interface ScanKernel extends Lines {
  readonly dtype: DType;
  readonly reducer: "sum" | "product";
  /** Whether an element's own value is left out of its result. */
  readonly exclusive: boolean;
}

/** Adds a function (operand: i32, result: i32) -> () of the addresses of dense arrays, which may be the same. */
export function addScan(module: ModuleBuilder, kernel: ScanKernel): FunctionReference {
  const { reducer, exclusive } = kernel;
  const elements = elementsOf(kernel.dtype);
  const { bytes, vector, lanes } = elements;
  const combine = `${vector}.${reducer === "sum" ? "add" : "mul"}` as const;
  return addLineWalk(module, kernel, {
    arrays: [
      { bytes, whole: true },
      { bytes, whole: true },
    ],
    lanes,
    vectors: 1,
    scratch: 0,
    begin: (body) => {
      body.splat(vector === "i32x4" ? "i32" : "f64", reducer === "sum" ? 0 : 1);
    },
    step: (body, cell) => {
      const [before] = cell.vectors as readonly [number];
      const [operand, result] = cell.places as readonly [Place, Place];
      body.get(result.pointer);
      // What an exclusive scan gives waits on the stack: the result may lie where the operand is still to be read.
      body.get(before);
      if (exclusive) body.get(before);
      elements.load(body, operand, cell.lanes);
      body.op(combine);
      if (exclusive) body.set(before);
      else body.tee(before);
      elements.store(body, result, cell.lanes);
    },
  });
}

/**
 * Adds a function (factors: i32, terms: i32, result: i32) -> () of the addresses of dense arrays; the result may be one of the
 * operands.
 */
export function addRecurrence(module: ModuleBuilder, kernel: RecurrenceKernel): FunctionReference {
  const { dtype } = kernel;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new InternalError(`a recurrence of ${dtype} is not compiled`);
  }
  const elements = elementsOf(dtype);
  const array = { bytes: elements.bytes, whole: true };
  const work: LineWork = {
    arrays: [array, array, array],
    lanes: elements.lanes,
    vectors: 1,
    scratch: 0,
    begin: (body) => void body.splat("f64", 0),
    step: (body, cell) => {
      const [value] = cell.vectors as readonly [number];
      const [factors, terms, result] = cell.places as readonly [Place, Place, Place];
      body.get(result.pointer);
      elements.load(body, factors, cell.lanes);
      // Where the value is 0 the product is, too, even with a factor that is infinite or NaN.
      body.get(value).op("f64x2.mul");
      body.get(value).splat("f64", 0).op("f64x2.ne").op("v128.and");
      elements.load(body, terms, cell.lanes);
      body.op("f64x2.add").tee(value);
      elements.store(body, result, cell.lanes);
    },
  };
  return addLineWalk(module, kernel, work);
}

type Place = Cell["places"][number];

/** How the elements of a dtype are held while they are accumulated. */
interface Elements {
  readonly bytes: number;
  readonly vector: "f64x2" | "i32x4";
  /** How many elements may be held by a vector, the most first. */
  readonly lanes: readonly number[];
  /** Puts neighbouring elements on the stack as a vector. */
  load(body: FunctionBuilder, place: Place, lanes: number): void;
  /** Stores the vector on the stack where the pointer of the place is under it. */
  store(body: FunctionBuilder, place: Place, lanes: number): void;
}

const LOADS = { 4: "v128.load32_zero", 8: "v128.load64_zero", 16: "v128.load" } as const;
const STORES = { 4: "v128.store32_lane", 8: "v128.store64_lane", 16: "v128.store" } as const;

function elementsOf(dtype: DType): Elements {
  if (dtype === "bool") throw new InternalError("a scan of bool is not compiled");
  const bytes = bytesOfDType(dtype);
  const vector = dtype === "int32" ? "i32x4" : "f64x2";
  // float32 takes as many lanes as float64, in which it is accumulated.
  const lanes = vector === "i32x4" ? [4, 2, 1] : [2, 1];
  return {
    bytes,
    vector,
    lanes,
    load: (body, { pointer, offset }, count) => {
      body.get(pointer).memory(LOADS[(count * bytes) as 4 | 8 | 16], offset);
      if (dtype === "float32") body.op("f64x2.promote_low_f32x4");
    },
    store: (body, { offset }, count) => {
      if (dtype === "float32") body.op("f32x4.demote_f64x2_zero");
      const width = (count * bytes) as 4 | 8 | 16;
      body.memory(STORES[width], offset, width === 16 ? undefined : 0);
    },
  };
}

/** The position of the first largest or smallest element along one axis, in generated code. */

import type { DType } from "../../core/dtype.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { ModuleBuilder } from "./assembler.js";
import { repeat } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { addBoolSearch, addExtremumSearch, leastOf, type NumberType } from "./indexing-extremum.js";
import { addLineWalk, type LineWork } from "./indexing-lines.js";
import { moveBy } from "./indexing-parts.js";

/** An arg-reduction along the axis in the middle of [outer, length, inner]; a length of 0 has no result. */
export interface ArgReductionKernel {
  readonly dtype: DType;
  readonly reducer: "max" | "min";
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Lines of so many elements and more that lie side by side are searched by vectors; several shorter ones are walked at once. */
const SEARCHED_FROM = 16;

/**
 * Adds a function (operand: i32, result: i32) -> () of the addresses of dense arrays, the result of int32. A NaN counts as larger and
 * as smaller than all numbers.
 */
export function addArgReduction(
  module: ModuleBuilder,
  kernel: ArgReductionKernel,
): FunctionReference {
  const { dtype, outer, length, inner } = kernel;
  if (inner > 1 || length < SEARCHED_FROM) {
    return addLineWalk(module, { ...kernel, reverse: false }, argWork(kernel));
  }
  const body = new FunctionBuilder(["i32", "i32"], []);
  if (outer * inner > 0) {
    const { reducer } = kernel;
    const line =
      dtype === "bool"
        ? addBoolSearch(module, reducer, length)
        : addExtremumSearch(module, { dtype, reducer, length });
    repeat(body, outer, () => {
      body.get(1).get(0).call(line).memory("i32.store");
      moveBy(body, 0, length * bytesOfDType(dtype));
      moveBy(body, 1, 4);
    });
  }
  return module.addFunction(body);
}

/** The vectors of lines: the best element so far, and how many elements were left where it was. */
function argWork({ dtype, reducer, length }: ArgReductionKernel): LineWork {
  const elements = ELEMENTS[dtype];
  const { vector, load } = elements;
  const isFloat = vector !== "i32x4";
  return {
    arrays: [
      { bytes: bytesOfDType(dtype), whole: true },
      { bytes: 4, whole: false },
    ],
    lanes: elements.lanes,
    vectors: 2,
    scratch: 2,
    begin: (body, state) => {
      if (state === 0) body.splat(elements.type, leastOf(elements.type, reducer));
      else body.splat("i32", length);
    },
    step: (body, cell, left) => {
      const [best, position] = cell.vectors as readonly [Local, Local];
      const [value, better] = cell.scratch as readonly [Local, Local];
      const { pointer, offset } = cell.places[0]!;
      body.get(pointer);
      load(body, cell.lanes, offset);
      body.set(value);
      if (isFloat) {
        // Not at most the best one, as a NaN is not, unless that is a NaN itself.
        body.get(best).get(best).op(`${vector}.eq`);
        body
          .get(value)
          .get(best)
          .op(`${vector}.${reducer === "max" ? "le" : "ge"}`);
        body.op("v128.andnot").set(better);
      } else {
        body
          .get(value)
          .get(best)
          .op(reducer === "max" ? "i32x4.gt_s" : "i32x4.lt_s")
          .set(better);
      }
      body.get(value).get(best).get(better).op("v128.bitselect").set(best);
      body.get(left).op("i32x4.splat").get(position).get(better);
      body.op("v128.bitselect").set(position);
    },
    end: (body, cell) => {
      const [, position] = cell.vectors as readonly [Local, Local];
      const { pointer, offset } = cell.places[1]!;
      body.get(pointer).splat("i32", length).get(position).op("i32x4.sub");
      if (vector === "f64x2") body.tee(position).get(position).shuffle(EVEN_WORDS);
      if (cell.lanes === 4) body.memory("v128.store", offset);
      else body.memory(cell.lanes === 2 ? "v128.store64_lane" : "v128.store32_lane", offset, 0);
    },
  };
}

/** Puts the first word of both halves of a vector side by side. */
const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

/** How elements are compared, one in each lane. */
interface Elements {
  readonly type: NumberType;
  readonly vector: "f32x4" | "f64x2" | "i32x4";
  /** How many a vector may hold, the most first. */
  readonly lanes: readonly number[];
  /** Replaces the address on the stack by so many elements. */
  load(body: FunctionBuilder, lanes: number, offset: number): void;
}

const loadWords: Elements["load"] = (body, lanes, offset) => {
  if (lanes === 4) body.memory("v128.load", offset);
  else body.memory(lanes === 2 ? "v128.load64_zero" : "v128.load32_zero", offset);
};

const ELEMENTS: Readonly<Record<DType, Elements>> = {
  float32: { type: "f32", vector: "f32x4", lanes: [4, 2, 1], load: loadWords },
  float64: {
    type: "f64",
    vector: "f64x2",
    lanes: [2, 1],
    load: (body, lanes, offset) => {
      body.memory(lanes === 2 ? "v128.load" : "v128.load64_zero", offset);
    },
  },
  int32: { type: "i32", vector: "i32x4", lanes: [4, 2, 1], load: loadWords },
  bool: {
    type: "i32",
    vector: "i32x4",
    lanes: [4, 1],
    load: (body, lanes, offset) => {
      if (lanes === 1) {
        body.memory("i32.load8_u", offset).op("i32x4.splat");
        return;
      }
      body.memory("v128.load32_zero", offset);
      body.op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u");
    },
  },
};

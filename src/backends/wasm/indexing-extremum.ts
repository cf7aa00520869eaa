/** The place of the first largest or smallest of neighbouring elements, in generated code. */

import { bytesOf } from "../../kernel/elementwise-kernel.js";
import { scalarType } from "../../kernel/scalar-code.js";
import type { ModuleBuilder } from "./assembler.js";
import { countDown } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference } from "./function-builder.js";
import { ELEMENTS_PER_CALL, inRuns, moveBy } from "./indexing-parts.js";
import { VECTORS } from "./vectors.js";

export type NumberType = "f32" | "f64" | "i32";

type Reducer = "max" | "min";

/** What no element is worse than. */
export function leastOf(type: NumberType, reducer: Reducer): number {
  if (type === "i32") return reducer === "max" ? -(2 ** 31) : 2 ** 31 - 1;
  return reducer === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/**
 * Adds a function (address of a line: i32) -> (position: i32) for at least one number. It looks for the extremum of each part of
 * the line, and then for the position in the first of the parts with the best one.
 */
export function addExtremumSearch(
  module: ModuleBuilder,
  kernel: {
    readonly dtype: "float32" | "float64" | "int32";
    readonly reducer: Reducer;
    readonly length: number;
  },
): FunctionReference {
  const { reducer, length } = kernel;
  const type = scalarType(kernel.dtype) as NumberType;
  const extremum = addExtremum(module, type, reducer);
  const search = addSearch(module, type);
  const bytes = bytesOf(type);
  const body = new FunctionBuilder(["i32"], ["i32"]);
  const [pointer, part, count] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const [best, candidate] = [body.local(type), body.local(type)];
  body.constant(type, leastOf(type, reducer)).set(best);
  body.get(0).tee(pointer).set(part);
  body.constant("i32", Math.min(length, ELEMENTS_PER_CALL)).set(count);
  inRuns(body, length, ELEMENTS_PER_CALL, (elements) => {
    body.get(pointer).constant("i32", elements).call(extremum).set(candidate);
    if (type === "i32") {
      body
        .get(candidate)
        .get(best)
        .op(reducer === "max" ? "i32.gt_s" : "i32.lt_s");
    } else {
      body
        .get(candidate)
        .get(best)
        .op(`${type}.${reducer === "max" ? "le" : "ge"}`)
        .op("i32.eqz");
      body.get(best).get(best).op(`${type}.eq`).op("i32.and");
    }
    body.if(() => {
      body.get(candidate).set(best).get(pointer).set(part);
      body.constant("i32", elements).set(count);
    });
    moveBy(body, pointer, elements * bytes);
  });
  body.get(part).get(count).get(best).call(search).get(0).op("i32.sub");
  body.constant("i32", Math.log2(bytes)).op("i32.shr_u");
  return module.addFunction(body);
}

/** Vectors in a turn of the loop, which do not wait for one another. */
const VECTORS_PER_TURN = 4;

/** Adds the function (address: i32, count: i32) -> (extremum), NaN where there is one among at least one element. */
function addExtremum(module: ModuleBuilder, type: NumberType, reducer: Reducer): FunctionReference {
  const vector = VECTORS[type] as "f32x4" | "f64x2" | "i32x4";
  const bytes = bytesOf(type);
  const combine =
    vector === "i32x4" ? (`${vector}.${reducer}_s` as const) : (`${vector}.p${reducer}` as const);
  const body = new FunctionBuilder(["i32", "i32"], [type]);
  const extrema = Array.from({ length: VECTORS_PER_TURN }, () => body.local("v128"));
  const [first] = extrema as [number];
  const [value, undefinedLanes] = [body.local("v128"), body.local("v128")];
  const [turns, result] = [body.local("i32"), body.local(type)];
  const perTurn = (VECTORS_PER_TURN * 16) / bytes;
  const take = (extremum: number): void => {
    body.set(value);
    body.get(extremum).get(value).op(combine).set(extremum);
    if (vector === "i32x4") return;
    body.get(value).get(value).op(`${vector}.ne`);
    body.get(undefinedLanes).op("v128.or").set(undefinedLanes);
  };
  for (const extremum of extrema) body.splat(type, leastOf(type, reducer)).set(extremum);
  body.get(1).constant("i32", perTurn).op("i32.div_u").tee(turns);
  body.if(() => {
    countDown(body, turns, () => {
      extrema.forEach((extremum, index) => {
        body.get(0).memory("v128.load", 16 * index);
        take(extremum);
      });
      moveBy(body, 0, 16 * VECTORS_PER_TURN);
    });
  });
  body.get(1).constant("i32", perTurn).op("i32.rem_u").tee(turns);
  body.if(() => {
    countDown(body, turns, () => {
      body.get(0).memory(bytes === 4 ? "v128.load32_splat" : "v128.load64_splat");
      take(first);
      moveBy(body, 0, bytes);
    });
  });
  for (const extremum of extrema.slice(1)) {
    body.get(first).get(extremum).op(combine).set(first);
  }
  for (let distance = 8; distance >= bytes; distance /= 2) {
    const rotated = Array.from({ length: 16 }, (_, byte) => (byte + distance) % 16);
    body.get(first).get(first).get(first).shuffle(rotated).op(combine).set(first);
  }
  body.get(first).lane(`${vector}.extract_lane`, 0).set(result);
  if (type !== "i32") {
    body.get(undefinedLanes).op("v128.any_true");
    body.if(() => void body.constant(type, Number.NaN).set(result));
  }
  body.get(result);
  return module.addFunction(body);
}

/** Adds the function (address: i32, count: i32, value) -> (address of the first that equals it or is NaN), which must be there. */
function addSearch(module: ModuleBuilder, type: NumberType): FunctionReference {
  const vector = VECTORS[type];
  const bytes = bytesOf(type);
  const body = new FunctionBuilder(["i32", "i32", type], ["i32"]);
  const [wanted, values, value] = [body.local("v128"), body.local("v128"), body.local(type)];
  body.get(2).op(`${vector}.splat`).set(wanted);
  skipVectors(body, 16 / bytes, () => {
    body.get(0).memory("v128.load").tee(values).get(wanted).op(`${vector}.eq`);
    if (type !== "i32") body.get(values).get(values).op(`${vector}.ne`).op("v128.or");
  });
  body.block(() => {
    body.loop(() => {
      body.get(0).memory(`${type}.load`).tee(value).get(2).op(`${type}.eq`);
      if (type !== "i32") body.get(value).get(value).op(`${type}.ne`).op("i32.or");
      body.branchIf(1);
      moveBy(body, 0, bytes);
      body.branch(0);
    });
  });
  body.get(0);
  return module.addFunction(body);
}

/** Moves the address in the first parameter on while the vector that is tested has no lane set, and counts the second one down. */
function skipVectors(body: FunctionBuilder, lanes: number, test: () => void): void {
  body.block(() => {
    body.loop(() => {
      body.get(1).constant("i32", lanes).op("i32.lt_u").branchIf(1);
      test();
      body.op("v128.any_true").branchIf(1);
      moveBy(body, 0, 16);
      body.get(1).constant("i32", lanes).op("i32.sub").set(1).branch(0);
    });
  });
}

/** Adds a function (address of a line: i32) -> (position: i32) for truth values: the first that is the best there can be, or the first. */
export function addBoolSearch(
  module: ModuleBuilder,
  reducer: Reducer,
  length: number,
): FunctionReference {
  const search = addPartBoolSearch(module, reducer);
  const body = new FunctionBuilder(["i32"], ["i32"]);
  const [found, part] = [body.local("i32"), body.local("i32")];
  body.get(0).tee(found).set(part);
  inRuns(body, length, ELEMENTS_PER_CALL, (count) => {
    // What is found lies in front of the end of its part, where the search would go on.
    body.get(found).get(part).op("i32.eq");
    body.if(() => void body.get(part).constant("i32", count).call(search).set(found));
    moveBy(body, part, count);
  });
  body.get(found).get(0).op("i32.sub").constant("i32", 0);
  body.get(found).get(part).op("i32.ne").op("select");
  return module.addFunction(body);
}

/** Adds the function (address: i32, count: i32) -> (address of the first one found, or of the end). */
function addPartBoolSearch(module: ModuleBuilder, reducer: Reducer): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32"], ["i32"]);
  skipVectors(body, 16, () => {
    body.get(0).memory("v128.load");
    if (reducer === "min") body.splat("i32", 0x01010101).op("v128.xor");
  });
  body.block(() => {
    body.loop(() => {
      body.get(1).op("i32.eqz").branchIf(1);
      body.get(0).memory("i32.load8_u");
      if (reducer === "min") body.op("i32.eqz");
      body.branchIf(1);
      moveBy(body, 0, 1);
      body.get(1).constant("i32", 1).op("i32.sub").set(1).branch(0);
    });
  });
  body.get(0);
  return module.addFunction(body);
}

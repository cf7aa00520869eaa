/** Long reductions in two steps: parts of a fixed length, each for itself, and then the results of the parts. */

import type { DType } from "../core/dtype.js";
import { type TensorType, tensorType } from "../core/tensor.js";
import { CodeBuilder } from "./code-builder.js";
import { accumulatorType } from "./elementwise-kernel.js";
import { collapse, type Nest, type NestAccess, type NestResult } from "./nest.js";
import type { NestStatement } from "./program.js";
import { scalarType } from "./scalar-code.js";

/** Positions of a part; it depends on nothing but the shape, so that results do not depend on who computes what. */
const PART = 8192;

const DTYPES: Readonly<Record<string, DType>> = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  bool: "bool",
};

/**
 * The statements in the place of one: as many functions are called as there are parts, so that engines can replace them by faster ones on
 * the way, and threads can share them.
 *
 * @param newArray declares an array of the program
 */
export function splitReduction(
  statement: NestStatement,
  newArray: (type: TensorType) => number,
): readonly NestStatement[] {
  const { nest } = statement;
  const { dims, reduced } = nest;
  const kept = dims.length - reduced;
  const positions = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  if (reduced === 0) return [statement];
  const ofReduced = positions(dims.slice(kept));
  if (ofReduced < 4 * PART) return [statement];
  // Everything inside the outermost reduced dimension stays together.
  const inside = positions(dims.slice(kept + 1));
  const length = Math.max(1, Math.round(PART / inside));
  const outermost = dims[kept]!;
  const parts = Math.floor(outermost / length);
  if (parts < 2) return [statement];
  const rest = outermost - parts * length;
  const split = new Split(statement, parts, rest, newArray);
  return [
    split.part(0, parts, length),
    ...(rest > 0 ? [split.part(parts * length, 1, rest)] : []),
    split.combination(),
  ];
}

class Split {
  readonly #statement: NestStatement;
  readonly #kept: number;
  readonly #count: number;
  readonly #parts: number;
  /** The arrays of the program behind those of the nest: one with the results of the parts for each result with a reducer. */
  readonly #partial: {
    readonly result: NestResult;
    readonly array: number;
    readonly dtype: DType;
  }[];

  constructor(
    statement: NestStatement,
    parts: number,
    rest: number,
    newArray: (type: TensorType) => number,
  ) {
    const { dims, reduced, results, code } = statement.nest;
    this.#statement = statement;
    this.#kept = dims.length - reduced;
    this.#parts = parts;
    this.#count = parts + (rest > 0 ? 1 : 0);
    const shape = [this.#count, ...dims.slice(0, this.#kept)];
    this.#partial = results.flatMap((result) => {
      if (result.reducer === undefined) return [];
      const dtype = DTYPES[accumulatorType(result.reducer, code[result.value]!.type)]!;
      return [{ result, dtype, array: newArray(tensorType(dtype, shape)) }];
    });
  }

  /** Strides of the results of parts along the kept dimensions. */
  get #keptStrides(): readonly number[] {
    const sizes = this.#statement.nest.dims.slice(0, this.#kept);
    return sizes.map((_, dim) => sizes.slice(dim + 1).reduce((a, b) => a * b, 1));
  }

  get #partStride(): number {
    return this.#statement.nest.dims.slice(0, this.#kept).reduce((a, b) => a * b, 1);
  }

  /** So many parts from a position of the outermost reduced dimension on. */
  part(begin: number, parts: number, length: number): NestStatement {
    const { nest, arrays } = this.#statement;
    const kept = this.#kept;
    const moved = <A extends NestAccess>(access: A): A => {
      const { strides, offset } = access;
      const stride = strides[kept]!;
      return {
        ...access,
        offset: offset + begin * stride,
        strides: [length * stride, ...strides],
      };
    };
    const isRest = begin > 0;
    const ownArrays = [...arrays];
    const results = nest.results.map((result): NestResult => {
      const partial = this.#partial.find((one) => one.result === result);
      if (partial === undefined) return moved(result);
      const strides = [
        this.#partStride,
        ...this.#keptStrides,
        ...nest.dims.slice(kept).map(() => 0),
      ];
      const array = ownArrays.push(partial.array) - 1;
      const offset = isRest ? this.#parts * this.#partStride : 0;
      return { ...result, array, dtype: partial.dtype, offset, strides };
    });
    const dims = [parts, ...nest.dims.slice(0, kept), length, ...nest.dims.slice(kept + 1)];
    const whole: Nest = { ...nest, dims, operands: nest.operands.map(moved), results };
    return { kind: "nest", nest: withStoredTypes(collapse(whole)), arrays: ownArrays };
  }

  /** The results of the parts combined. */
  combination(): NestStatement {
    const { nest, arrays } = this.#statement;
    const code = new CodeBuilder();
    const ownArrays: number[] = [];
    const operands: NestAccess[] = [];
    const results = this.#partial.map(({ result, array, dtype }): NestResult => {
      const from = ownArrays.push(array) - 1;
      const to = ownArrays.push(arrays[result.array]!) - 1;
      const strides = [...this.#keptStrides, this.#partStride];
      const place = operands.push({ array: from, dtype, offset: 0, strides }) - 1;
      const value = code.operand(scalarType(dtype), place);
      return {
        ...result,
        array: to,
        strides: [...result.strides.slice(0, this.#kept), 0],
        value,
      };
    });
    const dims = [...nest.dims.slice(0, this.#kept), this.#count];
    const whole: Nest = { dims, reduced: 1, operands, code: code.code, results };
    return { kind: "nest", nest: collapse(whole), arrays: ownArrays };
  }
}

/** Where nothing is left to be reduced, no accumulator converts values to the type in which they are stored. */
function withStoredTypes(nest: Nest): Nest {
  if (nest.reduced > 0) return nest;
  const code = [...nest.code];
  const results = nest.results.map((result): NestResult => {
    const type = scalarType(result.dtype);
    if (code[result.value]!.type === type) return result;
    return { ...result, value: code.push({ op: "convert", type, inputs: [result.value] }) - 1 };
  });
  return { ...nest, code, results };
}

/** Nests that copy, fill and add tensors as they lie. */

import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import { contiguousStrides } from "../core/shape.js";
import type { Layout } from "../core/storage.js";
import { CodeBuilder } from "./code-builder.js";
import { collapse, type NestAccess, type NestResult } from "./nest.js";
import type { Place, Statement } from "./program.js";
import { LARGEST_UNROLLED, rowOffsets } from "./row-space.js";
import { scalarType, type Value } from "./scalar-code.js";

/** Where elements go: a part of an array. */
export interface Target {
  readonly array: number;
  readonly layout: Layout;
}

/** The whole of an array. */
export function wholeOf(array: number, shape: Shape): Target {
  return { array, layout: { shape, strides: contiguousStrides(shape), offset: 0 } };
}

/** What a copy is beside where it goes from and to. */
interface CopyOptions {
  /** Whether elements are added to what is there. */
  readonly adds?: boolean;
  /** The dtype of the target. */
  readonly dtype?: DType;
}

/** A copy as part of a nest. */
interface Copy {
  readonly from: Place;
  readonly to: Target;
}

/** Copies a tensor, or adds it to what is there; the target may have another dtype. */
export function copyNest(from: Place, to: Target, options: CopyOptions = {}): Statement {
  const { shape, size } = from.type;
  // Code that names elements can keep them in registers.
  if (size <= LARGEST_UNROLLED) return namedCopies([{ from, to }], options);
  const { adds = false, dtype = from.type.dtype } = options;
  const code = new CodeBuilder();
  const arrays = [from.array];
  const target = to.array === from.array ? 0 : arrays.push(to.array) - 1;
  const source: NestAccess = {
    array: 0,
    dtype: from.type.dtype,
    offset: from.layout.offset,
    strides: from.layout.strides,
  };
  const result: NestAccess = {
    array: target,
    dtype,
    offset: to.layout.offset,
    strides: to.layout.strides,
  };
  const type = scalarType(dtype);
  const element = code.convert(type, code.operand(scalarType(from.type.dtype), 0));
  const value = adds ? code.add(code.operand(type, 1), element) : element;
  const nest = collapse({
    dims: shape,
    reduced: 0,
    operands: adds ? [source, result] : [source],
    code: code.code,
    results: [{ ...result, value }],
  });
  return { kind: "nest", nest, arrays };
}

/** Tensors of at most so many elements are copied by code that names each of them. */
const LARGEST_NAMED = 32;

/** Elements that one nest names. */
const MOST_NAMED = 256;

/** Copies several tensors to parts of an array that do not overlap, small ones together. */
export function copyNests(parts: readonly Copy[]): readonly Statement[] {
  const statements: Statement[] = [];
  let group: Copy[] = [];
  let elements = 0;
  const finish = (): void => {
    if (group.length === 1) statements.push(copyNest(group[0]!.from, group[0]!.to));
    else if (group.length > 1) statements.push(namedCopies(group));
    group = [];
    elements = 0;
  };
  for (const part of parts) {
    const { size } = part.from.type;
    if (size === 0) continue;
    if (size > LARGEST_NAMED) {
      statements.push(copyNest(part.from, part.to));
      continue;
    }
    if (elements + size > MOST_NAMED) finish();
    group.push(part);
    elements += size;
  }
  finish();
  return statements;
}

function namedCopies(copies: readonly Copy[], options: CopyOptions = {}): Statement {
  const code = new CodeBuilder();
  const arrays: number[] = [];
  const numberOf = (array: number): number => {
    const known = arrays.indexOf(array);
    return known >= 0 ? known : arrays.push(array) - 1;
  };
  const operands: NestAccess[] = [];
  const results: NestResult[] = [];
  const load = (access: NestAccess): Value =>
    code.operand(scalarType(access.dtype), operands.push(access) - 1);
  for (const { from, to } of copies) {
    const { shape } = from.type;
    const { adds = false, dtype = from.type.dtype } = options;
    const [source, target] = [numberOf(from.array), numberOf(to.array)];
    const targets = rowOffsets(shape, to.layout.strides, 0);
    rowOffsets(shape, from.layout.strides, 0).forEach((place, element) => {
      const offset = from.layout.offset + place;
      const loaded = load({ array: source, dtype: from.type.dtype, offset, strides: [] });
      const at = to.layout.offset + targets[element]!;
      const access = { array: target, dtype, offset: at, strides: [] };
      const converted = code.convert(scalarType(dtype), loaded);
      results.push({ ...access, value: adds ? code.add(load(access), converted) : converted });
    });
  }
  return {
    kind: "nest",
    nest: { dims: [], reduced: 0, operands, code: code.code, results },
    arrays,
  };
}

/** Fills an array with zeros. */
export function zeroNest(array: number, { type }: { readonly type: Place["type"] }): Statement {
  const { dtype, shape, size } = type;
  const code = new CodeBuilder();
  const value = code.constant(scalarType(dtype), 0);
  const isNamed = size <= LARGEST_UNROLLED;
  const strides = isNamed ? [] : contiguousStrides(shape);
  const result = { array: 0, dtype, offset: 0, strides, value };
  const nest = collapse({
    dims: isNamed ? [] : shape,
    reduced: 0,
    operands: [],
    code: code.code,
    results: isNamed
      ? Array.from({ length: size }, (_, offset) => ({ ...result, offset }))
      : [result],
  });
  return { kind: "nest", nest, arrays: [array] };
}

/** Nests that copy, fill and add tensors as they lie. */

import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import { contiguousStrides } from "../core/shape.js";
import type { Layout } from "../core/storage.js";
import { CodeBuilder } from "./code-builder.js";
import { collapse, type NestAccess, type NestResult } from "./nest.js";
import type { Place, Statement } from "./program.js";
import { rowOffsets } from "./row-space.js";
import { scalarType } from "./scalar-code.js";

/** Where elements go: a part of an array. */
export interface Target {
  readonly array: number;
  readonly layout: Layout;
}

/** The whole of an array. */
export function wholeOf(array: number, shape: Shape): Target {
  return { array, layout: { shape, strides: contiguousStrides(shape), offset: 0 } };
}

/** Copies a tensor, or adds it to what is there; the target may have another dtype. */
export function copyNest(
  from: Place,
  to: Target,
  { adds = false, dtype = from.type.dtype }: { adds?: boolean; dtype?: DType } = {},
): Statement {
  const { shape } = from.type;
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
export function copyNests(
  parts: readonly { readonly from: Place; readonly to: Target }[],
): readonly Statement[] {
  const statements: Statement[] = [];
  let group: { readonly from: Place; readonly to: Target }[] = [];
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

function namedCopies(parts: readonly { readonly from: Place; readonly to: Target }[]): Statement {
  const code = new CodeBuilder();
  const arrays: number[] = [];
  const numberOf = (array: number): number => {
    const known = arrays.indexOf(array);
    return known >= 0 ? known : arrays.push(array) - 1;
  };
  const operands: NestAccess[] = [];
  const results: NestResult[] = [];
  for (const { from, to } of parts) {
    const { dtype, shape } = from.type;
    const [source, target] = [numberOf(from.array), numberOf(to.array)];
    const targets = rowOffsets(shape, to.layout.strides, 0);
    rowOffsets(shape, from.layout.strides, 0).forEach((offset, element) => {
      const access = { array: source, dtype, offset: from.layout.offset + offset, strides: [] };
      const value = code.operand(scalarType(dtype), operands.push(access) - 1);
      const at = to.layout.offset + targets[element]!;
      results.push({ array: target, dtype, offset: at, strides: [], value });
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
  const code = new CodeBuilder();
  const value = code.constant(scalarType(type.dtype), 0);
  const nest = collapse({
    dims: type.shape,
    reduced: 0,
    operands: [],
    code: code.code,
    results: [
      { array: 0, dtype: type.dtype, offset: 0, strides: contiguousStrides(type.shape), value },
    ],
  });
  return { kind: "nest", nest, arrays: [array] };
}

/** Nests that copy, fill and add tensors as they lie. */

import type { Shape } from "../core/shape.js";
import { contiguousStrides } from "../core/shape.js";
import type { Layout } from "../core/storage.js";
import { CodeBuilder } from "./code-builder.js";
import { collapse, type NestAccess } from "./nest.js";
import type { Place, Statement } from "./program.js";
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

/** Copies a tensor, or adds it to what is there. */
export function copyNest(from: Place, to: Target, adds = false): Statement {
  const { dtype, shape } = from.type;
  const code = new CodeBuilder();
  const arrays = [from.array];
  const target = to.array === from.array ? 0 : arrays.push(to.array) - 1;
  const source: NestAccess = {
    array: 0,
    dtype,
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
  const element = code.operand(type, 0);
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

/** Cotangents that are mostly zero: a block in a region of zeros, or rows at indices. */

import type { Tensor, TensorType } from "./tensor.js";

/** Zeros of type `type` with `block` placed at `begin`, `begin + strides`, … along every axis. */
export class RegionCotangent {
  readonly type: TensorType;
  readonly block: Tensor;
  readonly begin: readonly number[];
  readonly strides: readonly number[];

  constructor(
    type: TensorType,
    block: Tensor,
    begin: readonly number[],
    strides: readonly number[],
  ) {
    this.type = type;
    this.block = block;
    this.begin = begin;
    this.strides = strides;
  }
}

/**
 * Zeros of type `type` to which `rows` are added at `indices` along `axis`, or along `span` axes from there on that count as
 * one; an index that comes twice counts twice. The shape of `rows` is that of `type` with those axes replaced by the shape
 * of `indices`.
 */
export class RowsCotangent {
  readonly type: TensorType;
  readonly rows: Tensor;
  readonly indices: Tensor;
  readonly axis: number;
  readonly span: number;

  constructor(type: TensorType, rows: Tensor, indices: Tensor, axis: number, span: number) {
    this.type = type;
    this.rows = rows;
    this.indices = indices;
    this.axis = axis;
    this.span = span;
  }
}

/** What a pullback gives for an operand. */
export type Cotangent = Tensor | RegionCotangent | RowsCotangent;

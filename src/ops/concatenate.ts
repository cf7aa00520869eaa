/** Tensors laid one after another along an axis that they have, or along a new one. */

import { run } from "../core/dispatch.js";
import { ShapeError } from "../core/errors.js";
import { defineOp } from "../core/op.js";
import { formatShape, sameShape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { sliceAlong, sliceAt } from "./slice.js";

/** Attributes of `concat`; the axis is counted from the front. */
export interface ConcatAttributes {
  readonly axis: number;
  /** Where each operand begins along the axis. */
  readonly offsets: readonly number[];
}

export const concatOp = /* @__PURE__ */ defineOp<ConcatAttributes>({
  name: "concat",
  summary: "The operands one after another along an axis.",
  inputs: ["xs…"],
  outputTypes: (xs, { axis }) => {
    const first = xs[0]!;
    let length = 0;
    xs.forEach(({ shape }, position) => {
      const fits =
        shape.length === first.rank &&
        shape.every((one, other) => other === axis || one === first.shape[other]);
      if (!fits) {
        throw new ShapeError(
          `concat: xs[0] has shape ${formatShape(first.shape)} and xs[${position}] ${formatShape(shape)}; ` +
            `they must agree on every axis but ${axis}`,
        );
      }
      length += shape[axis]!;
    });
    const shape = first.shape.slice();
    shape[axis] = length;
    return [tensorType(first.dtype, shape)];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, position, { inputs, attributes: { axis, offsets } }) =>
      sliceAlong(cotangent, axis, offsets[position]!, inputs[position]!.shape[axis]!),
  },
  batching: {
    kind: "attributes",
    attributes: ({ axis, offsets }) => ({ axis: axis + 1, offsets }),
  },
  lowering: { kind: "concat", axis: ({ axis }) => axis },
  samples: [
    {
      operands: [
        { shape: [2, 1], from: -2, to: 2 },
        { shape: [2, 3], from: -2, to: 2 },
      ],
      attributes: { axis: 1, offsets: [0, 1] },
    },
    {
      operands: [
        { shape: [2, 2], from: -2, to: 2 },
        { shape: [0, 2], from: -2, to: 2 },
        { shape: [1, 2], from: -2, to: 2 },
      ],
      attributes: { axis: 0, offsets: [0, 2, 2] },
    },
  ],
});

/** Attributes of `stack`: the place of the new axis in the result, counted from the front. */
export interface StackAttributes {
  readonly axis: number;
}

export const stackOp = /* @__PURE__ */ defineOp<StackAttributes>({
  name: "stack",
  summary: "Operands of one shape side by side along a new axis.",
  inputs: ["xs…"],
  outputTypes: (xs, { axis }) => {
    const first = xs[0]!;
    xs.forEach(({ shape }, position) => {
      if (!sameShape(shape, first.shape)) {
        throw new ShapeError(
          `stack: xs[0] has shape ${formatShape(first.shape)} and xs[${position}] ${formatShape(shape)}; ` +
            "shapes must be equal",
        );
      }
    });
    const shape = first.shape.slice();
    shape.splice(axis, 0, xs.length);
    return [tensorType(first.dtype, shape)];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, position, { attributes: { axis } }) =>
      sliceAt(cotangent, axis, position),
  },
  batching: { kind: "attributes", attributes: ({ axis }) => ({ axis: axis + 1 }) },
  lowering: { kind: "concat", axis: ({ axis }) => axis },
  samples: [
    {
      operands: [
        { shape: [2, 3], from: -2, to: 2 },
        { shape: [2, 3], from: -2, to: 2 },
      ],
      attributes: { axis: 1 },
    },
    {
      operands: [
        { shape: [], from: -2, to: 2 },
        { shape: [], from: -2, to: 2 },
        { shape: [], from: -2, to: 2 },
      ],
      attributes: { axis: 0 },
    },
  ],
});

/** Tensors of one dtype one after another along an axis counted from the front; empty ones may be among them. */
export function joinAlong(xs: readonly Tensor[], axis: number): Tensor {
  const offsets: number[] = [];
  let length = 0;
  for (const { shape } of xs) {
    offsets.push(length);
    length += shape[axis] ?? 0;
  }
  return run(concatOp, xs, { axis, offsets });
}

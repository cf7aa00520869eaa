/** Regular slices: views with a begin, a step and a number of elements on every axis. */

import { RegionCotangent } from "../core/cotangent.js";
import { run } from "../core/dispatch.js";
import { ArgumentError, IndexError } from "../core/errors.js";
import { defineOp } from "../core/op.js";
import { axesBehindRows, checkInteger, formatShape, type Shape } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { reshapeTo } from "./reshape.js";

/** Attributes of `stridedSlice`, one number for every axis; strides may be negative. */
export interface StridedSliceAttributes {
  readonly begin: readonly number[];
  readonly strides: readonly number[];
  readonly size: Shape;
  /** Axes of size 1 that the result leaves out; none by default. */
  readonly dropped?: readonly number[];
}

export const stridedSliceOp = /* @__PURE__ */ defineOp<StridedSliceAttributes>({
  name: "stridedSlice",
  summary: "Every strides[k]-th element from begin[k] on, size[k] of them, along every axis k.",
  inputs: ["x"],
  outputTypes: ([x], { size, dropped }) => [tensorType(x!.dtype, withoutAxes(size, dropped))],
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { inputs, attributes: { begin, strides, size } }) =>
      new RegionCotangent(inputs[0]!.type, reshapeTo(cotangent, size), begin, strides),
  },
  batching: {
    kind: "attributes",
    attributes: ({ begin, strides, size, dropped = [] }, rows) => ({
      begin: [0, ...begin],
      strides: [1, ...strides],
      size: [rows, ...size],
      dropped: axesBehindRows(dropped),
    }),
  },
  lowering: {
    kind: "view",
    layout: (operand, { begin, strides, dropped }, shape) => {
      const steps = new Array<number>(begin.length);
      let { offset } = operand;
      for (let axis = 0; axis < begin.length; axis++) {
        const stride = operand.strides[axis]!;
        offset += begin[axis]! * stride;
        steps[axis] = stride * strides[axis]!;
      }
      return { shape, strides: withoutAxes(steps, dropped), offset };
    },
  },
  samples: [
    {
      operands: [{ shape: [4, 5], from: -2, to: 2 }],
      attributes: { begin: [1, 4], strides: [2, -2], size: [2, 3] },
    },
    {
      operands: [{ shape: [4, 5], from: -2, to: 2 }],
      attributes: { begin: [0, 0], strides: [1, 1], size: [0, 5] },
    },
    {
      operands: [{ shape: [3, 2, 4], from: -2, to: 2 }],
      attributes: { begin: [1, 0, 2], strides: [1, 1, 1], size: [1, 2, 1], dropped: [0, 2] },
    },
  ],
});

/** One number per axis without those of some axes. A loop, because it runs for every row that a program takes. */
function withoutAxes(
  values: readonly number[],
  dropped: readonly number[] | undefined,
): readonly number[] {
  if (dropped === undefined) return values;
  const kept: number[] = [];
  for (let axis = 0; axis < values.length; axis++) {
    if (!dropped.includes(axis)) kept.push(values[axis]!);
  }
  return kept;
}

/** The elements `begin` … `begin + size − 1` along one axis. */
export function sliceAlong(x: Tensor, axis: number, begin: number, size: number): Tensor {
  const lengths = x.shape.slice();
  lengths[axis] = size;
  return run(stridedSliceOp, [x], {
    begin: onAxis(x.rank, axis, begin),
    strides: new Array<number>(x.rank).fill(1),
    size: lengths,
  });
}

/** The slice at one index along one axis, which the result leaves out. */
export function sliceAt(x: Tensor, axis: number, index: number): Tensor {
  const size = x.shape.slice();
  size[axis] = 1;
  return run(stridedSliceOp, [x], {
    begin: onAxis(x.rank, axis, index),
    strides: new Array<number>(x.rank).fill(1),
    size,
    dropped: [axis],
  });
}

function onAxis(rank: number, axis: number, value: number): number[] {
  const values = new Array<number>(rank).fill(0);
  values[axis] = value;
  return values;
}

/**
 * The part at indices along the first axes, each of which the result leaves out; −1 is the last.
 *
 * @throws IndexError when an index is out of range or there are more than axes, ArgumentError when one is no integer or
 * there is none.
 */
export function elementAt(x: Tensor, indices: readonly number[]): Tensor {
  const { rank, shape } = x;
  if (indices.length === 0) throw new ArgumentError("at: at least one index is due");
  if (indices.length > rank) {
    throw new IndexError(
      `at: ${indices.length} indices are given for shape ${formatShape(shape)}, which has ${rank} axes`,
    );
  }
  const begin = new Array<number>(rank).fill(0);
  const size = shape.slice();
  const dropped = new Array<number>(indices.length);
  for (let axis = 0; axis < indices.length; axis++) {
    const index = indices[axis]!;
    const length = shape[axis]!;
    checkInteger(index, "at", `index ${axis}`);
    if (index < -length || index >= length) {
      throw new IndexError(
        `at: index ${index} is out of range for axis ${axis} of shape ${formatShape(shape)}` +
          (length === 0 ? ", which is empty" : ` (${-length} … ${length - 1})`),
      );
    }
    begin[axis] = index < 0 ? index + length : index;
    size[axis] = 1;
    dropped[axis] = axis;
  }
  const strides = new Array<number>(rank).fill(1);
  return run(stridedSliceOp, [x], { begin, strides, size, dropped });
}

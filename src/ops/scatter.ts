/** Slices put at positions: added to zeros, or in the place of what is there. */

import { run } from "../core/dispatch.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { defineOp, type Op } from "../core/op.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { allRows, positionsInRows } from "./batching.js";
import { equal } from "./comparison.js";
import { zeros } from "./creation.js";
import { gatherOp } from "./gather.js";
import { reshapeTo } from "./reshape.js";
import { where } from "./select.js";

/** Attributes of `scatterNd`: the first `span` axes of the shape count as one for the indices. */
export interface ScatterAttributes {
  readonly shape: Shape;
  readonly span: number;
}

export const scatterNdOp: Op<ScatterAttributes> = /* @__PURE__ */ defineOp<ScatterAttributes>({
  name: "scatterNd",
  summary: "Zeros to which slices are added at row-major positions among the first axes.",
  inputs: ["positions", "updates"],
  outputTypes: ([positions, updates], { shape, span }) => {
    checkUpdates("scatterNd", positions!.shape, updates!, shape, span);
    if (updates!.dtype === "bool") {
      throw new DTypeError("scatterNd: updates are bool, which cannot be added; cast them first");
    }
    return [tensorType(updates!.dtype, shape)];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { inputs, attributes: { span } }) =>
      run(gatherOp, [cotangent, inputs[0]!], { axis: 0, span }),
  },
  batching: {
    kind: "explicit",
    batch: (call) => {
      const { shape, span } = call.attributes;
      const [positions, updates] = allRows(call) as [Tensor, Tensor];
      const options = { axis: 0, span, operation: "scatterNd" };
      return [
        run(scatterNdOp, [positionsInRows(positions, shape, options), updates], {
          shape: [call.size, ...shape],
          span: span + 1,
        }),
      ];
    },
  },
  lowering: {
    kind: "accumulate",
    pieces: ({ span }) => [{ kind: "rows", operand: 1, indices: 0, axis: 0, span }],
  },
  samples: [
    {
      operands: [
        { shape: [3], values: [5, 0, 5], dtype: "int32" },
        { shape: [3, 2], from: -2, to: 2 },
      ],
      attributes: { shape: [2, 3, 2], span: 2 },
    },
  ],
});

/** Attributes of `tensorScatterNdUpdate`: the first `span` axes of x count as one for the indices. */
export interface ReplaceAttributes {
  readonly span: number;
}

export const replaceOp: Op<ReplaceAttributes> = /* @__PURE__ */ defineOp<ReplaceAttributes>({
  name: "tensorScatterNdUpdate",
  summary: "x with the slices at row-major positions among its first axes replaced.",
  inputs: ["x", "positions", "updates"],
  outputTypes: ([x, positions, updates], { span }) => {
    checkUpdates("tensorScatterNdUpdate", positions!.shape, updates!, x!.shape, span);
    return [x!.type];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, position, { inputs, attributes }) => {
      const [x, positions, updates] = inputs as readonly [Tensor, Tensor, Tensor];
      if (position === 0) {
        const nothing = zeros(updates.shape, { dtype: x.dtype });
        return run(replaceOp, [cotangent, positions, nothing], attributes);
      }
      const gathered = run(gatherOp, [cotangent, positions], { axis: 0, span: attributes.span });
      return where(
        lastAtItsPlace(positions, x.shape.slice(0, attributes.span), updates.rank),
        gathered,
        0,
      );
    },
  },
  batching: {
    kind: "explicit",
    batch: (call) => {
      const { span } = call.attributes;
      const [x, positions, updates] = allRows(call) as [Tensor, Tensor, Tensor];
      const options = { axis: 0, span, operation: "tensorScatterNdUpdate" };
      const inRows = positionsInRows(positions, x.shape.slice(1), options);
      return [run(replaceOp, [x, inRows, updates], { span: span + 1 })];
    },
  },
  lowering: { kind: "replace", span: ({ span }) => span },
  samples: [
    {
      operands: [
        { shape: [2, 2, 2], from: -2, to: 2 },
        { shape: [3], values: [3, 0, 3], dtype: "int32" },
        { shape: [3, 2], from: -2, to: 2 },
      ],
      attributes: { span: 2 },
    },
  ],
});

/** Which updates are still there in the end, because no later one has the same position; broadcasts to the updates. */
function lastAtItsPlace(positions: Tensor, lengths: Shape, rank: number): Tensor {
  const numbers = tensorOf(
    Int32Array.from({ length: positions.size }, (_, index) => index),
    "int32",
    positions.shape,
  );
  const span = lengths.length;
  const places = zeros(lengths, { dtype: "int32" });
  const written = run(replaceOp, [places, positions, numbers], { span });
  const last = equal(run(gatherOp, [written, positions], { axis: 0, span }), numbers);
  const broadcastable = [...positions.shape, ...new Array<number>(rank - positions.rank).fill(1)];
  return reshapeTo(last, broadcastable);
}

/** @throws ShapeError when there is not one update, of the shape of a slice, for each position. */
export function checkUpdates(
  operation: string,
  positions: Shape,
  updates: Tensor,
  shape: Shape,
  span: number,
): void {
  const expected = [...positions, ...shape.slice(span)];
  if (!sameShape(updates.shape, expected)) {
    throw new ShapeError(
      `${operation}: updates has shape ${formatShape(updates.shape)}, but for ${sizeOf(positions)} slices of ` +
        `shape ${formatShape(shape.slice(span))} it must be ${formatShape(expected)}`,
    );
  }
}

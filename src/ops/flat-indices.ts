/** Positions with one index per axis turned into row-major positions, after a check that each is in range. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { DTypeError } from "../core/errors.js";
import type { IndexTarget } from "../core/lowering.js";
import { defineOp } from "../core/op.js";
import { type Tensor, tensorType } from "../core/tensor.js";

export const flatIndicesOp = /* @__PURE__ */ defineOp<IndexTarget>({
  name: "flatIndices",
  summary: "Row-major positions of what the indices along the last axis point at, one per axis.",
  inputs: ["indices"],
  outputTypes: ([indices]) => [tensorType("int32", indices!.shape.slice(0, -1))],
  derivative: { kind: "none" },
  batching: {
    kind: "attributes",
    attributes: ({ rowAxis, ...target }) =>
      rowAxis === undefined ? target : { ...target, rowAxis: rowAxis + 1 },
  },
  lowering: { kind: "flatIndices", target: (attributes) => attributes },
  samples: [
    {
      operands: [{ shape: [3, 2], values: [0, 0, 1, 2, 2, 1], dtype: "int32" }],
      attributes: { operation: "gatherNd", shape: [3, 4, 2], axis: 0, span: 2 },
    },
    {
      operands: [{ shape: [2, 3, 1], values: [0, 2, 1, 2, 2, 0], dtype: "int32" }],
      attributes: { operation: "gather", shape: [3], axis: 0, span: 1, rowAxis: 0 },
    },
  ],
});

/** @throws IndexError when an index is outside the axis that it points at. */
export function flatIndices(indices: Tensor, target: IndexTarget): Tensor {
  return run(flatIndicesOp, [indices], target);
}

/**
 * Indices as users give them; literals are int32.
 *
 * @throws DTypeError when they are of another dtype, or a literal among them is no integer.
 */
export function toIndices(indices: TensorLike, operation: string): Tensor {
  const tensor = toTensor(indices, operation, "indices", "int32");
  if (tensor.dtype !== "int32") {
    throw new DTypeError(
      `${operation}: indices is ${describe(tensor)}; indices must be int32, cast them first`,
    );
  }
  return tensor;
}

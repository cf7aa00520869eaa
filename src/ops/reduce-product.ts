/** The product along axes, whose derivative is the product of all the other elements. */

import { run } from "../core/dispatch.js";
import type { Op } from "../core/op.js";
import { sizeOf } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { multiply } from "./arithmetic.js";
import { type ReduceAttributes, reduceSumOp, spread } from "./broadcast.js";
import { cumprodOp } from "./cumulate.js";
import { inversePermutation, permute } from "./permute.js";
import { reduceOp } from "./reduce.js";
import { reshapeTo } from "./reshape.js";
import { zeroProduct } from "./zero-product.js";

export const reduceProdOp: Op<ReduceAttributes> = /* @__PURE__ */ reduceOp("reduceProd", {
  summary: "The product of the elements along some axes; 1 over an empty axis.",
  reducer: "product",
  domain: "numeric",
  derivative: {
    kind: "explicit",
    pullback: ([cotangent], { inputs: [x], attributes }) => {
      const others = productOfOthers(x!, attributes.axes);
      const spreadCotangent = spread(cotangent!, x!.shape, attributes);
      return [zeroProduct(others, spreadCotangent)];
    },
    pushforward: ([tangent], { inputs: [x], attributes }) => {
      const others = productOfOthers(x!, attributes.axes);
      return [run(reduceSumOp, [zeroProduct(others, tangent!)], attributes)];
    },
  },
  samples: [
    {
      operands: [{ shape: [2, 3], from: -2, to: 2 }],
      attributes: { axes: [0, 1], keepdims: false },
    },
    {
      operands: [{ shape: [2, 3, 2], from: -2, to: 2 }],
      attributes: { axes: [0, 2], keepdims: true },
    },
    {
      operands: [{ shape: [2, 3], values: [0, 2, 3, 0, 0, 4] }],
      attributes: { axes: [1], keepdims: false },
    },
    { operands: [{ shape: [2, 0], from: -2, to: 2 }], attributes: { axes: [1], keepdims: false } },
    {
      operands: [{ shape: [3], values: [65537, 65537, 3], dtype: "int32" }],
      attributes: { axes: [0], keepdims: false },
    },
  ],
});

/**
 * For each element the product of the others along the axes: of those before it times those behind it. Nothing is divided, so
 * zeros need no care.
 */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const arranged = permute(x, order);
  const line = sizeOf(axes.map((axis) => x.shape[axis]!));
  const lines = reshapeTo(arranged, [...kept.map((axis) => x.shape[axis]!), line]);
  const axis = kept.length;
  const before = run(cumprodOp, [lines], { axis, exclusive: true, reverse: false });
  const behind = run(cumprodOp, [lines], { axis, exclusive: true, reverse: true });
  const others = reshapeTo(multiply(before, behind), arranged.shape);
  return permute(others, inversePermutation(order));
}

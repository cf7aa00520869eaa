/** The largest and the smallest element along axes; equal ones share the gradient. */

import { run } from "../core/dispatch.js";
import type { DerivativeRule, Op } from "../core/op.js";
import { multiply } from "./arithmetic.js";
import { type ReduceAttributes, reduceSumOp, spread } from "./broadcast.js";
import { cast } from "./cast.js";
import { equal } from "./comparison.js";
import { reciprocal } from "./reciprocal.js";
import { reduceOp } from "./reduce.js";
import { where } from "./select.js";
import { zeroProduct } from "./zero-product.js";

/** The cotangent divided by the number of elements that attain the extremum, at each of them. */
const shared: DerivativeRule<ReduceAttributes> = {
  kind: "explicit",
  pullback: ([cotangent], { inputs: [x], outputs: [y], attributes }) => {
    const attained = cast(equal(x!, spread(y!, x!.shape, attributes)), x!.dtype);
    const portion = reciprocal(run(reduceSumOp, [attained], attributes));
    // NaN is attained nowhere, so its portion is infinite, and must not meet a cotangent of 0.
    const share = zeroProduct(portion, cotangent!);
    return [multiply(attained, spread(share, x!.shape, attributes))];
  },
  pushforward: ([tangent], { inputs: [x], outputs: [y], attributes }) => {
    const attained = equal(x!, spread(y!, x!.shape, attributes));
    const count = run(reduceSumOp, [cast(attained, x!.dtype)], attributes);
    const sum = run(reduceSumOp, [where(attained, tangent!, 0)], attributes);
    return [zeroProduct(reciprocal(count), sum)];
  },
};

const samples = [
  { operands: [{ shape: [2, 3], from: -2, to: 2 }], attributes: { axes: [0, 1], keepdims: false } },
  { operands: [{ shape: [2, 3, 2], from: -2, to: 2 }], attributes: { axes: [1], keepdims: true } },
  { operands: [{ shape: [2, 0], from: -2, to: 2 }], attributes: { axes: [1], keepdims: false } },
];

export const reduceMaxOp: Op<ReduceAttributes> = /* @__PURE__ */ reduceOp("reduceMax", {
  summary: "The largest element along some axes; −∞ over an empty axis.",
  reducer: "max",
  domain: "numeric",
  derivative: shared,
  samples,
});

export const reduceMinOp: Op<ReduceAttributes> = /* @__PURE__ */ reduceOp("reduceMin", {
  summary: "The smallest element along some axes; ∞ over an empty axis.",
  reducer: "min",
  domain: "numeric",
  derivative: shared,
  samples,
});
